"""Decides whether a build shows the recorded results until the examples have run."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from executable_glossary.execution import Runner
from executable_glossary.model.problem import errors
from executable_glossary.model.project import Project
from executable_glossary.stages.execute import explain
from executable_glossary.stages.load.examples import load_examples

WORTHWHILE = 30.0  # seconds: shorter runs, by their records, are not worth a second build


def shows_recorded_first(project: Project, site: Path, runner: Runner, wanted: bool | None) -> bool:
    """Whether to build the site from the records before the examples run. Runs nothing.

    Never if none of the examples that would run has a record. By default, only if the site does not show results of runs,
    the runs would take a long time, judging by their records, and the build is not strict: after a strict build that failed,
    there must be no new site that could be published.

    wanted: the author's wish; True overrides these conditions.
    """
    if wanted is False or project.settings.runs == "frozen":
        return False
    if wanted is None and (project.settings.strict or _shows_runs(site)):
        return False
    examples, problems = load_examples(project)
    if errors(problems) or not examples:
        return False
    forecasts = explain(tuple(examples.values()), project, runner, project.settings.runs)
    durations = [each.seconds for each in forecasts if each.runs and _has_record(project, each.example)]
    return bool(durations) and (bool(wanted) or sum(durations) >= WORTHWHILE)


def _has_record(project: Project, example: str) -> bool:
    return (project.records / f"{example}.json").is_file()


def _shows_runs(site: Path) -> bool:
    """Whether the site shows a result that was not only recorded."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        runs = json.loads((site / "runs.json").read_bytes())["runs"]
        return any(run["origin"] == "executed" for run in runs)
    return False
