"""Turns the paths that a run's processes named into hashes of everything that the run read."""

from __future__ import annotations

import os
import site
import stat
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from executable_glossary.execution.file_hashes import FileHashes
from executable_glossary.execution.job import Job
from executable_glossary.execution.path_names import PathNames, parents
from executable_glossary.execution.sandbox.fingerprints import (
    HASH_LENGTH,
    LISTINGS,
    UNREACHABLE,
    as_path,
    as_text,
    is_startup,
    kind_of,
    listing_hash,
    startup_hash,
)
from executable_glossary.execution.sandbox.path_trace import state as path_state
from executable_glossary.model.run import Reads

NOT_FILES = ("/dev/", "/memfd:", "/SYSV", "/proc/", "/run/")
MADE_BY_BUILDS = ("site", "__pycache__", "node_modules")
State = tuple[int, ...]
NamedPath = tuple[str, Mapping[str, str], State | None, bool]

SYSTEM = ("/dev/", "/proc/", "/sys/")  # not files, but views of the running system


def observed_reads(
    job: Job,
    folder: Path,
    report: Mapping[str, Any],
    result: Mapping[str, Any],
    began: float,
    versions: Iterable[str],
) -> tuple[Mapping[str, str], Reads]:
    """SHA-256 hashes of the project's files that the run read, keyed by path, and everything else that it read.

    report: the supervisor's report of the paths that were named. result: the run's own result, with the files that its
    process inherited. began: in seconds since 1970. versions: names of the distributions that the run used.
    """
    unknown = tuple(report.get("unknown", ("the run's system calls were not traced",)))
    seen = _nothing_seen(job, folder, report)
    _add_all(seen, _no_inputs(job, folder), report.get("paths", ()), _inherited(result, not unknown), began)
    return dict(sorted(seen.files.items())), replace(
        seen.reads(),
        links=dict(_links(seen.names, seen.links, report.get("links", {}))),
        distributions={name: record_hash(name) for name in versions},
        above=tuple(report.get("above", ())),
        unknown=unknown,
        tree=tree_hash(job.root, job.hashes) if unknown and job.example.settings.reads == "project" else "",
    )


def _nothing_seen(job: Job, folder: Path, report: Mapping[str, Any]) -> _Seen:
    limited, unseen = report.get("limited", False), tuple(report.get("unseen", ()))
    names, inside = PathNames(job.root, job.outside), tuple(_readable_in_project(job))
    return _Seen(names, job.hashes, f"{folder}/", inside, limited, unseen)


def _readable_in_project(job: Job) -> Iterator[str]:
    """The readable folders that are in the project, each ending in a slash."""
    root = f"{os.path.realpath(job.root)}/"
    return (path for path in (f"{each}/" for each in job.outside) if path.startswith(root))


def _add_all(
    seen: _Seen,
    no_inputs: tuple[str, ...],
    paths: Iterable[NamedPath],
    inherited: Iterable[str],
    began: float,
) -> None:
    paths, inherited = tuple((as_path(each[0]), *each[1:]) for each in paths), tuple(inherited)
    there = {*inherited, *(path for path, _, state, _ in paths if state is not None)}
    # Python's importer never lists a folder with compiled modules. Code that does so uses them as data.
    data = {path for path, kinds, _, _ in paths if path.endswith("/__pycache__") and "list" in kinds}
    for path, kinds, state, copied in paths:
        is_cache = path.endswith("/__pycache__")
        counts = path in data if is_cache else os.path.dirname(path) in data or not _is_derived(path, there)
        if counts and not f"{path}/".startswith(no_inputs):
            seen.add(path, kinds, state, copied)
    for path in inherited:
        counts = os.path.isfile(path) and not _is_derived(path, there)
        if counts and not f"{path}/".startswith(no_inputs):
            seen.add_inherited(path, began)
    for path in site_folders():
        seen.add_startup(path)


