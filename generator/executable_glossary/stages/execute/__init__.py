"""Runs the examples that changed, remembers what they did, and holds it against the committed records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

from executable_glossary.execution import Runner
from executable_glossary.execution.records import read_record, write_record
from executable_glossary.execution.store import Store
from executable_glossary.model.evidence import Drift, Evidence
from executable_glossary.model.example import DEFAULT, Example
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.stages.execute.cache_key import sources
from executable_glossary.stages.execute.drift import drifts
from executable_glossary.stages.execute.pool import Capacity, Pool, Progress
from executable_glossary.stages.execute.rerun_reason import explain
from executable_glossary.stages.execute.run_and_store import make
from executable_glossary.stages.execute.run_problems import not_isolated, run_problems
from executable_glossary.stages.execute.scheduler import Settling

__all__ = ["Capacity", "Progress", "accept", "execute", "explain"]


def execute(
    examples: Sequence[Example],
    project: Project,
    runner: Runner,
    mode: RunsMode,
    progress: Progress = lambda event: None,
    capacity: Capacity | None = None,
) -> tuple[Mapping[str, Evidence], tuple[Problem, ...]]:
    """The evidence of every example, in the order given, and what went wrong.

    examples: with all that they need among them, and no circle (checks see to both).
    mode: "auto" runs what changed, "frozen" shows records only, "refresh" runs all. An example that cannot
    run here shows its record, and says why. A run that failed is never remembered.
    progress: called in this thread, when a run begins and when it ends.
    """
    if project.settings.untrusted and mode != "frozen" and (refused := not_isolated(runner.isolation())):
        return {}, (refused,)
    with closing(runner), Pool(capacity or Capacity(), progress, runner.stop) as pool:
        settling = Settling(project, runner, mode, pool, partial(make, runner, Store(project.store)))
        settling.settle_all(examples)
    evidence = {example.name: settling.settled[example.name] for example in examples}
    return evidence, tuple(settling.problems)


def accept(evidence: Iterable[Evidence], project: Project) -> Mapping[str, tuple[Drift, ...]]:
    """Make what ran the committed record; by example that was recorded, every metric that is another now.

    What failed, and what is a record already, stays as it is.
    """
    changes = {}
    for found in evidence:
        if found.origin != "recorded" and not errors(run_problems(found.example, found.runs)):
            name, folder = found.example.name, project.records
            before, _ = read_record(folder, name, project.relative(folder))
            write_record(folder, [replace(run, files=sources(found.example, run)) for run in found.runs])
            changes[name] = drifts(before, found.runs, {DEFAULT: 0.0})
    return changes
