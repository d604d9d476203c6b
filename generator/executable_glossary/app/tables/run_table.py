"""What came of `glossary run`: who ran, what drifted from the record, and what `--accept` changes in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from math import isnan
from typing import Any

from executable_glossary.app.tables.columns import aligned
from executable_glossary.app.tables.problem_list import described, evidence_line
from executable_glossary.model.evidence import Drift, Evidence
from executable_glossary.model.forecast import Forecast
from executable_glossary.model.number_format import both
from executable_glossary.model.problem import Problem

HEAD = ("example", "seed", "metric", "recorded", "now", "tolerance")
# By example that was to be recorded: what changes in its record; None where there is nothing to record.
Changes = Mapping[str, tuple[Drift, ...] | None]
Json = dict[str, Any]


def runs_as_text(evidence: Iterable[Evidence], changes: Changes | None) -> str:
    """A line for each example, a table of what drifted, and, where results were recorded, old → new."""
    found = tuple(evidence)
    lines = [evidence_line(one) for one in found]
    drifted = [row for one in found for row in _rows(one)]
    if drifted:
        lines += ["", *aligned([HEAD, *drifted], right=(1, 3, 4, 5))]
    if changes is not None:
        lines += ["", *_accepted(changes)]
    return "\n".join(lines)


def runs_as_json(evidence: Iterable[Evidence], changes: Changes | None, problems: Iterable[Problem]) -> str:
    """`{"examples": [{"example", "origin", "reproduced", "reason", "runs", "drifts", "accepted"}], "problems"}`

    A drift is {"metric", "seed", "recorded", "now", "tolerance"}; null stands for "is not there".
    `accepted` are the changes of the record, {"metric", "seed", "old", "new"}; null if it was not renewed.
    """
    examples = [_example(found, changes) for found in evidence]
    told = {"examples": examples, "problems": [described(problem) for problem in sorted(problems)]}
    return json.dumps(told, ensure_ascii=False, indent=1)


def forecasts_as_json(forecasts: Iterable[Forecast]) -> str:
    """`[{"example", "seed", "runs", "reason", "seconds"}]`; `seconds` is null where nobody knows."""
    told = [
        {
            "example": found.example,
            "seed": found.seed,
            "runs": found.runs,
            "reason": found.reason,
            "seconds": (found.seconds or None) if found.runs else 0,
        }
        for found in forecasts
    ]
    return json.dumps(told, ensure_ascii=False, indent=1)


def _rows(found: Evidence) -> Iterator[tuple[str, ...]]:
    for drift in found.told_drifts:
        before, now = both(drift)
        told: tuple[str, ...] = (drift.metric, before, now, f"{drift.tolerance:g}")
        if drift.whole:
            told = ("all", *("none" if side == "none" else "there" for side in (before, now)), "")
        yield (found.example.name, str(drift.seed), *told)


def _accepted(changes: Changes) -> Iterator[str]:
    for example, drifts in changes.items():
        if drifts is None:
            yield f"{example}: nothing to record"
            continue
        yield f"{example}: recorded anew"
        for drift in drifts:
            before, now = both(drift)
            yield f"  {drift.metric} (seed {drift.seed}): {before} → {now}"


def _example(found: Evidence, changes: Changes | None) -> Json:
    name = found.example.name
    accepted = changes.get(name) if changes else None
    return {
        "example": name,
        "origin": found.origin,
        "reproduced": found.reproduced,
        "reason": found.reason,
        "runs": [
            {"seed": run.seed, "outcome": run.outcome, "seconds": run.seconds, "key": run.key}
            for run in found.runs
        ],
        "drifts": [_drift(drift) for drift in found.drifts],
        "accepted": None if accepted is None else [_change(drift) for drift in accepted],
    }


def _drift(drift: Drift) -> Json:
    where = {"metric": drift.metric, "seed": drift.seed}
    return {**where, "recorded": _n(drift.recorded), "now": _n(drift.now), "tolerance": drift.tolerance}


def _change(drift: Drift) -> Json:
    return {"metric": drift.metric, "seed": drift.seed, "old": _n(drift.recorded), "new": _n(drift.now)}


def _n(value: float) -> float | None:
    """JSON has no word for "not a number"."""
    return None if isnan(value) else value