@dataclass
class _Seen:
    """Collects reads by their portable names. working: the run's working folder, ending in a slash. readable: folders and
    files in the project that the run can read even if they are hidden, each ending in a slash. limited: whether the run
    could not read the project's other hidden files. If so, it could see only their kinds and sizes. unseen: see `Reads`."""

    names: PathNames
    hashes: FileHashes
    working: str
    readable: tuple[str, ...]
    limited: bool
    unseen: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    startup: dict[str, str] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    looked: dict[str, str] = field(default_factory=dict)
    absent: dict[str, set[str]] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, kinds: Mapping[str, str], state: State | None, copied: bool) -> None:
        """Add a path that the run named. kinds: a hash of the content that the run saw there, or "", keyed by the kind
        of system call. state: its state when it was first named. copied: whether the run saw a copy that was made when
        the run began."""
        name = self.names.name(path)
        if kinds.keys() == {"fill"}:
            self.filled.add(name)
        elif state is None:
            self._add_missing(name, path)
        elif state == UNREACHABLE:
            self._add_unreachable(name, path, kinds, copied)
        elif self.limited and self._is_hidden(name, path):
            if not self.working.startswith(f"{path}/"):
                self.looked[name] = kind_of(state[0], state[1])
        elif stat.S_ISDIR(state[0]):
            self._add_folder(name, path, kinds, copied)
        elif not stat.S_ISREG(state[0]) or kinds.keys() <= {"exist", "fill"}:
            self.looked[name] = kind_of(state[0])
        else:
            seen = next(filter(None, kinds.values()), "")
            self._add_file(name, seen if copied and seen else self._unchanged_hash(path, state, seen))

    def _add_missing(self, name: str, path: str) -> None:
        folder, _, last = name.rpartition("/")
        folder = folder or ("/" if name.startswith("/") else ".")
        if folder not in self.absent and (obstacle := self.names.obstacle(folder)):
            # The call failed with a different error than for a missing path.
            with suppress(OSError):
                self.looked.setdefault(obstacle, kind_of(os.stat(self.names.path(obstacle)).st_mode))
        self.absent.setdefault(folder, set()).add(last)
        if os.path.exists(path):
            self.changed.add(name)

    def _add_unreachable(self, name: str, path: str, kinds: Mapping[str, str], copied: bool) -> None:
        """Add a path that the run could not reach. This process may reach it, because it can have more privileges."""
        found = path_state(path)
        if found in (None, UNREACHABLE):
            self.looked[name] = ""
        else:
            self.add(path, kinds, found, copied)

    def add_inherited(self, path: str, began: float) -> None:
        """Add a file that the run uses, even if a different process read it."""
        name = self.names.name(path)
        if name not in self.files and name not in self.outside:
            self._add_file(name, self._old_hash(path, began))
            self._add_links(path)

    def _old_hash(self, path: str, began: float) -> str:
        """The hash of a file if its content is the same as before the run began, and "" otherwise."""
        found, known = os.stat(path), self.hashes.known(path)
        before = known[1] if known and max(known[0][1:3]) < began * 1e9 else ""
        hash = self.hashes.file(path)
        # The time of change alone says little: it also changes with the number of hard links.
        return hash if max(found.st_mtime, found.st_ctime) < began or hash == before else ""

    def _add_links(self, path: str) -> None:
        while self.names.is_project(self.names.name(path)) and path != os.path.dirname(path):
            with suppress(OSError):
                self.links[path] = os.readlink(path)
            path = os.path.dirname(path)

    def add_startup(self, folder: str) -> None:
        """Add the files that Python executed at startup, before the run was traced."""
        names = self.hashes.names(folder)
        self.startup[self.names.name(folder)] = startup_hash(names)
        for name, kind in names.items():
            path = (
                os.path.join(folder, name, "__init__.py")
                if kind.endswith("folder")
                else os.path.join(folder, name)
            )
            if is_startup(name) and path not in own_path_files() and os.path.isfile(path):
                self._add_file(self.names.name(path), self.hashes.file(path))

    def reads(self) -> Reads:
        """Everything that was added, except the project's files."""
        return Reads(
            outside=dict(sorted(self.outside.items())),
            listed=dict(sorted(self.listed.items())),
            shown=dict(self.shown),
            unseen=self.unseen if self.shown else (),
            packages=dict(sorted(self.packages.items())),
            startup=dict(sorted(self.startup.items())),
            folders=tuple(sorted(self._bare_folders())),
            looked=dict(sorted(self.looked.items())),
            absent={folder: tuple(sorted(missing)) for folder, missing in sorted(self.absent.items())},
            filled=tuple(sorted(self.filled)),
            changed=tuple(sorted(self.changed)),
        )

    def _is_hidden(self, name: str, path: str) -> bool:
        """Whether a path is in a hidden folder, or is a hidden file, at the top of the project."""
        first, is_readable = name.partition("/")[0], f"{path}/".startswith(self.readable)
        return first.startswith(".") and first not in (".", "..") and not is_readable

    def _bare_folders(self) -> Iterator[str]:
        """The folders to record individually. A recorded file, or a list of at least one name, already implies that its
        folders exist."""
        filled = {name for name, hash in self.listed.items() if hash != listing_hash({})}
        implied = {parent for name in (*self.files, *self.outside, *self.listed) for parent in parents(name)}
        return (name for name in self.folders - implied if name not in filled)

    def _unchanged_hash(self, path: str, state: State, seen: str) -> str:
        """The hash of a file if it is the same as when it was first named, and "" otherwise. seen: its hash at that
        time, if known."""
        known = self.hashes.known(path)
        if not seen and known and known[0] == tuple(state[1:5]):
            seen = known[1]
        hash = self.hashes.file(path)
        if seen:
            return hash if hash == seen else ""
        return hash if _is_same_file(path, state, self.names.is_project(self.names.name(path))) else ""

    def _add_file(self, name: str, hash: str) -> None:
        """Add a file. An empty hash means that the file changed during the run; such a hash never matches."""
        if not hash:
            self.changed.add(name)
        if self.names.is_project(name):
            self.files[name] = hash
        else:
            self.outside[name] = hash[:HASH_LENGTH]

    def _add_folder(self, name: str, path: str, kinds: Mapping[str, str], copied: bool) -> None:
        self.folders.add(name)
        hashes = {
            "list": self.listed,
            "shown": self.shown,
            "packages": self.packages,
            "startup": self.startup,
        }
        for kind, seen in kinds.items():
            if kind in hashes:
                hashes[kind][name] = seen
                if not seen or (not copied and seen != LISTINGS[kind](self.hashes.names(path))):
                    self.changed.add(name)


