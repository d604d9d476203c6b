"""A run to be made: as the stage asks for it, as the worker reads it, and the environment that it sees."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from executable_glossary.model.example import Cell, Example

# A file that a run writes may not be larger, in bytes.
LARGEST_FILE = 4 * 1024**3
MOST_OPEN_FILES = 1024
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


@dataclass(frozen=True)
class Job:
    """One run to be made. `artifacts` are the files that it needs, by the name they have in its folder, and
    `caches` files or folders outside of the project, which it may only read."""

    example: Example
    seed: int
    root: Path
    artifacts: Mapping[str, Path] = field(default_factory=dict)
    caches: Mapping[str, Path] = field(default_factory=dict)

    @property
    def script(self) -> Path:
        return self.root / self.example.path

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.example.code_cells


def message(job: Job, home: Path) -> Mapping[str, Any]:
    """The job as the worker reads it."""
    memory = job.example.settings.memory * 1_000_000
    return {
        "root": str(job.root),
        "script": str(job.script),
        "caches": {name: str(place.resolve()) for name, place in job.caches.items()},
        "introduction": f"{job.example.title}\n\n{job.example.introduction}",
        "cells": [{"line": cell.line, "code": cell.code} for cell in job.cells],
        "timeout": job.example.settings.timeout,
        "memory": job.example.settings.memory,
        "limits": {
            "RLIMIT_DATA": memory * 2,
            "RLIMIT_FSIZE": LARGEST_FILE,
            "RLIMIT_NOFILE": MOST_OPEN_FILES,
            "RLIMIT_CORE": 0,
        },
        "environment": environment(job, home),
    }


def environment(job: Job, home: Path) -> Mapping[str, str]:
    """All that a run sees of the environment."""
    return {"SEED": str(job.seed), **surroundings(home, job.example.settings.threads)}


def surroundings(home: Path, threads: int) -> Mapping[str, str]:
    """The environment of our processes: nothing of the person's who builds."""
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "PATH": os.defpath,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TMPDIR": str(home),
        "TZ": "UTC",
        "XDG_CACHE_HOME": str(home / "cache"),
        **dict.fromkeys(THREAD_VARIABLES, str(threads)),
    }
