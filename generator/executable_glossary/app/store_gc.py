"""Makes the store smaller without taking away what the records or the present content need."""

from __future__ import annotations

import time
from collections.abc import Iterator

from executable_glossary.app.pipeline import foretell
from executable_glossary.execution import Runner
from executable_glossary.execution.records import read_record
from executable_glossary.execution.store import Store
from executable_glossary.model.build import Build
from executable_glossary.model.project import Project
from executable_glossary.stages.unused_runs import Needed, Swept, sweep


def tidy(project: Project, built: Build, runner: Runner, most: int, dry: bool) -> Swept:
    """Remove what is oldest until the store holds at most so many bytes; see `stages/sweep`.

    All examples must have been read: of one that was not, nobody knows what it needs.
    """
    forecasts = foretell(project, built, runner)
    shown = {(found.key, found.date) for found in forecasts if found.key}
    needed = Needed(
        runs=frozenset({*shown, *_recorded(project, built)}),
        seeds=frozenset((found.example, found.seed) for found in forecasts if not found.key),
    )
    return sweep(Store(project.store), most, needed, time.time(), dry)


def swept_line(swept: Swept, most: int, dry: bool) -> str:
    """`removed 12 runs and 40 other files, 310.0 MB; the store holds 190.0 MB now`"""
    runs = f"{swept.runs} run{'' if swept.runs == 1 else 's'}"
    files = f"{swept.files} other file{'' if swept.files == 1 else 's'}"
    size, left = _megabytes(swept.before - swept.after), _megabytes(swept.after)
    done, holds = ("would remove", "would hold") if dry else ("removed", "holds")
    if not swept.runs + swept.files:
        told = f"nothing to remove; the store holds {left}"
    else:
        told = f"{done} {runs} and {files}, {size}; the store {holds} {left}{' now' if not dry else ''}"
    over = ", all of it needed by this content and its records, or in use" if swept.after > most else ""
    return told + over


def _recorded(project: Project, built: Build) -> Iterator[tuple[str, str]]:
    folder = project.records
    for name in built.glossary.examples if built.glossary else ():
        runs, _ = read_record(folder, name, project.relative(folder))
        yield from ((run.key, run.date) for run in runs)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
