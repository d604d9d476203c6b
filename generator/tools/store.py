"""Remembers runs in a folder that can be deleted at any time: only time is lost.

`objects/` holds bytes by their SHA-256, `runs/<key>/` the runs that were made under a key, as JSON, each
named by its own SHA-256. Every file is written beside and then renamed, and checked when it is read: one
that is cut off, altered or foreign counts as missing and is written again. So two builds can share a store.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import mkdtemp, mkstemp

from pydantic import TypeAdapter, ValidationError

from generator.model.run import Run

RUN = TypeAdapter(Run)
# Seconds after which a working folder belongs to nobody: no run takes a day.
LEFT_BEHIND = 24 * 3600.0
PART = ".part-"  # how files begin that are not yet written to their end


@dataclass(frozen=True)
class StoredFile:
    """Size in bytes; when it was last written, in seconds since 1970. May be a folder with all that is in it."""

    path: Path
    size: int
    modified: float


@dataclass(frozen=True)
class StoredRun:
    """What tells one stored run from another, and the hashes of the files that it made or was made from."""

    file: StoredFile
    key: str
    example: str
    seed: int
    date: str
    hashes: frozenset[str]


@dataclass(frozen=True)
class Inventory:
    """All that a store holds; `rest` is what a kill left behind, and what cannot be read."""

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
        content = RUN.dump_json(plain)
        self._write(self._runs / run.key / f"{sha256(content).hexdigest()}.json", content)

    def runs(self, key: str) -> tuple[Run, ...]:
        """The runs remembered under a key whose files are all there and unharmed; oldest first."""
        files = sorted((self._runs / key).glob("*.json"))
        found = (self._read(file) for file in files)
        return tuple(sorted((run for run in found if run is not None), key=lambda run: run.date))

    def every(self) -> Iterator[Run]:
        """All runs that can be read, whether or not their files are whole; figures have no place."""
        for file in sorted(self._runs.glob("*/*.json")):
            with suppress(OSError, ValidationError):
                yield RUN.validate_json(file.read_bytes())

    def artifact(self, hash: str) -> Path | None:
        """The file with that SHA-256; None if the store does not hold it unharmed."""
        path = self._path(hash)
        return path if _is_whole(path, hash) else None

    def inventory(self) -> Inventory:
        """All files of the store, by what they are."""
        runs, rest = [], [_stored(folder) for folder in self._work.glob("*")]
        for file in sorted(self._runs.glob("*/*")):
            try:
                run = RUN.validate_json(file.read_bytes())
            except (OSError, ValidationError):
                rest.append(_stored(file))
            else:
                runs.append(StoredRun(_stored(file), run.key, run.example, run.seed, run.date, _hashes(run)))
        objects = {file.name: _stored(file) for file in sorted(self._objects.glob("*/*"))}
        rest += [objects.pop(name) for name in tuple(objects) if name.startswith(PART)]
        return Inventory(tuple(runs), objects, tuple(rest))

    def remove(self, file: StoredFile) -> None:
        """Take one file of the inventory away, and its folder if that is empty now."""
        shutil.rmtree(file.path) if file.path.is_dir() else file.path.unlink(missing_ok=True)
        with suppress(OSError):
            file.path.parent.rmdir()

    @contextmanager
    def working_folder(self) -> Iterator[Path]:
        """An empty folder on the store's file system, gone afterwards."""
        self._work.mkdir(parents=True, exist_ok=True)
        self._sweep()
        folder = Path(mkdtemp(dir=self._work))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _sweep(self) -> None:
        """Take away the working folders of builds that were killed."""
        for folder in self._work.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - folder.stat().st_mtime > LEFT_BEHIND:
                    shutil.rmtree(folder, ignore_errors=True)

    def _path(self, hash: str) -> Path:
        return self._objects / hash[:2] / hash

    def _keep(self, file: Path) -> str:
        content = file.read_bytes()
        hash = sha256(content).hexdigest()
        if not _is_whole(self._path(hash), hash):
            self._write(self._path(hash), content)
        return hash

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = mkstemp(dir=path.parent, prefix=PART)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            os.replace(beside, path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise

    def _read(self, file: Path) -> Run | None:
        try:
            content = file.read_bytes()
            if sha256(content).hexdigest() != file.stem:
                return None
            run = RUN.validate_json(content)
        except (OSError, ValidationError):
            return None
        hashes = {*run.artifacts.values(), *(figure.file.name for figure in run.figures)}
        if not all(self.artifact(hash) for hash in hashes):
            return None
        return run.with_figure_files(lambda figure: self._path(figure.file.name))


def _hashes(run: Run) -> frozenset[str]:
    """Of what it made, and of the artifacts that it was made from: without these it cannot be made again."""
    made = (*run.artifacts.values(), *(figure.file.name for figure in run.figures))
    return frozenset((*made, *(run.parts.artifacts.values() if run.parts else ())))


def _stored(path: Path) -> StoredFile:
    files = [path, *(path.rglob("*") if path.is_dir() else ())]
    found = [file.stat() for file in files]
    return StoredFile(path, sum(one.st_size for one in found), max(one.st_mtime for one in found))


def _is_whole(path: Path, hash: str) -> bool:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest() == hash
    except OSError:
        return False
