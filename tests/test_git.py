"""Looking up revisions, and extracting folders as they were in a revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from executable_glossary.adapters.git import (
    GitError,
    Revision,
    branching_point,
    last_changes,
    lay_out,
    revision,
)
from repositories import IDENTITY, commit, git, new_repository


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = new_repository(tmp_path / "project")
    (folder / "deep").mkdir()
    (folder / "deep" / "word.txt").write_bytes("Grüße\n".encode())
    (folder / "bytes.png").write_bytes(b"\x89PNG\r\n\x00\n")
    commit(folder, "Begin")
    return folder


def laid_out(folder: Path, at: Revision, to: Path) -> dict[str, bytes]:
    lay_out(folder, at, to, lambda path: True)
    return {path.relative_to(to).as_posix(): path.read_bytes() for path in to.rglob("*") if path.is_file()}


def test_a_revision_can_be_a_branch_a_tag_or_a_hash(repository: Path) -> None:
    git(repository, "tag", "v1")
    commit = git(repository, "rev-parse", "HEAD")
    assert {revision(repository, name).commit for name in ("main", "v1", commit[:8], "HEAD")} == {commit}


def test_a_revision_has_a_name_and_a_commit() -> None:
    assert str(Revision("main", "a" * 40)) == "main (aaaaaaaaaa)"
    assert str(Revision("b" * 40, "b" * 40)) == str(Revision("b" * 7, "b" * 40)) == "bbbbbbbbbb"


@pytest.mark.parametrize("name", ["no-such-branch", "--help", "", "HEAD~99", "main:deep/word.txt"])
def test_an_unknown_revision_is_rejected(repository: Path, name: str) -> None:
    with pytest.raises(GitError, match="git cannot find the revision"):
        revision(repository, name)


def test_a_folder_without_git_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(GitError, match=r"nothing to compare with: fatal: not a git repository.*`git init`"):
        revision(tmp_path, "main")


def test_a_missing_git_is_reported(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(GitError, match="git is not installed"):
        revision(repository, "main")


def test_the_base_is_the_merge_base_with_main(repository: Path) -> None:
    left = git(repository, "rev-parse", "HEAD")
    git(repository, "switch", "--quiet", "--create", "work")
    commit(repository, "Work")
    git(repository, "switch", "--quiet", "main")
    commit(repository, "Meanwhile")
    git(repository, "switch", "--quiet", "work")
    assert branching_point(repository) == Revision("main", left)


def test_without_a_main_branch_a_revision_must_be_given(repository: Path) -> None:
    git(repository, "branch", "--move", "trunk")
    with pytest.raises(GitError, match="specify a revision"):
        branching_point(repository)


def test_for_a_shallow_clone_the_message_explains_how_to_fetch_the_rest(
    repository: Path, tmp_path: Path
) -> None:
    git(repository, "switch", "--quiet", "--create", "work")
    commit(repository, "Work")
    commit(repository, "More work")
    shallow = tmp_path / "shallow"
    clone = ["clone", "--quiet", "--depth", "1", "--no-single-branch", f"file://{repository}", str(shallow)]
    subprocess.run(["git", *clone], env=IDENTITY, check=True)
    with pytest.raises(GitError, match=r"shallow; run git fetch --unshallow"):
        branching_point(shallow)


def test_a_folder_is_extracted_byte_by_byte(repository: Path, tmp_path: Path) -> None:
    at = revision(repository, "HEAD")
    (repository / "bytes.png").write_bytes(b"changed since")
    assert laid_out(repository, at, tmp_path / "out") == {
        "deep/word.txt": "Grüße\n".encode(),
        "bytes.png": b"\x89PNG\r\n\x00\n",
    }


def test_only_requested_folders_are_written(repository: Path, tmp_path: Path) -> None:
    lay_out(repository, revision(repository, "HEAD"), tmp_path / "out", lambda path: path.endswith(".txt"))
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == ["word.txt"]


def test_a_subfolder_of_a_repository_is_extracted_alone(repository: Path, tmp_path: Path) -> None:
    at = revision(repository / "deep", "HEAD")
    assert laid_out(repository / "deep", at, tmp_path / "out") == {"word.txt": "Grüße\n".encode()}


def test_symbolic_links_are_not_created(repository: Path, tmp_path: Path) -> None:
    (repository / "link").symlink_to("/etc/hostname")
    commit(repository, "Link")
    assert "link" not in laid_out(repository, revision(repository, "HEAD"), tmp_path / "out")


def test_no_path_leads_out_of_the_folder(repository: Path, tmp_path: Path) -> None:
    blob = git(repository, "hash-object", "-w", "bytes.png")
    inner = _tree(repository, f"100644 blob {blob}\tescaped")
    outer = _tree(repository, f"040000 tree {inner}\t..")
    commit_hash = git(repository, "commit-tree", outer, "-m", "By hand")
    assert laid_out(repository, Revision(commit_hash, commit_hash), tmp_path / "deep" / "out") == {}
    assert not (tmp_path / "deep" / "escaped").exists()


def test_the_project_s_hooks_and_filters_do_not_run(repository: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    git(repository, "config", "filter.spy.smudge", f"touch {seen}; cat")
    (repository / ".gitattributes").write_text("*.txt filter=spy export-ignore\n")
    commit(repository, "Attributes")
    assert "deep/word.txt" in laid_out(repository, revision(repository, "HEAD"), tmp_path / "out")
    assert not seen.exists()


@pytest.mark.parametrize("seconds", [10**14, 2**62])
def test_a_commit_in_an_impossible_year_dates_nothing(repository: Path, seconds: int) -> None:
    before = last_changes(repository, repository)
    (repository / "new.txt").write_text("new")
    git(repository, "add", "new.txt")
    tree, parent = git(repository, "write-tree").strip(), git(repository, "rev-parse", "HEAD").strip()
    who = f"A <a@b> {seconds} +0000"
    content = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nx\n"
    command = ("git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally")
    made = subprocess.run(command, cwd=repository, input=content.encode(), capture_output=True, check=True)
    git(repository, "reset", "--soft", made.stdout.decode().strip())
    assert before
    assert last_changes(repository, repository) == before


def _tree(folder: Path, entry: str) -> str:
    """A tree that git itself would never write."""
    commit_hash = subprocess.run(
        ["git", "mktree"], cwd=folder, input=entry, env=IDENTITY, capture_output=True, text=True, check=True
    )
    return commit_hash.stdout.strip()
