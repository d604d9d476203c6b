"""Calls git: resolves revisions, extracts a folder as it was in one, and lists files changed since the last commit.

Files are read as git stores them. No hook, filter or attribute of the project is executed, and no symbolic link
is created.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

# Usual names of the main branch; the first that exists is used.
MAIN = ("main", "origin/main", "master", "origin/master")
_FILES = {"100644", "100755"}


class GitError(Exception):
    """Raised if git is not installed or has no such revision; the message says what to do."""


@dataclass(frozen=True)
class Revision:
    """A commit: `name` as the user wrote it, `commit` its full hash."""

    name: str
    commit: str

    def __str__(self) -> str:
        short = self.commit[:10]
        return short if self.commit.startswith(self.name) else f"{self.name} ({short})"


def revision(folder: Path, name: str) -> Revision:
    """The commit that a branch, tag or hash names. Raises GitError."""
    _inside(folder)
    found = _commit(folder, name)
    if found is None:
        raise GitError(f'git knows no revision "{name}" here{_hint(folder)}')
    return Revision(name, found)


def branching_point(folder: Path) -> Revision:
    """The commit where the current branch left the main branch. Raises GitError."""
    _inside(folder)
    main = next((name for name in MAIN if _commit(folder, name)), None)
    if main is None:
        raise GitError(f"there is no branch {' or '.join(MAIN[:2])} here; name a revision: --base HEAD~1")
    found = _said(folder, "merge-base", main, "HEAD").strip()
    if not found:
        raise GitError(f"{main} and the work at hand have no common commit here{_hint(folder)}")
    return Revision(main, found)


def lay_out(folder: Path, at: Revision, to: Path, wanted: Callable[[str], bool]) -> None:
    """Write the files below `folder`, as they were in a revision, into `to`.

    wanted: decides for each path, relative to the folder, whether to write it.
    """
    listed = [(path, blob) for path, blob in _files(folder, at) if wanted(path) and _is_safe_path(path)]
    request = "".join(f"{blob}\n" for _, blob in listed).encode()
    contents = _ran(folder, "cat-file", "--batch", given=request).stdout
    start = 0
    for path, _ in listed:
        head, _, _ = contents[start : start + 200].partition(b"\n")
        size, start = int(head.split()[-1]), start + len(head) + 1
        target = to / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents[start : start + size])
        start += size + 1


def changed_since_commit(folder: Path) -> frozenset[str]:
    """Changed and new files since the last commit, as paths relative to the folder. Raises GitError."""
    changed = ("diff", "--name-only", "--relative", "--no-ext-diff", "-z", "HEAD", "--", ".")
    new = ("ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    names = ""
    for command in (changed, new):
        # Looking must neither take a lock nor start a file-system monitor.
        asked = _ran(folder, "--no-optional-locks", "-c", "core.fsmonitor=false", *command)
        if asked.returncode:
            raise GitError(f"git knows nothing of {folder}, or no commit yet")
        names += asked.stdout.decode("utf-8", "surrogateescape")
    return frozenset(filter(None, names.split("\0")))


def _files(folder: Path, at: Revision) -> Iterator[tuple[str, str]]:
    """Paths relative to the folder, each with the hash of its content, without links and submodules."""
    for line in _said(folder, "ls-tree", "-r", "-z", at.commit).split("\0"):
        about, _, path = line.partition("\t")
        if about.split(" ")[0] in _FILES:
            yield path, about.split(" ")[2]


def _is_safe_path(path: str) -> bool:
    """Whether a path stays inside the folder: a handcrafted tree may contain any name."""
    parts = PurePosixPath(path).parts
    return not path.startswith("/") and ".." not in parts and ".git" not in parts


def _inside(folder: Path) -> None:
    asked = _ran(folder, "rev-parse", "--is-inside-work-tree")
    if asked.stdout.strip() != b"true":
        # The folder may also belong to another user; git's message says so.
        why = asked.stderr.decode("utf-8", "replace").partition("\n")[0]
        begin = "; `git init`, and commit what you begin with" if "not a git repository" in why else ""
        raise GitError(f"git has no work tree here, so there is nothing to compare with: {why}{begin}")


def _commit(folder: Path, name: str) -> str | None:
    wanted = f"{name}^{{commit}}"
    return _said(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted).strip() or None


def _hint(folder: Path) -> str:
    """Clones made for CI often hold only the newest commit."""
    if _said(folder, "rev-parse", "--is-shallow-repository").strip() == "true":
        return ": this clone is shallow; run git fetch --unshallow, or check out with fetch-depth: 0"
    return "; git fetch may bring it"


def _said(folder: Path, *arguments: str) -> str:
    """Standard output; empty where git refuses."""
    return _ran(folder, *arguments).stdout.decode("utf-8", "surrogateescape")


def _ran(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], cwd=folder, input=given, capture_output=True, check=False)
    except FileNotFoundError:
        raise GitError("git is not installed here; the report compares with a revision of it") from None
