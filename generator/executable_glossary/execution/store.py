"""Stores runs by cache key in a folder, which can be deleted at any time at the cost of running examples again.

`objects/` contains figures and artifacts, named by their SHA-256; `runs/<key>/` contains the runs with that
cache key as JSON, named by their SHA-256. Every file is written under a temporary name and then renamed, and it is
verified when it is read: a truncated or altered file counts as missing and is written again. Anything
else found in its place is moved aside for a day. Two builds can therefore share a store.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import mkdtemp

from pydantic import TypeAdapter, ValidationError

from executable_glossary.execution.store_files import (
    ASIDE,
    IN_THE_WAY,
    PART,
    StoredFile,
    is_folder,
    is_intact,
    measure,
    move_obstacles,
    read_file,
    remove_tree,
    write,
)
from executable_glossary.model.run import Run

__all__ = ["ABANDONED", "RUN", "Inventory", "Store", "StoredFile", "StoredRun"]

# The time in seconds after which a working folder counts as abandoned. No run takes a day.
ABANDONED = 24 * 3600.0
RUN = TypeAdapter(Run)
# What else is in the store and can be deleted: unfinished work, and what builds keep so that they need not do it again.
OTHERS = ("work/*", f"{ASIDE}*", "builds/*", "pages/*/*", "preload/*")


@dataclass(frozen=True)
class StoredRun:
    """One stored run, as listed in the inventory.

    `date` is the time when the run ended, in ISO 8601 format. `hashes` contains the hashes of its figures, of
    the artifacts that it produced, and of the artifacts that it used.
    """

    file: StoredFile
    key: str
    example: str
    seed: int
    date: str
    hashes: frozenset[str]

    @property
    def age(self) -> tuple[str, float, str]:
        """A sort key, oldest first. Dates are in whole seconds; equal dates are ordered by the time of writing."""
        return (self.date, self.file.modified, self.file.path.name)


@dataclass(frozen=True)
class Inventory:
    """All files of a store: `runs`; `objects`, keyed by SHA-256; and `rest`, which contains leftovers from
    killed builds, entries moved aside, and unreadable files."""

    runs: tuple[StoredRun, ...]
    objects: Mapping[str, StoredFile]
    rest: tuple[StoredFile, ...]

    @property
    def size(self) -> int:
        """Size of all files in bytes."""
        files = (*(run.file for run in self.runs), *self.objects.values(), *self.rest)
        return sum(file.size for file in files)


class Store:
    """A store in the folder `root`, which need not exist yet."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._objects = root / "objects"
        self._runs = root / "runs"
        self._work = root / "work"

    def keep(self, run: Run, folder: Path, artifacts: tuple[str, ...]) -> Run:
        """Copy the run's figures and pictures, and the files in `folder` whose names are in `artifacts`, into the store. Returns
        the run with the paths and hashes of the copies. Raises OSError."""
        hashes = {name: self._add_object(folder / name) for name in artifacts if (folder / name).is_file()}
        stored_run = run.with_files(lambda file: self._object_path(self._add_object(file)))
        return replace(stored_run, artifacts=hashes)

    def write(self, run: Run) -> None:
        """Store a run, as returned by `keep`, under its cache key. Raises OSError."""
        portable = run.with_files(lambda file: Path(file.name))
        data = RUN.dump_json(portable)
        write(self._runs / run.key / f"{sha256(data).hexdigest()}.json", data, self._root)

    def runs(self, key: str) -> tuple[Run, ...]:
        """The runs stored under a cache key, oldest first. Leaves out runs with missing or damaged files."""
        runs = (self._read(file) for file in _by_age((self._runs / key).glob("*.json")))
        return tuple(sorted((run for run in runs if run is not None), key=lambda run: run.date))

    def every(self) -> Iterator[Run]:
        """All readable runs in the order in which they were written, even if some of their files are missing.
        Figure paths are not resolved."""
        yield from filter(None, map(_read_run, _by_age(self._runs.glob("*/*.json"))))

    def artifact(self, hash: str) -> Path | None:
        """The file with this SHA-256; None if it is damaged or not in the store."""
        path = self._object_path(hash)
        return path if is_intact(path, hash) else None

    def inventory(self) -> Inventory:
        """All files in the store, grouped by kind."""
        return _inventory(self._root)

    def remove(self, file: StoredFile) -> None:
        """Delete one file listed in the inventory, and its folder if that is now empty."""
        remove_tree(file.path) if is_folder(file.path) else file.path.unlink(missing_ok=True)
        with suppress(OSError):
            file.path.parent.rmdir()

    @contextmanager
    def working_folder(self) -> Iterator[Path]:
        """An empty folder on the store's file system, deleted on exit. Raises OSError."""
        folder = self._new_folder()
        self._remove_leftovers()
        try:
            yield folder
        finally:
            remove_tree(folder)

    def _new_folder(self) -> Path:
        try:
            self._work.mkdir(parents=True, exist_ok=True)
        except IN_THE_WAY:
            move_obstacles(self._work / "run", self._root)
            self._work.mkdir(parents=True, exist_ok=True)
        return Path(mkdtemp(dir=self._work))

    def _remove_leftovers(self) -> None:
        """Delete working folders of killed builds, and entries that were moved aside, once they are a day old."""
        for folder in (*self._work.iterdir(), *self._root.glob(f"{ASIDE}*")):
            with suppress(FileNotFoundError):
                if time.time() - folder.lstat().st_mtime > ABANDONED:
                    remove_tree(folder)

    def _object_path(self, hash: str) -> Path:
        return self._objects / hash[:2] / hash

    def _add_object(self, file: Path) -> str:
        """Copy a file into the store unless an intact copy is already there. Returns its SHA-256."""
        with file.open("rb") as content:
            hash = file_digest(content, "sha256").hexdigest()
        if not is_intact(self._object_path(hash), hash):
            write(self._object_path(hash), file, self._root)
        return hash

    def _read(self, file: Path) -> Run | None:
        """The run in a file; None if the file's name is not its hash, or a figure or artifact is missing."""
        if sha256(read_file(file) or b"").hexdigest() != file.stem or (run := _read_run(file)) is None:
            return None
        if not all(self.artifact(hash) for hash in _made(run)):
            return None
        return run.with_files(lambda file: self._object_path(file.name))


