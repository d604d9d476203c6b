"""Compares the current results with the records after an upgrade: metrics, package versions, and verdicts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import tolerance
from executable_glossary.model.run import Run
from executable_glossary.model.upgrade import (
    ExampleUpgrade,
    MetricChange,
    State,
    Upgrade,
    VerdictChange,
    by_use,
)
from executable_glossary.model.verdict import Verdict

Verdicts = Mapping[tuple[str, str], Verdict]
EvidenceByExample = Mapping[str, Evidence]


def compare(
    recorded: EvidenceByExample, now: EvidenceByExample, verdicts: Verdicts, verdicts_now: Verdicts
) -> Upgrade:
    """The differences between a frozen build (`recorded`) and a current build (`now`). Both must have the
    same examples."""
    examples = tuple(_example(recorded[name], current) for name, current in now.items())
    compared = {example.example for example in examples if example.state == "compared"}
    used = (use for name in now if name in compared for use in _versions(recorded[name], now[name]))
    judged = dict.fromkeys((*verdicts, *verdicts_now))
    changes = (_verdict(name, verdicts.get(name), verdicts_now.get(name)) for name in judged)
    return Upgrade(examples, tuple(by_use(used)), tuple(changes))


def _example(before: Evidence, after: Evidence) -> ExampleUpgrade:
    state = _state(before, after)
    if state != "compared":
        return ExampleUpgrade(after.example.name, state, after.reason)
    return ExampleUpgrade(after.example.name, state, metrics=tuple(_metrics(before, after)))


def _state(before: Evidence, after: Evidence) -> State:
    if after.failed:
        return "failed"
    if not after.ran:
        return "not run"
    return "new" if before.skipped else "compared"


def _metrics(before: Evidence, after: Evidence) -> Iterator[MetricChange]:
    left = {drift.metric for drift in after.drifts}
    old, new = _by_seed(before), _by_seed(after)
    for metric in sorted({name for run in (*before.runs, *after.runs) for name in run.metrics}):
        allowed = tolerance(metric, after.example.settings.tolerance)
        yield MetricChange(
            metric,
            _mean(old, metric),
            _mean(new, metric),
            _most(old, new, metric),
            None if math.isinf(allowed) else allowed,
            metric in left,
        )


def _by_seed(after: Evidence) -> Mapping[int, Run]:
    return {run.seed: run for run in after.runs}


def _mean(runs: Mapping[int, Run], metric: str) -> float | None:
    values = [run.metrics[metric] for run in runs.values() if metric in run.metrics]
    return math.fsum(values) / len(values) if values else None


def _most(old: Mapping[int, Run], new: Mapping[int, Run], metric: str) -> float | None:
    """The largest change for a single seed, with its sign; None if no seed has the metric on both sides."""
    changes = [
        run.metrics[metric] - old[seed].metrics[metric]
        for seed, run in new.items()
        if metric in run.metrics and seed in old and metric in old[seed].metrics
    ]
    return max(changes, key=abs, default=None)


def _versions(before: Evidence, after: Evidence) -> Iterator[tuple[str, str, str, str]]:
    old = {name: version for run in before.runs for name, version in run.versions.items()}
    new = {name: version for run in after.runs for name, version in run.versions.items()}
    for name in sorted({*old, *new}):
        yield (name, old.get(name, ""), new.get(name, ""), after.example.name)


def _verdict(name: tuple[str, str], before: Verdict | None, after: Verdict | None) -> VerdictChange:
    known = after or before
    assert known is not None
    # A verdict from a record says nothing about the packages installed now.
    ran = after if after is not None and after.kind != "not run here" else None
    return VerdictChange(
        name[0],
        known.claim,
        _held(before),
        _held(ran),
        before.margin if before else None,
        ran.margin if ran else None,
        ran.values if ran else (),
    )


def _held(verdict: Verdict | None) -> bool | None:
    return all(verdict.held) if verdict is not None and verdict.held else None
