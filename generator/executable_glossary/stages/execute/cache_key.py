"""Computes the cache key of a run: a hash of everything that is known before the run and can change its result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import file_digest, sha256
from pathlib import Path

from executable_glossary.execution.external_data import cache_hash
from executable_glossary.execution.file_hashes import FileHashes
from executable_glossary.model.example import Example
from executable_glossary.model.project import Project
from executable_glossary.model.run import KeyParts, Run

SCHEMA = 9  # version of keys, stored runs, and the sandbox; runs from an older version are stale

CACHE = "cache "  # prefix that distinguishes cache names from data file names, which contain no spaces


def run_key(example: Example, seed: int, parts: KeyParts) -> str:
    """The cache key: a SHA-256 of everything that is known before a run and can change its result.

    Prose, Markdown cells, titles, limits, tolerances, and the position of a cell in the file are not part of the key.
    """
    inputs = {
        "data": dict(parts.data),
        "artifacts": dict(parts.artifacts),
        "environment": dict(parts.environment),
    }
    settings = {"schema": parts.schema, "platform": parts.platform, "readable": parts.readable, "seed": seed}
    settings |= {"home": parts.home} if parts.home else {}
    return _digest({**settings, **_example_parts(example), **inputs})


def input_hashes(example: Example, project: Project, files: FileHashes) -> Mapping[str, str]:
    """SHA-256 hashes of the declared data files and caches, keyed by name; an empty hash means that the data
    is missing."""
    folder = (project.root / example.path).parent
    hashes = {name: file_hash(folder / name) for name in example.settings.data}
    for name in example.settings.cache:
        path = project.cache(name)
        hashes[f"{CACHE}{name}"] = cache_hash(path, files) if path else ""
    return hashes


def sources(example: Example, run: Run) -> Mapping[str, str]:
    """Hashes of the project's files that determined a run, keyed by path: the example, and the files that it
    imported or opened."""
    return {**run.files, example.path: _digest(_example_parts(example))}


def changed_since(run: Run, example: Example, project: Project) -> bool:
    """Whether a recorded run's sources have changed since the run; False for a record without sources."""
    current = {path: file_hash(project.root / path) for path in run.files if path != example.path}
    return bool(run.files) and {**current, example.path: _digest(_example_parts(example))} != run.files


def environment_hashes(example: Example, project: Project) -> Mapping[str, str]:
    """SHA-256 hashes of the declared environment variables, keyed by name; empty for a variable that is not set."""
    values = ((name, project.declarable.get(name)) for name in example.settings.env)
    return {
        name: "" if value is None else sha256(value.encode("utf-8", "surrogateescape")).hexdigest()
        for name, value in values
    }


def key_parts(
    example: Example, project: Project, platform: str, data: Mapping[str, str], artifacts: Mapping[str, str]
) -> KeyParts:
    """The individual parts of the cache key, so a later build can explain what changed.

    platform: as returned by `Runner.platform`. data, artifacts: hashes of declared data and caches, and of files
    produced by other examples, keyed by name.
    """
    settings = example.settings
    return KeyParts(
        schema=SCHEMA,
        platform=platform,
        cells=tuple(sha256(cell.code.encode()).hexdigest() for cell in example.code_cells),
        threads=settings.threads,
        needs=tuple(sorted(settings.needs)),
        outputs=_written(example),
        data=dict(data),
        artifacts=dict(artifacts),
        environment=environment_hashes(example, project),
        together=example.together,
        readable=project.settings.readable,
        home=tuple(sorted(project.home)),
        measures=example.measures,
    )


def _written(example: Example) -> tuple[str, ...]:
    """The files that the run keeps if it writes them: the declared outputs, and the pictures that its text shows."""
    return tuple(sorted({*example.settings.outputs, *example.pictures}))


def _example_parts(example: Example) -> Mapping[str, object]:
    settings = example.settings
    return {
        "example": example.name,
        "code": [cell.code for cell in example.code_cells],
        "needs": sorted(settings.needs),
        "outputs": list(_written(example)),
        "threads": settings.threads,
        # Seeds that one run measures together can affect each other, so the whole list is part of the key.
        **({"together": list(example.together)} if example.together else {}),
        **({} if example.measures else {"measures": False}),
    }


def _digest(known: Mapping[str, object]) -> str:
    return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file; empty if it cannot be read or is not a regular file, which could have no end."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