def _links(
    names: PathNames, links: Mapping[str, str], reported: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The symbolic links in the project. Links elsewhere are left out, because they differ between machines. reported:
    links in the supervisor's report, as text."""
    followed = {**links, **{as_path(path): as_path(target) for path, target in reported.items()}}
    for path, target in sorted(followed.items()):
        if names.is_project(name := names.name(path)):
            yield name, as_text(target)


def _is_derived(path: str, there: Collection[str]) -> bool:
    """Whether a path is a compiled module that Python uses only if it matches the module's source. there: existing
    paths that the run named."""
    folder, name = os.path.split(path)
    parent, cache = os.path.split(folder)
    if cache != "__pycache__" or ".pyc" not in name:
        return False
    return os.path.join(parent, f"{name.partition('.')[0]}.py") in there and not _is_unchecked(path)


def _is_unchecked(path: str) -> bool:
    """Whether Python uses a compiled module without comparing it with its source (PEP 552)."""
    with suppress(OSError), open(path, "rb") as file:
        return int.from_bytes(file.read(8)[4:], "little") & 0b11 == 0b01
    return False


def _inherited(result: Mapping[str, Any], traced: bool) -> Iterator[str]:
    """The files that the run's process had already loaded when it was forked and, if it was not traced, those that it
    opened. Installed libraries in its memory count only if they belong to packages that it uses."""
    yield from result.get("loaded", ())
    if not traced:
        yield from (path for path in result.get("opened", ()) if not path.startswith(SYSTEM))
    used = tuple(result.get("modules", ()))
    for path in result.get("mapped", ()):
        _, installed, inside = path.rpartition("/site-packages/")
        if not path.startswith(NOT_FILES) and (not installed or inside.startswith(used)):
            yield path


@cache
def site_folders() -> tuple[str, ...]:
    """The folders in which Python looks for files to execute at startup."""
    user = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    folders = [os.path.realpath(folder) for folder in (*site.getsitepackages(), *user)]
    return tuple(dict.fromkeys(folder for folder in folders if os.path.isdir(folder)))


@cache
def own_path_files() -> frozenset[str]:
    """The `.pth` files that contain only the path to this package's folder, which differs between checkouts."""
    own = str(Path(__file__).parents[2])
    paths = (os.path.join(folder, name) for folder in site_folders() for name in os.listdir(folder))
    return frozenset(
        path
        for path in paths
        if path.endswith(".pth") and Path(path).read_text("utf-8", "replace").strip() == own
    )


def tree_hash(root: Path, hashes: FileHashes) -> str:
    """A hash of all project files that a run can read: all files except hidden ones and those that builds create."""
    whole = sha256()
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in MADE_BY_BUILDS
        )
        for path in (os.path.join(folder, name) for name in sorted(files) if not name.startswith(".")):
            whole.update(
                f"{os.path.relpath(path, root)} {hashes.file(path)}\n".encode("utf-8", "surrogateescape")
            )
    return whole.hexdigest()


