"""Shrinks the store of runs, keeping what the records and the current content need."""

from __future__ import annotations

import time
from collections.abc import Iterator

from executable_glossary.app.pipeline import forecast_runs
from executable_glossary.execution import Runner
from executable_glossary.execution.store import Store
from executable_glossary.model.build import Build
from executable_glossary.model.project import Project
from executable_glossary.stages.execute.drift import recorded
from executable_glossary.stages.unused_runs import Needed, Swept, sweep


def collect_garbage(project: Project, built: Build, runner: Runner, most: int, dry: bool) -> Swept:
    """Remove the oldest files until the store contains at most `most` bytes; see `stages/unused_runs`.

    All examples must be readable, because there is no way to know which runs an unreadable example needs.
    """
    forecasts = forecast_runs(project, built, runner)
    shown = {(forecast.key, forecast.date) for forecast in forecasts if forecast.key}
    needed = Needed(
        runs=frozenset({*shown, *_recorded(project, built)}),
        seeds=frozenset((forecast.example, forecast.seed) for forecast in forecasts if not forecast.key),
    )
    return sweep(Store(project.store), most, needed, time.time(), dry)


def removal_summary(swept: Swept, most: int, dry: bool) -> str:
    """`removed 12 runs and 40 other files, 310.0 MB; the store now contains 190.0 MB`"""
    runs = f"{swept.runs} run{'' if swept.runs == 1 else 's'}"
    files = f"{swept.files} other file{'' if swept.files == 1 else 's'}"
    size, left = _megabytes(swept.before - swept.after), _megabytes(swept.after)
    done, contains = ("would remove", "would contain") if dry else ("removed", "now contains")
    if not swept.runs + swept.files:
        line = f"nothing to remove; the store contains {left}"
    else:
        line = f"{done} {runs} and {files}, {size}; the store {contains} {left}"
    over = ", all of it in use or needed by the current content and its records" if swept.after > most else ""
    return line + over


def _recorded(project: Project, built: Build) -> Iterator[tuple[str, str]]:
    for name in built.glossary.examples if built.glossary else ():
        runs, _ = recorded(project, name)
        yield from ((run.key, run.date) for run in runs)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
