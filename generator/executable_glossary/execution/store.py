"""Remembers runs in a folder that can be deleted at any time: only time is lost.

`objects/` holds bytes by their SHA-256, `runs/<key>/` the runs that were made under a key, as JSON, each
named by its own SHA-256. Every file is written beside and then renamed, and checked when it is read: one
that is cut off, altered or foreign counts as missing and is written again; what else lies in its place is
set aside for a day. So two builds can share a store.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from pydantic import TypeAdapter, ValidationError

from executable_glossary.execution.store_files import (
    ASIDE,
    IN_THE_WAY,
    PART,
    StoredFile,
    clear,
    content,
    is_folder,
    is_whole,
    stored,
    take_away,
    write,
)
from executable_glossary.model.run import Run

__all__ = ["LEFT_BEHIND", "RUN", "Inventory", "Store", "StoredFile", "StoredRun"]

# Seconds after which a working folder belongs to nobody: no run takes a day.
LEFT_BEHIND = 24 * 3600.0
RUN = TypeAdapter(Run)


@dataclass(frozen=True)
class StoredRun:
    """What tells one stored run from another, and the hashes of the files that it made or was made from."""

    file: StoredFile
    key: str
    example: str
    seed: int
    date: str
    hashes: frozenset[str]

    @property
    def age(self) -> tuple[str, float, str]:
        """Sorts the oldest first. Dates are in whole seconds: of equal ones, what was written first is older."""
        return (self.date, self.file.modified, self.file.path.name)


@dataclass(frozen=True)
class Inventory:
    """All that a store holds; `rest` is what a kill left behind, what lay in the way, what cannot be read."""

    runs: tuple[StoredRun, ...]
    objects: Mapping[str, StoredFile]
    rest: tuple[StoredFile, ...]

    @property
    def size(self) -> int:
        """In bytes."""
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
        """The run with its figures, and the files of those names in `folder`, laid up in the store."""
        hashes = {name: self._keep(folder / name) for name in artifacts if (folder / name).is_file()}
        kept = run.with_figure_files(lambda figure: self._path(self._keep(figure.file)))
        return replace(kept, artifacts=hashes)

    def write(self, run: Run) -> None:
        """Remember a kept run under its key."""
        plain = run.with_figure_files(lambda figure: Path(figure.file.name))
        said = RUN.dump_json(plain)
        write(self._runs / run.key / f"{sha256(said).hexdigest()}.json", said, self._root)

    def runs(self, key: str) -> tuple[Run, ...]:
        """The runs remembered under a key whose files are all there and unharmed; oldest first."""
        found = (self._read(file) for file in _by_age((self._runs / key).glob("*.json")))
        return tuple(sorted((run for run in found if run is not None), key=lambda run: run.date))

    def every(self) -> Iterator[Run]:
        """All runs that can be read, whether or not their files are whole, in the order in which they were
        written; figures have no place."""
        yield from filter(None, map(_read_run, _by_age(self._runs.glob("*/*.json"))))

    def artifact(self, hash: str) -> Path | None:
        """The file with that SHA-256; None if the store does not hold it unharmed."""
        path = self._path(hash)
        return path if is_whole(path, hash) else None

    def inventory(self) -> Inventory:
        """All files of the store, by what they are."""
        return _inventory(self._root)

    def remove(self, file: StoredFile) -> None:
        """Take one file of the inventory away, and its folder if that is empty now."""
        take_away(file.path) if is_folder(file.path) else file.path.unlink(missing_ok=True)
        with suppress(OSError):
            file.path.parent.rmdir()

    @contextmanager
    def working_folder(self) -> Iterator[Path]:
        """An empty folder on the store's file system, gone afterwards."""
        folder = self._new_folder()
        self._sweep()
        try:
            yield folder
        finally:
            take_away(folder)

    def _new_folder(self) -> Path:
        try:
            self._work.mkdir(parents=True, exist_ok=True)
        except IN_THE_WAY:
            clear(self._work / "run", self._root)
            self._work.mkdir(parents=True, exist_ok=True)
        return Path(mkdtemp(dir=self._work))

    def _sweep(self) -> None:
        """Take away the working folders of builds that were killed, and what was set aside."""
        for folder in (*self._work.iterdir(), *self._root.glob(f"{ASIDE}*")):
            with suppress(FileNotFoundError):
                if time.time() - folder.lstat().st_mtime > LEFT_BEHIND:
                    take_away(folder)

    def _path(self, hash: str) -> Path:
        return self._objects / hash[:2] / hash

    def _keep(self, file: Path) -> str:
        made = file.read_bytes()
        hash = sha256(made).hexdigest()
        if not is_whole(self._path(hash), hash):
            write(self._path(hash), made, self._root)
        return hash

    def _read(self, file: Path) -> Run | None:
        """None for a file whose name is not its hash, or whose run has lost a file."""
        if sha256(content(file) or b"").hexdigest() != file.stem or (run := _read_run(file)) is None:
            return None
        hashes = {*run.artifacts.values(), *(figure.file.name for figure in run.figures)}
        if not all(self.artifact(hash) for hash in hashes):
            return None
        return run.with_figure_files(lambda figure: self._path(figure.file.name))


def _by_age(files: Iterator[Path]) -> list[Path]:
    """As they were written; by name where that is equal."""
    return sorted(files, key=lambda file: (_written(file), file.name))


def _written(file: Path) -> float:
    with suppress(OSError):
        return file.lstat().st_mtime
    return 0.0


def _inventory(root: Path) -> Inventory:
    """Of the store in that folder, which need not exist."""
    runs, rest = [], [stored(path) for path in (*root.glob("work/*"), *root.glob(f"{ASIDE}*"))]
    for path in sorted(root.glob("runs/*/*")):
        run = _read_run(path)
        if run is None:
            rest.append(stored(path))
        else:
            runs.append(StoredRun(stored(path), run.key, run.example, run.seed, run.date, _hashes(run)))
    objects = {path.name: stored(path) for path in sorted(root.glob("objects/*/*"))}
    rest += [objects.pop(name) for name in tuple(objects) if name.startswith(PART)]
    return Inventory(tuple(runs), objects, tuple(rest))


def _read_run(path: Path) -> Run | None:
    """The run in a file, whether or not its own files are whole; figures have no place."""
    try:
        return RUN.validate_json(content(path) or b"")
    except ValidationError:
        return None


def _hashes(run: Run) -> frozenset[str]:
    """Of what it made, and of the artifacts that it was made from: without these it cannot be made again."""
    made = (*run.artifacts.values(), *(figure.file.name for figure in run.figures))
    return frozenset((*made, *(run.parts.artifacts.values() if run.parts else ())))
