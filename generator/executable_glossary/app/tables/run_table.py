"""The outcome of `glossary run`: the runs, the metrics that drifted from the record, and the changes that `--accept`
made to it."""

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
# For each example to be recorded, the changes to its record; None if there is nothing to record.
Changes = Mapping[str, tuple[Drift, ...] | None]
Json = dict[str, Any]


def runs_as_text(evidence: Iterable[Evidence], changes: Changes | None) -> str:
    """A line per example, a table of drifted metrics, and the recorded changes as old → new."""
    examples = tuple(evidence)
    lines = [evidence_line(example) for example in examples]
    if generic := sum(map(_generic_texts, examples)):
        figures = "1 figure" if generic == 1 else f"{generic} figures"
        lines.append(f"{figures} of scripts from other galleries: a generic alternative text")
    drifted = [row for example in examples for row in _rows(example)]
    if drifted:
        lines += ["", *aligned([HEAD, *drifted], right=(1, 3, 4, 5))]
    if changes is not None:
        lines += ["", *_recorded(changes)]
    return "\n".join(lines)


def runs_as_json(evidence: Iterable[Evidence], changes: Changes | None, problems: Iterable[Problem]) -> str:
    """`{"examples": [{"example", "origin", "reproduced", "reason", "runs", "drifts", "accepted"}], "problems"}`

    Each item in `drifts` is {"metric", "seed", "recorded", "now", "tolerance"}, with null for a missing
    value. `accepted` lists the changes to the record, {"metric", "seed", "old", "new"}; null if it was not
    written.
    """
    document = {
        "examples": [_example(example, changes) for example in evidence],
        "problems": [described(problem) for problem in sorted(problems)],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def forecasts_as_json(forecasts: Iterable[Forecast]) -> str:
    """`[{"example", "seed", "together", "runs", "reason", "seconds"}]`; `seconds` is null if unknown. If a run measures
    several seeds, `together` lists them and `seed` is the first."""
    document = [
        {
            "example": forecast.example,
            "seed": forecast.seed,
            "together": list(forecast.together),
            "runs": forecast.runs,
            "reason": forecast.reason,
            "seconds": (forecast.seconds or None) if forecast.runs else 0,
        }
        for forecast in forecasts
    ]
    return json.dumps(document, ensure_ascii=False, indent=1)


def _generic_texts(evidence: Evidence) -> int:
    """The number of figures whose alternative text pages derive from the title of a script from another gallery."""
    if not evidence.example.is_foreign or not evidence.runs:
        return 0
    outputs = evidence.runs[0].outputs
    return sum(not figure.alt for output in outputs for figure in output.shown_figures)


def _rows(evidence: Evidence) -> Iterator[tuple[str, ...]]:
    for drift in evidence.told_drifts:
        before, now = both(drift)
        cells: tuple[str, ...] = (drift.metric, before, now, f"{drift.tolerance:g}")
        if drift.whole:
            cells = ("all", *("none" if side == "none" else "present" for side in (before, now)), "")
        yield (evidence.example.name, str(drift.seed), *cells)


def _recorded(changes: Changes) -> Iterator[str]:
    for example, drifts in changes.items():
        yield f"{example}: nothing to record" if drifts is None else f"{example}: recorded"
        for drift in drifts or ():
            before, now = both(drift)
            yield f"  {drift.metric} (seed {drift.seed}): {before} → {now}"


def _example(evidence: Evidence, changes: Changes | None) -> Json:
    name = evidence.example.name
    accepted = changes.get(name) if changes else None
    return {
        "example": name,
        "origin": evidence.origin,
        "reproduced": evidence.reproduced,
        "reason": evidence.reason,
        "runs": [
            {
                "seed": run.seed,
                "together": list(run.by_seed),
                "outcome": run.outcome,
                "seconds": run.seconds,
                "key": run.key,
            }
            for run in evidence.runs
        ],
        "drifts": [_drift(drift) for drift in evidence.drifts],
        "accepted": None if accepted is None else [_change(drift) for drift in accepted],
    }


def _drift(drift: Drift) -> Json:
    return {
        "metric": drift.metric,
        "seed": drift.seed,
        "recorded": _number(drift.recorded),
        "now": _number(drift.now),
        "tolerance": drift.tolerance,
    }


def _change(drift: Drift) -> Json:
    old, new = _number(drift.recorded), _number(drift.now)
    return {"metric": drift.metric, "seed": drift.seed, "old": old, "new": new}


def _number(value: float) -> float | None:
    """JSON cannot express NaN."""
    return None if isnan(value) else value