def record_hash(distribution: str) -> str:
    """A hash of an installed distribution's RECORD, which lists its files with their hashes; "" if it has no RECORD.

    Leaves out entries that differ between environments with the same packages: compiled files, and scripts, which
    contain the path to the environment's Python.
    """
    with suppress(metadata.PackageNotFoundError):
        record = metadata.distribution(distribution).read_text("RECORD") or ""
        lines = sorted(
            line for line in record.splitlines() if not line.startswith("../") and ".pyc," not in line
        )
        # The metadata files that installers add differ between installers and locations.
        kept = [line for line in lines if ".dist-info/" not in line or "/METADATA," in line]
        return sha256("\n".join(kept).encode()).hexdigest()[:HASH_LENGTH]
    return ""


def _is_same_file(path: str, state: State, in_project: bool) -> bool:
    """Whether the path still leads to the file that was first named, and the file has not been written to since.

    The inode of an installed file can change without a write when an installer creates a hard link to it. In the project,
    where large files are not hashed when they are first named, such a change counts as a write.
    """
    with suppress(OSError):
        found = os.stat(path)
        size, modified, changed, inode = state[1:5]
        if (found.st_size, found.st_mtime_ns, found.st_ino) == (size, modified, inode):
            return found.st_ctime_ns == changed or not in_project
    return False


def _no_inputs(job: Job, folder: Path) -> tuple[str, ...]:
    """Paths that are not inputs, or that the cache key already covers: the run's folder; the script, whose code is
    hashed cell by cell; declared caches; the sandbox's own code; the environment's `pyvenv.cfg`; and this package's
    `.pth` file. Each path ends in a slash."""
    caches = (place.resolve() for place in job.caches.values())
    sandbox, environment = Path(__file__).parent / "sandbox", Path(sys.prefix, "pyvenv.cfg")
    return tuple(
        f"{path}/" for path in (folder, job.script, *caches, sandbox, environment, *own_path_files())
    )
