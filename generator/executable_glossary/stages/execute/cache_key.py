"""When a run may be shown again instead of being made again: its key, and what it was seen to read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import file_digest, sha256
from pathlib import Path

from executable_glossary.execution.external_data import cache_hash
from executable_glossary.model.example import Example
from executable_glossary.model.project import Project
from executable_glossary.model.run import KeyParts, Run

SCHEMA = 2  # of keys, of stored runs, and of the worker: what an older one made is made again

CACHE = "cache "  # so begins the name of a cache among data files, whose names have no spaces


def run_key(
    example: Example, seed: int, platform: str, data: Mapping[str, str], artifacts: Mapping[str, str]
) -> str:
    """A SHA-256 of all that is known beforehand and can change the outcome.

    data, artifacts: hashes of declared data and caches, and of what other examples made, by name. Of the
    head only what matters is in it; prose, Markdown cells, titles, limits and tolerances are not, nor is
    the place of a cell in the file.
    """
    around = {"data": dict(data), "artifacts": dict(artifacts), "seed": seed, "platform": platform}
    return _digest({"schema": SCHEMA, **_own(example), **around})


def input_hashes(example: Example, project: Project) -> Mapping[str, str]:
    """The hashes of the declared data files and caches; empty for one that is not there."""
    folder = (project.root / example.path).parent
    found = {name: file_hash(folder / name) for name in example.settings.data}
    for name in example.settings.cache:
        place = project.cache(name)
        found[f"{CACHE}{name}"] = cache_hash(place, project.store) if place else ""
    return found


def sources(example: Example, run: Run) -> Mapping[str, str]:
    """What decided a run, as far as it stands in files of the project: the example's own part, and the files
    that it imported or opened; a hash for each path."""
    return {**run.files, example.path: _digest(_own(example))}


def changed_since(run: Run, example: Example, project: Project) -> bool:
    """Whether a run that was recorded with its sources comes from others than there are now."""
    others = {path: file_hash(project.root / path) for path in run.files if path != example.path}
    return bool(run.files) and {**others, example.path: _digest(_own(example))} != run.files


def key_parts(
    example: Example, platform: str, data: Mapping[str, str], artifacts: Mapping[str, str]
) -> KeyParts:
    """The same in parts that can be compared: what a later build needs to say what changed."""
    settings = example.settings
    return KeyParts(
        schema=SCHEMA,
        platform=platform,
        cells=tuple(sha256(cell.code.encode()).hexdigest() for cell in example.code_cells),
        threads=settings.threads,
        needs=tuple(sorted(settings.needs)),
        outputs=tuple(sorted(settings.outputs)),
        data=dict(data),
        artifacts=dict(artifacts),
    )


def still_holds(run: Run, project: Project, version: Callable[[str], str]) -> bool:
    """Whether every file of the project and every distribution that the run used is what it was.

    version: that of a distribution which is installed where runs are made; empty if it is not.
    """
    files = all(hash and file_hash(project.root / path) == hash for path, hash in run.files.items())
    return files and all(version(name) == found for name, found in run.versions.items())


def _own(example: Example) -> Mapping[str, object]:
    settings = example.settings
    return {
        "example": example.name,
        "code": [cell.code for cell in example.code_cells],
        "needs": sorted(settings.needs),
        "outputs": sorted(settings.outputs),
        "threads": settings.threads,
    }


def _digest(known: Mapping[str, object]) -> str:
    return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256; empty for a file that is not there."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
