"""All that a store holds, by what it is, so that it can be made smaller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from executable_glossary.execution.store_files import ASIDE, PART, StoredFile, content, stored
from executable_glossary.model.run import Run

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


def inventory(root: Path) -> Inventory:
    """Of the store in that folder, which need not exist."""
    runs, rest = [], [stored(path) for path in (*root.glob("work/*"), *root.glob(f"{ASIDE}*"))]
    for path in sorted(root.glob("runs/*/*")):
        run = read_run(path)
        if run is None:
            rest.append(stored(path))
        else:
            runs.append(StoredRun(stored(path), run.key, run.example, run.seed, run.date, _hashes(run)))
    objects = {path.name: stored(path) for path in sorted(root.glob("objects/*/*"))}
    rest += [objects.pop(name) for name in tuple(objects) if name.startswith(PART)]
    return Inventory(tuple(runs), objects, tuple(rest))


def read_run(path: Path) -> Run | None:
    """The run in a file, whether or not its own files are whole; figures have no place."""
    try:
        return RUN.validate_json(content(path) or b"")
    except ValidationError:
        return None


def _hashes(run: Run) -> frozenset[str]:
    """Of what it made, and of the artifacts that it was made from: without these it cannot be made again."""
    made = (*run.artifacts.values(), *(figure.file.name for figure in run.figures))
    return frozenset((*made, *(run.parts.artifacts.values() if run.parts else ())))
