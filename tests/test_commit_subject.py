"""The check of commit subjects: in a hook, for a range of commits, and in the pull request workflow."""

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
        f"\ufeff{GOOD}",
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


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a", "b"],
        [""],
        ["--help"],
        ["missing"],
        [".github"],
        ["x" * 5000],
        ["nowhere..HEAD"],
        ["--all..HEAD"],
    ],
)
def test_incorrect_usage_prints_one_line_and_exits_with_2(repository: Path, arguments: list[str]) -> None:
    commit(repository, "Begin")
    process = run(repository, *arguments)
    assert process.returncode == 2
    assert process.stderr.startswith("usage: commit_subject.py FILE | BASE..HEAD | --install")
    assert process.stderr.count("\n") == 1


def test_a_message_can_be_in_a_parent_folder(repository: Path) -> None:
    (repository / "message").write_text("No area", "utf-8")
    script = str(repository / ".github" / SCRIPT.name)
    process = _start([sys.executable, script, "../message"], repository / ".github")
    assert (process.returncode, '"No area"' in process.stderr) == (1, True)


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


def test_a_range_is_not_mistaken_for_a_file(repository: Path) -> None:
    commit(repository, "Begin")
    commit(repository, "No area")
    (repository / "HEAD~1..HEAD").write_text(GOOD, "utf-8")
    assert run(repository, "HEAD~1..HEAD").returncode == 1


def test_in_a_range_only_real_merges_may_begin_with_merge(repository: Path) -> None:
    commit(repository, "Begin")
    commit(repository, "Merge branch 'main' into reader")
    assert run(repository, "HEAD~1..HEAD").returncode == 1


@pytest.mark.parametrize("separator", ["\u2028", "\x0b", "\x85", "\r"])
def test_a_subject_ends_only_at_a_newline(repository: Path, separator: str) -> None:
    commit(repository, "Begin")
    commit(repository, f"{GOOD}{separator}No area")
    assert run(repository, "HEAD~1..HEAD").returncode == 0


def test_subjects_are_read_as_utf_8(repository: Path) -> None:
    """In UTF-16, git would print every character of the subject as two bytes."""
    commit(repository, "Begin")
    commit(repository, f"tests: {'é' * 53}")
    git(repository, "config", "i18n.logOutputEncoding", "UTF-16")
    assert run(repository, "HEAD~1..HEAD").returncode == 0


def test_a_byte_order_mark_in_a_commit_is_ignored(repository: Path) -> None:
    commit(repository, "Begin")
    commit(repository, f"\ufeff{GOOD}")
    assert run(repository, "HEAD~1..HEAD").returncode == 0


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


@pytest.mark.parametrize("exists", [True, False])
def test_a_hook_that_is_a_symlink_is_kept(repository: Path, tmp_path: Path, exists: bool) -> None:
    target = tmp_path / "outside"
    if exists:
        target.write_bytes(SCRIPT.read_bytes() + b"# older\n")
    hook = repository / ".git/hooks/commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(target)
    process = run(repository, "--install")
    assert (process.returncode, SCRIPT.name in process.stderr) == (0, True)
    assert hook.readlink() == target
    assert target.exists() is exists
    assert not exists or target.read_bytes().endswith(b"# older\n")


def test_a_hooks_folder_that_is_a_symlink_is_kept(repository: Path, tmp_path: Path) -> None:
    hooks = repository / ".git/hooks"
    if hooks.exists():
        hooks.rename(repository / ".git/hooks-before")
    (tmp_path / "outside").mkdir()
    hooks.symlink_to(tmp_path / "outside")
    assert run(repository, "--install").returncode == 0
    assert list((tmp_path / "outside").iterdir()) == []


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
