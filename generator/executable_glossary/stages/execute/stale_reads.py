"""Finds changes to the files, folders, and packages that a stored run read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from executable_glossary.execution import Runner
from executable_glossary.execution.file_hashes import FileHashes
from executable_glossary.execution.observed_reads import record_hash, tree_hash
from executable_glossary.execution.path_names import PathNames, joined, parents
from executable_glossary.execution.sandbox.fingerprints import (
    HASH_LENGTH,
    as_path,
    as_text,
    kind_of,
    listing_hash,
    packages_hash,
    startup_hash,
)
from executable_glossary.model.example import Example
from executable_glossary.model.project import Project
from executable_glossary.model.run import Reads, Run

# How messages name the parts of the Python installation (`execution.path_names`).
INSTALLED = {
    "purelib": "site-packages",
    "platlib": "site-packages",
    "stdlib": "lib",
    "platstdlib": "lib",
    "scripts": "bin",
}


@dataclass(frozen=True)
class Inputs:
    """The inputs that a run would read now. `version` returns the installed version of a distribution, and `record`
    returns the hash of the list of its files. Either returns "" if the distribution has none."""

    project: Project
    names: PathNames
    hashes: FileHashes
    version: Callable[[str], str]
    record: Callable[[str], str] = record_hash

    @classmethod
    def of(cls, project: Project, runner: Runner) -> Inputs:
        """The inputs for one build. Many runs use the same distributions, so each distribution is looked up only
        once."""
        version = cache(lambda name: runner.versions((name,)).get(name, ""))
        names = PathNames(project.root, project.outside)
        return cls(project, names, FileHashes(project.store), version, cache(record_hash))

    def listed(self, name: str) -> Mapping[str, str]:
        """The kind of every entry in the folder with this portable name, keyed by name."""
        return self.hashes.names(self.names.path(name))


def changed_reads(run: Run, example: Example, now: Inputs) -> Iterator[str]:
    """Each difference between what the run read and what exists now, on one line, most likely causes first.

    A run without differences is a cache hit if the cache keys are also equal.
    """
    folder = PurePosixPath(example.path).parent
    yield from (f"{_short(name, folder)} was modified during the run" for name in run.reads.changed)
    yield from _changed_files(run, now, folder)
    for name, old in run.versions.items():
        if (new := now.version(name)) != old:
            yield f"{name} {old} → {new}" if new else f"{name} {old} is no longer installed"
    yield from _changed_names(run, now, folder)
    yield from _changed_paths(run, now, folder)
    for name, hash in run.reads.distributions.items():
        if now.record(name) != hash:
            yield f"the installed files of {name} changed"
    yield from (
        f"{_place(name, now)} {_became(now.hashes.file(now.names.path(name)))}"
        for name in _changed_outside(run, now)
    )
    yield from _unfollowed(run, example, now)


def _changed_files(run: Run, now: Inputs, folder: PurePosixPath) -> Iterator[str]:
    for name, hash in run.files.items():
        if hash and (current := now.hashes.file(now.names.path(name))) != hash:
            yield f"{_short(name, folder)} {_became(current)}"


def _changed_outside(run: Run, now: Inputs) -> Iterator[str]:
    for name, hash in run.reads.outside.items():
        if hash and now.hashes.file(now.names.path(name))[:HASH_LENGTH] != hash:
            yield name


def _changed_names(run: Run, now: Inputs, folder: PurePosixPath) -> Iterator[str]:
    reads = run.reads
    yield from _changed_listings(reads, now, folder)
    for name in reads.folders:
        if not os.path.isdir(now.names.path(name)):
            yield f"the folder {_short(name, folder)} was removed"
    for name, kind in reads.looked.items():
        if (current := _kind(now.names.path(name), sized=" of " in kind)) != kind:
            yield f"{_short(name, folder)} {_became(current)}"


def _changed_listings(reads: Reads, now: Inputs, folder: PurePosixPath) -> Iterator[str]:
    def shown_hash(names: Mapping[str, str]) -> str:
        return listing_hash({name: kind for name, kind in names.items() if as_text(name) not in reads.unseen})

    startup = "a file that Python executes at startup was added to or removed from {}/"
    for hashes, hash_of, change in (
        (reads.listed, listing_hash, "the list of files in {}/ changed"),
        (reads.shown, shown_hash, "the list of files in {}/ changed"),
        (reads.startup, startup_hash, startup),
        (reads.packages, packages_hash, "the packages installed in {}/ changed"),
    ):
        for name, hash in hashes.items():
            if hash_of(now.listed(name)) != hash:
                yield change.format(_short(name, folder))


def _changed_paths(run: Run, now: Inputs, folder: PurePosixPath) -> Iterator[str]:
    """Paths that did not exist during the run but do now, and symbolic links that have been added or changed."""
    links = run.reads.links
    for parent, missing in run.reads.absent.items():
        there = now.listed(parent)
        for name in (joined(parent, name) for name in missing if as_path(name) in there):
            # A folder also lists dangling links, whose targets do not exist.
            if os.path.exists(now.names.path(name)) or (now.names.is_project(name) and name not in links):
                yield f"{_short(name, folder)} now exists"
        # With a file in place of a folder, calls fail with a different error.
        if not there and (obstacle := now.names.obstacle(parent)) not in ("", *run.files, *run.reads.looked):
            yield f"{_short(obstacle, folder)} now exists"
    for name in run.reads.filled:
        if _kind(now.names.path(name), sized=False) not in ("", "file"):
            yield f"{_short(name, folder)} is in the way of a file that the run creates"
    yield from _changed_links(run, now, folder)


def _changed_links(run: Run, now: Inputs, folder: PurePosixPath) -> Iterator[str]:
    links = run.reads.links
    for name, target in links.items():
        if _link_target(now.names.path(name)) != target:
            yield f"the symbolic link {_short(name, folder)} changed"
    for name in sorted(_passed(run, now, folder) - links.keys()):
        if os.path.islink(now.names.path(name)):
            yield f"{_short(name, folder)} became a symbolic link"


def _passed(run: Run, now: Inputs, folder: PurePosixPath) -> set[str]:
    """The names of the project's files and folders that the run used, except the script's folder and its parent
    folders."""
    reads = run.reads
    named = {
        *run.files,
        *reads.listed,
        *reads.shown,
        *reads.folders,
        *reads.looked,
        *reads.absent,
        *reads.filled,
    }
    above = {str(parent) for parent in (folder, *folder.parents)}
    used = {path for name in named for path in (name, *parents(name))}
    return {name for name in used - above if now.names.is_project(name)}


def _kind(path: str, sized: bool) -> str:
    """The kind of file or folder at a path, as in `Reads.looked`; empty if there is none."""
    with suppress(OSError):
        found = os.stat(path)
        return kind_of(found.st_mode, found.st_size if sized else None)
    return ""


def _link_target(path: str) -> str:
    """The target of a symbolic link, as written; empty if the path is not a link."""
    with suppress(OSError):
        return as_text(os.readlink(path))
    return ""


def _unfollowed(run: Run, example: Example, now: Inputs) -> Iterator[str]:
    """The reason why a run counts as stale even though none of its known reads has changed: it may have unknown
    ones."""
    if run.isolation.get("traced") == "all":
        return
    why = "; ".join(run.reads.unknown) or "its system calls were not traced"
    says = example.settings.reads
    if says == "declared" or (says == "project" and not now.project.settings.strict and run.reads.tree):
        if says == "project" and run.reads.tree != tree_hash(now.project.root, now.hashes):
            yield f"a project file changed, and the example may read it; not all of its reads could be tracked ({why})"
        return
    yield f"not all files that the stored run read could be tracked ({why})"


def _became(hash: str) -> str:
    return "changed" if hash else "was deleted"


def _place(name: str, now: Inputs) -> str:
    """The path to show for a file outside the project: relative to the Python installation if it is inside, otherwise
    absolute."""
    return name.partition("}/")[2] if name.startswith("{") else now.names.path(name)


def _short(name: str, folder: PurePosixPath) -> str:
    """A project path, relative to the examples folder if it is inside that folder. A path in the Python installation
    starts with the name of its folder: `site-packages/numpy`."""
    part, brace, rest = name.partition("}")
    if brace and part.startswith("{"):
        return f"{INSTALLED.get(part[1:], part[1:])}{rest}"
    inside = PurePosixPath(name).is_relative_to(folder) and name != str(folder)
    return PurePosixPath(name).relative_to(folder).as_posix() if inside else name.removeprefix("./")
