"""Runs examples whose stored results are stale, stores the new results, and compares them with the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

from executable_glossary.adapters.machine import this_machine
from executable_glossary.execution import Runner
from executable_glossary.execution.records import write_record
from executable_glossary.execution.store import Store
from executable_glossary.model.evidence import Drift, Evidence
from executable_glossary.model.example import DEFAULT, Example
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import Project, RunsMode
from executable_glossary.stages.execute.cache_key import sources
from executable_glossary.stages.execute.drift import drifts, recorded
from executable_glossary.stages.execute.pool import Capacity, Pool, Progress
from executable_glossary.stages.execute.rerun_reason import explain
from executable_glossary.stages.execute.run_and_store import run_and_store
from executable_glossary.stages.execute.run_problems import not_isolated, run_problems
from executable_glossary.stages.execute.scheduler import Scheduler

__all__ = ["Capacity", "Progress", "accept", "execute", "explain"]


def execute(
    examples: Sequence[Example],
    project: Project,
    runner: Runner,
    mode: RunsMode,
    progress: Progress = lambda event: None,
    capacity: Capacity | None = None,
) -> tuple[Mapping[str, Evidence], tuple[Problem, ...]]:
    """The evidence of every example, keyed by name in the order given, and all problems.

    examples: must include the examples that they need, without cycles; earlier checks ensure both.
    mode: "auto" runs stale examples, "frozen" only reads records, "refresh" runs all. If an example cannot run
    on this machine, its record is used. A failed run is never stored.
    progress: called in this thread when a run starts and when it ends.
    capacity: the limits for all runs together; by default, this machine's capacity and at most `jobs` concurrent runs.
    """
    if project.settings.untrusted and mode != "frozen" and (refused := not_isolated(runner.isolation())):
        return {}, (refused,)
    capacity = capacity or Capacity.of(this_machine(), project.settings.jobs)
    with closing(runner), Pool(capacity, progress, runner.stop) as pool:
        execute_run = partial(run_and_store, runner, Store(project.store))
        scheduler = Scheduler(project, runner, mode, pool, execute_run)
        scheduler.run_all(examples)
    evidence = {example.name: scheduler.evidence[example.name] for example in examples}
    return evidence, tuple(scheduler.problems)


def accept(evidence: Iterable[Evidence], project: Project) -> Mapping[str, tuple[Drift, ...]]:
    """Write the results as records. Returns, for each recorded example, every metric that changed.

    Skips examples that failed and those whose results already come from a record.
    """
    changes = {}
    for result in evidence:
        if (
            result.origin != "recorded"
            and not result.failure
            and not errors(run_problems(result.example, result.runs))
        ):
            name, folder = result.example.name, project.records
            before, _ = recorded(project, name)
            write_record(folder, [replace(run, files=sources(result.example, run)) for run in result.runs])
            changes[name] = drifts(before, result.runs, {DEFAULT: 0.0})
    return changes
