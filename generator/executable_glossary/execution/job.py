"""Describes one run to execute: its code, inputs, limits, and environment variables."""

from __future__ import annotations

import ast
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from executable_glossary.execution.file_hashes import FileHashes
from executable_glossary.model.example import Cell, Example

# The folder of the module that every Python process of a run loads at startup.
STARTUP = Path(__file__).parent / "sandbox" / "startup"
MAX_FILE_SIZE = 4 * 1024**3  # bytes; the limit for each file that a run writes
MAX_OPEN_FILES = 1024
LIMITS = {"RLIMIT_FSIZE": MAX_FILE_SIZE, "RLIMIT_NOFILE": MAX_OPEN_FILES, "RLIMIT_CORE": 0}
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


@dataclass(frozen=True)
class Job:
    """One run to execute: an example with a seed, or with all its seeds if it measures them together. In the latter
    case, `seed` is the first seed.

    root: the project's folder. artifacts: files produced by other examples, keyed by their names in the run's
    folder. caches: files or folders outside the project, keyed by name; the run can read these but not change
    them. readable: resolved paths to additional files that the run can read, and to folders that it can also
    import from. home: resolved paths to data that the run finds in its home directory, keyed by the path there.
    variables: the environment variables that the example declares. announces_imports: whether the run tells the tracer
    which package it imports; see `preload_reads`. hashes: hashes of the files
    that runs read.
    """

    example: Example
    seed: int
    root: Path
    artifacts: Mapping[str, Path] = field(default_factory=dict)
    caches: Mapping[str, Path] = field(default_factory=dict)
    readable: tuple[Path, ...] = ()
    home: Mapping[str, Path] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    announces_imports: bool = False
    hashes: FileHashes = field(default_factory=FileHashes)

    @property
    def script(self) -> Path:
        return self.root / self.example.path

    @property
    def outside(self) -> tuple[Path, ...]:
        """The paths outside the project that the run can read, apart from caches."""
        return (*self.readable, *self.home.values())

    @property
    def seeds(self) -> tuple[int, ...]:
        return self.example.together or (self.seed,)

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.example.code_cells


def message(job: Job, home: Path, trace: bool) -> Mapping[str, Any]:
    """The job as the JSON values that the sandbox expects. home: the run's home directory. trace: whether to
    track what the run reads.

    Limits are in bytes, except `timeout` (seconds) and `memory` (megabytes).
    """
    memory = job.example.settings.memory * 1_000_000
    return {
        "root": str(job.root),
        "script": str(job.script),
        "trace": trace,
        "announces_imports": job.announces_imports,
        "readable": [str(path) for path in job.outside],
        "importable": [str(path) for path in job.readable],
        "outputs": list(job.example.settings.outputs),
        "caches": {name: str(place.resolve()) for name, place in job.caches.items()},
        "docstring": _docstring(job.example.source),
        "cells": [{"line": cell.line, "code": cell.code} for cell in job.cells],
        "seeds": list(job.example.together),
        "timeout": job.example.settings.timeout,
        "memory": job.example.settings.memory,
        "limits": {**LIMITS, "RLIMIT_DATA": memory * 2},
        "environment": environment(job, home),
    }


# Until Python 3.13, two threads that create syntax trees at the same time can fail (CPython issue 106905).
_PARSING = threading.Lock()


def _docstring(source: str) -> str:
    """The script's `__doc__`. Since Python 3.13, the compiler removes its indentation."""
    with _PARSING:
        tree = ast.parse(source)
    if ast.get_docstring(tree, clean=False) is None:
        return ""
    tree.body = tree.body[:1]
    return str(compile(tree, "", "exec").co_consts[0])


def environment(job: Job, home: Path) -> Mapping[str, str]:
    """All environment variables of a run."""
    seeds = seed_environment(job.example, job.seed)
    return {**job.variables, **seeds, **base_environment(home, job.example.settings.threads)}


def seed_environment(example: Example, seed: int, only: bool = False) -> Mapping[str, str]:
    """The environment variable for the seed of a run or, if the run measures all seeds together, for a list of seeds
    (`0,1,2`).

    A run that measures several seeds has no `SEED`, because code that reads `SEED` would use one seed for all of them.
    only: whether to pass just this seed even if the example measures several seeds together.
    """
    if not example.together:
        return {"SEED": str(seed)}
    return {"SEEDS": ",".join(map(str, (seed,) if only else example.together))}


def fixed_variables() -> frozenset[str]:
    """The names of the environment variables that have the same value in every run, whatever the builder's are."""
    return frozenset(base_environment(Path(), 1))


def base_environment(home: Path, threads: int) -> Mapping[str, str]:
    """Environment variables of every process that we start; none are inherited from the user who runs the build."""
    return {
        # The settings of a machine (`/etc/gitconfig`) can contain credentials, and change what Git does.
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "PATH": os.pathsep.join((os.path.dirname(sys.executable), "/usr/local/bin", os.defpath)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(STARTUP),
        # Without this, a worker process that is still alive when the run ends would lose its buffered output.
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "TMPDIR": str(home),
        "TZ": "UTC",
        "XDG_CACHE_HOME": str(home / ".cache"),
        **dict.fromkeys(THREAD_VARIABLES, str(threads)),
    }