def _by_age(files: Iterator[Path]) -> list[Path]:
    """The files sorted by time of writing, then by name."""
    return sorted(files, key=lambda file: (_written(file), file.name))


def _written(file: Path) -> float:
    with suppress(OSError):
        return file.lstat().st_mtime
    return 0.0


def _inventory(root: Path) -> Inventory:
    """The inventory of the store in folder `root`, which need not exist."""
    rest = [measure(path) for pattern in OTHERS for path in root.glob(pattern)]
    runs = []
    for path in sorted(root.glob("runs/*/*")):
        run = _read_run(path)
        if run is None:
            rest.append(measure(path))
        else:
            runs.append(StoredRun(measure(path), run.key, run.example, run.seed, run.date, _hashes(run)))
    objects = {path.name: measure(path) for path in sorted(root.glob("objects/*/*"))}
    rest += [objects.pop(name) for name in tuple(objects) if name.startswith(PART)]
    return Inventory(tuple(runs), objects, tuple(rest))


def _read_run(path: Path) -> Run | None:
    """The run in a file; None if it is not valid. Does not check its figures and artifacts."""
    try:
        return RUN.validate_json(read_file(path) or b"")
    except ValidationError:
        return None


def _made(run: Run) -> Iterator[str]:
    """The hashes of a stored run's artifacts, figures, and pictures."""
    yield from run.artifacts.values()
    yield from (figure.file.name for figure in run.figures)
    yield from (path.name for path in run.pictures.values())


def _hashes(run: Run) -> frozenset[str]:
    """The hashes of a run's figures and artifacts, and of the artifacts that it used, which are needed to repeat the
    run."""
    return frozenset((*_made(run), *(run.parts.artifacts.values() if run.parts else ())))
