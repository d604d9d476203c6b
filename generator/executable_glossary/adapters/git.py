"""Calls git: resolves revisions, extracts a folder from a revision, lists tracked and changed files, and dates changes.

Files are read as git stores them. The project's hooks, filters, and attributes have no effect, and no symbolic links
are created.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

# Common names of the main branch; the first that exists is used.
MAIN = ("main", "origin/main", "master", "origin/master")
_FILES = {"100644", "100755"}
# A query must neither take a lock nor start a file-system monitor.
_READ_ONLY = ("--no-optional-locks", "-c", "core.fsmonitor=false")
MOST_LINKS = 40  # symbolic links on one path; Linux follows no more either
_COMMIT = "\x1e"  # before each commit in a log


class GitError(Exception):
    """Raised if git is not installed or the revision does not exist; the message explains what to do."""


@dataclass(frozen=True)
class Revision:
    """A commit. `name` is the revision as written by the user; `commit` is the full hash."""

    name: str
    commit: str

    def __str__(self) -> str:
        short = self.commit[:10]
        return short if self.commit.startswith(self.name) else f"{self.name} ({short})"


def revision(folder: Path, name: str) -> Revision:
    """The commit that a branch, tag, or hash refers to. Raises GitError."""
    _require_work_tree(folder)
    commit = _commit(folder, name)
    if commit is None:
        raise GitError(f'git cannot find the revision "{name}"{_hint(folder)}')
    return Revision(name, commit)


def branching_point(folder: Path) -> Revision:
    """The commit where the current branch diverged from the main branch. Raises GitError."""
    _require_work_tree(folder)
    main = next((name for name in MAIN if _commit(folder, name)), None)
    if main is None:
        raise GitError(f"there is no branch named {' or '.join(MAIN[:2])}; specify a revision: --base HEAD~1")
    commit = _output(folder, "merge-base", main, "HEAD").strip()
    if not commit:
        raise GitError(f"{main} and HEAD have no common commit{_hint(folder)}")
    return Revision(main, commit)


def lay_out(folder: Path, at: Revision, to: Path, wanted: Callable[[str], bool]) -> None:
    """Write the files under `folder`, as they were in a revision, to the folder `to`.

    wanted: decides whether to write a file, given its path relative to `folder`.
    """
    listed = [(path, blob) for path, blob in _files(folder, at) if wanted(path) and _is_safe_path(path)]
    request = "".join(f"{blob}\n" for _, blob in listed).encode()
    contents = _run(folder, "cat-file", "--batch", stdin=request).stdout
    start = 0
    for path, _ in listed:
        head, _, _ = contents[start : start + 200].partition(b"\n")
        size, start = int(head.split()[-1]), start + len(head) + 1
        target = to / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents[start : start + size])
        start += size + 1


def changed_since(folder: Path, base: Revision) -> Mapping[str, str]:
    """How each file in the repository differs from a revision, keyed by its path relative to the folder: new, gone, or
    changed. Untracked files that are not ignored are new. Raises GitError."""
    options = ("--name-status", "--no-renames", "--no-ext-diff", "--ignore-submodules=dirty", "-z")
    listed = _run(folder, *_READ_ONLY, "diff", *options, base.commit, "--")
    others = ("ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ":/")
    new = _output(folder, *_READ_ONLY, *others).split("\0")
    if listed.returncode:
        raise GitError(f"git cannot compare the files with {base}")
    parts = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
    pairs = (*zip(parts[::2], parts[1::2], strict=False), *(("A", name) for name in new if name))
    inside = _output(folder, "rev-parse", "--show-prefix").strip("\n") or "."
    hows = {"A": "new", "D": "gone"}
    return {posixpath.relpath(name, inside): hows.get(status, "changed") for status, name in pairs}


def changed_since_commit(folder: Path) -> frozenset[str]:
    """Files changed or added since the last commit, as paths relative to the folder. Raises GitError."""
    changed = ("diff", "--name-only", "--relative", "--no-ext-diff", "-z", "HEAD", "--", ".")
    new = ("ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    names = ""
    for command in (changed, new):
        process = _run(folder, *_READ_ONLY, *command)
        if process.returncode:
            raise GitError(f"{folder} is not in a git repository, or the repository has no commits yet")
        names += process.stdout.decode("utf-8", "surrogateescape")
    return frozenset(filter(None, names.split("\0")))


def tracked_files(folder: Path, below: Path) -> tuple[str, ...]:
    """The files that git tracks at or below a path, relative to the folder. Raises GitError.

    All repositories that may have created the path count: the ones around the real path and around each symbolic link
    that leads to it, including submodules and repositories elsewhere. Links above the folder do not count.
    """
    found = (
        file for place in _places(folder, below) for top in _tops(place) for file in _tracked(top, place)
    )
    return tuple(dict.fromkeys(os.path.relpath(file, folder.resolve()) for file in found))


def _places(folder: Path, path: Path) -> Iterator[Path]:
    """The symbolic links that lead from the folder to the path, and the real path. Raises GitError if there are too
    many links."""
    inside = path.is_relative_to(folder)
    at = folder.resolve() if inside else Path(path.anchor)
    rest = list(reversed(path.relative_to(folder if inside else path.anchor).parts))
    links = 0
    while rest:
        part = rest.pop()
        step = at.parent if part == ".." else at / part
        if not step.is_symlink():
            at = step
            continue
        yield step
        links += 1
        if links > MOST_LINKS:
            raise GitError(f"{path} contains too many symbolic links")
        target = step.readlink()
        at = Path(target.anchor) if target.is_absolute() else at
        rest += reversed(target.parts[target.is_absolute() :])
    yield at


def _tops(place: Path) -> Iterator[Path]:
    """The roots of git work trees among a place and the folders above it, innermost first."""
    yield from (folder for folder in (place, *place.parents) if os.path.lexists(folder / ".git"))


def _tracked(top: Path, place: Path) -> Iterator[Path]:
    """The files that one repository tracks at or below a place. Raises GitError if it cannot say.

    The index is read even if the repository belongs to another user, as is common in CI.
    """
    options = (*_READ_ONLY, "-c", "safe.directory=*", "--literal-pathspecs")
    # A git hook sets variables that name its own repository.
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    process = _run(top, *options, "ls-files", "-z", "--", str(place), env={**own, "LC_ALL": "C"})
    error = process.stderr.decode("utf-8", "replace").partition("\n")[0]
    # A place in a submodule belongs to the submodule's repository, and an empty folder named .git is not a repository.
    if process.returncode and not any(
        words in error for words in ("is in submodule", "not a git repository")
    ):
        raise GitError(f"git cannot list the files in {top}: {error}")
    names = process.stdout.decode("utf-8", "surrogateescape").split("\0")
    yield from (top / name for name in names if name)


def last_changes(folder: Path, *below: Path) -> Mapping[str, str]:
    """The day (in UTC, as in 2026-01-31) of the last commit that changed each file at or below the paths, keyed by the
    file's path relative to the folder. Empty without git.

    The oldest commit of a shallow clone seems to add every file, so it dates none.
    """
    days: dict[str, str] = {}
    with suppress(GitError):
        is_shallow = _output(folder, "rev-parse", "--is-shallow-repository").strip() == "true"
        options = (
            "--name-only",
            "--relative",
            "--no-renames",
            "--no-show-signature",
            f"--format={_COMMIT}%ct %P",
        )
        paths = ("--", *map(str, below))
        text = _output(folder, *_READ_ONLY, "-c", "core.quotePath=false", "log", *options, *paths)
        for commit in text.split(_COMMIT)[1:]:
            about, *names = commit.split("\n")
            seconds, *parents = about.split()
            if parents or not is_shallow:
                day = _day(int(seconds))
                days |= {name: day for name in filter(None, names) if name not in days}
    return {name: day for name, day in days.items() if day}


def _day(seconds: int) -> str:
    """The day of a commit; empty if it is in a year that does not exist, because a commit can contain any number."""
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return ""


def _files(folder: Path, at: Revision) -> Iterator[tuple[str, str]]:
    """Paths relative to the folder, each with the hash of its content. Skips links and submodules."""
    for line in _output(folder, "ls-tree", "-r", "-z", at.commit).split("\0"):
        about, _, path = line.partition("\t")
        if about.split(" ")[0] in _FILES:
            yield path, about.split(" ")[2]


def _is_safe_path(path: str) -> bool:
    """Whether a path stays inside the folder. A manually constructed git tree can contain any name."""
    parts = PurePosixPath(path).parts
    return not path.startswith("/") and ".." not in parts and ".git" not in parts


def _require_work_tree(folder: Path) -> None:
    process = _run(folder, "rev-parse", "--is-inside-work-tree")
    if process.stdout.strip() != b"true":
        # The folder may also belong to another user; git's message explains that.
        why = process.stderr.decode("utf-8", "replace").partition("\n")[0]
        begin = "; run `git init` and make a first commit" if "not a git repository" in why else ""
        raise GitError(f"there is no git work tree here, so there is nothing to compare with: {why}{begin}")


def _commit(folder: Path, name: str) -> str | None:
    wanted = f"{name}^{{commit}}"
    return _output(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted).strip() or None


def _hint(folder: Path) -> str:
    """Advice for a missing commit: clones made in CI often contain only the newest commit."""
    if _output(folder, "rev-parse", "--is-shallow-repository").strip() == "true":
        return ": this clone is shallow; run git fetch --unshallow, or check out with fetch-depth: 0"
    return "; git fetch may download it"


def _output(folder: Path, *arguments: str) -> str:
    """Git's standard output, which is empty if the command fails."""
    return _run(folder, *arguments).stdout.decode("utf-8", "surrogateescape")


def _run(
    folder: Path, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = ["git", *arguments]
    try:
        return subprocess.run(command, cwd=folder, input=stdin, env=env, capture_output=True, check=False)
    except FileNotFoundError:
        raise GitError("git is not installed, but it is needed to read the repository") from None
