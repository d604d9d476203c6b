"""The check of commit subjects: as a hook, for a range of commits, and in the pull request workflow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from glossaries import REPOSITORY
from repositories import IDENTITY, git, new_repository

SCRIPT = REPOSITORY / ".github/commit_subject.py"
GOOD = "search: index the reader pages"
SCISSORS = "# ------------------------ >8 ------------------------"
ENVIRONMENT = {**IDENTITY, "PATH": f"{Path(sys.executable).parent}:{IDENTITY['PATH']}"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository that contains the script."""
    folder = new_repository(tmp_path / "repository")
    (folder / ".github").mkdir()
    (folder / ".github" / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _start([sys.executable, str(folder / ".github" / SCRIPT.name), *arguments], folder)


def commit(folder: Path, message: str, *options: str) -> subprocess.CompletedProcess[str]:
    return _start(["git", "commit", "--quiet", "--allow-empty", "--message", message, *options], folder)


def _start(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False
    )


def check(folder: Path, message: str) -> subprocess.CompletedProcess[str]:
    """Runs the script as git does from a hook."""
    file = folder / ".git/COMMIT_EDITMSG"
    file.write_text(message, "utf-8")
    return run(folder, ".git/COMMIT_EDITMSG")


@pytest.mark.parametrize(
    "message",
    [
        GOOD,
        "plan, render: share one model of a page",
        "execution/sandbox: close the network first",
        f"tests: {'x' * 53}",
        f"{GOOD}\n\nA body may have lines that are much longer than any subject, and no colon.",
        f"# A comment\n\n{GOOD}\n# Another",
        f"{GOOD}\n{SCISSORS}\n# Do not modify the line above.\ndiff --git a/x b/x\n+Anything",
        "Merge branch 'main' into reader",
        "Merge pull request #7 from someone/main",
        f'Revert "{GOOD}: a longer subject than sixty characters"',
        f"fixup! {GOOD}",
        f"squash! {'x' * 80}",
        "",
        "# Only a comment",
    ],
)
def test_a_message_is_accepted(repository: Path, message: str) -> None:
    process = check(repository, message)
    assert (process.returncode, process.stderr) == (0, "")


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("Index the reader pages", "area: what changes"),
        ("Search: index the reader pages", "area: what changes"),
        ("search:index the reader pages", "area: what changes"),
        ("search: ", "area: what changes"),
        ("Merge what contributors read", "area: what changes"),
        (f"tests: {'x' * 54}", "from 61 characters to at most 60"),
        (f"{GOOD}\nand say on the next line what else has changed", "from 77 characters"),
        (f"# A comment\nNo area\n{SCISSORS}\n{GOOD}", '"No area"'),
    ],
)
def test_a_message_is_rejected_with_advice(repository: Path, message: str, advice: str) -> None:
    process = check(repository, message)
    assert process.returncode == 1
    assert advice in process.stderr
    assert "Traceback" not in process.stderr


def test_an_unclear_call_prints_the_usage(repository: Path) -> None:
    process = run(repository)
    assert process.returncode == 2
    assert "--install" in process.stderr


def test_a_range_is_checked_without_its_merge_commits(repository: Path) -> None:
    commit(repository, "Begin")
    git(repository, "switch", "--quiet", "--create", "topic")
    commit(repository, GOOD)
    git(repository, "switch", "--quiet", "main")
    commit(repository, "plan: name the reader")
    git(repository, "merge", "--quiet", "--no-ff", "--message", "Bring it in", "topic")
    assert run(repository, "HEAD~2..HEAD").returncode == 0
    assert run(repository, "main..main").returncode == 0
    commit(repository, "No area")
    commit(repository, f"fixup! {GOOD}")
    process = run(repository, "HEAD~2..HEAD")
    assert process.returncode == 1
    assert '"No area"' in process.stderr
    assert "squash this commit" in process.stderr


def test_an_unknown_range_fails(repository: Path) -> None:
    commit(repository, "Begin")
    assert run(repository, "nowhere..HEAD").returncode != 0


def test_the_workflow_checks_the_commits_of_a_pull_request(repository: Path) -> None:
    steps = yaml.safe_load((REPOSITORY / ".github/workflows/check.yml").read_text("utf-8"))["jobs"]["commits"]
    (line,) = (step["run"] for step in steps["steps"] if "run" in step)
    commit(repository, "Begin")
    commit(repository, GOOD)
    hashes = {"BASE": git(repository, "rev-parse", "HEAD~1"), "HEAD": git(repository, "rev-parse", "HEAD")}

    def code() -> int:
        environment = {**os.environ, **ENVIRONMENT, **hashes}
        return subprocess.run(["bash", "-c", line], cwd=repository, env=environment, check=False).returncode

    assert code() == 0
    commit(repository, "No area")
    hashes["HEAD"] = git(repository, "rev-parse", "HEAD")
    assert code() == 1


# The hook


def test_the_hook_rejects_a_commit(repository: Path) -> None:
    assert run(repository, "--install").returncode == 0
    assert commit(repository, GOOD).returncode == 0
    refused = commit(repository, "No area")
    assert refused.returncode == 1
    assert "area: what changes" in refused.stderr
    assert git(repository, "log", "--format=%s") == GOOD


def test_the_hook_is_a_copy_that_reinstalling_updates(repository: Path) -> None:
    run(repository, "--install")
    hook = repository / ".git/hooks/commit-msg"
    hook.write_text(hook.read_text("utf-8").replace("LONGEST = 60", "LONGEST = 10"), "utf-8")
    run(repository, "--install")
    assert hook.read_bytes() == SCRIPT.read_bytes()
    (repository / ".github" / SCRIPT.name).unlink()
    assert commit(repository, GOOD).returncode == 0


def test_a_different_hook_is_kept(repository: Path) -> None:
    hook = repository / ".git/hooks/commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    process = run(repository, "--install")
    assert process.returncode == 0
    assert SCRIPT.name in process.stderr
    assert hook.read_text("utf-8") == "#!/bin/sh\nexit 0\n"


def test_a_configured_hooks_folder_is_kept(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "hooks").mkdir()
    git(repository, "config", "core.hooksPath", str(tmp_path / "hooks"))
    process = run(repository, "--install")
    assert process.returncode == 0
    assert str(tmp_path / "hooks") in process.stderr
    assert list((tmp_path / "hooks").iterdir()) == []
    assert not (repository / ".git/hooks/commit-msg").exists()


def test_a_second_work_tree_shares_the_hook(repository: Path, tmp_path: Path) -> None:
    git(repository, "add", "--all")
    commit(repository, GOOD)
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "second"))
    assert run(tmp_path / "second", "--install").returncode == 0
    assert commit(tmp_path / "second", "No area").returncode == 1
    assert commit(repository, "No area").returncode == 1


def test_nothing_is_installed_outside_a_checkout(repository: Path) -> None:
    """An unpacked archive may be inside another project's repository."""
    archive = repository / "archive"
    (archive / ".github").mkdir(parents=True)
    (archive / ".github" / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    process = run(archive, "--install")
    assert (process.returncode, process.stderr) == (0, "")
    assert not (repository / ".git/hooks/commit-msg").exists()


def test_make_test_installs_the_hook() -> None:
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    assert "\ntest: commit-hook\n" in makefile
    assert "\t@$(BIN)/python .github/commit_subject.py --install\n" in makefile
