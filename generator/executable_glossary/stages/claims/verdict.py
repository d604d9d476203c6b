"""One verdict: the check with the numbers of the runs put in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from executable_glossary.model.entry import Claim
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.number_format import Measure, number
from executable_glossary.model.problem import Problem
from executable_glossary.model.verdict import Verdict
from executable_glossary.text.expressions import (
    Expression,
    ExpressionError,
    evaluate,
    margin,
    parse_expression,
)

Refuted = Callable[[Claim, str, Evidence], Problem]


def judged(
    claim: Claim, found: Evidence | None, refuted: Refuted
) -> tuple[Verdict | None, tuple[Problem, ...]]:
    if found is None:
        return None, ()
    rounds = _rounds(claim, found)
    try:
        check = parse_expression(claim.check)
        held = tuple(bool(evaluate(check, names)) for names in rounds)
    except ExpressionError as error:
        help = f"use metrics of {claim.example}: {', '.join(found.metrics)}"
        return None, (Problem(claim.check.place, "bad-claim", str(error), help),)
    values = tuple(_with_values(check, names) for names in rounds)
    kind = "refuted" if not all(held) else "not run here" if found.origin == "recorded" else "supported"
    margins = tuple(by for names in rounds if (by := margin(check, names)) is not None)
    worst = min(margins, default=None)
    verdict = Verdict(claim, kind, values, held, len(found.runs), worst)  # type: ignore[arg-type]
    return verdict, () if all(held) else (refuted(claim, values[held.index(False)], found),)


def _rounds(claim: Claim, found: Evidence) -> list[Mapping[str, float]]:
    """The metrics for each time that the check is evaluated: once with means, or once for each seed."""
    if claim.over == "mean":
        return [{name: Measure(statistic) for name, statistic in found.metrics.items()}]
    return [
        {name: statistic.values[round] for name, statistic in found.metrics.items()}
        for round in range(len(found.runs))
    ]


def _with_values(check: Expression, names: Mapping[str, float]) -> str:
    """`a.b >= 0.8` → `0.92 >= 0.8`."""
    source = check.source
    for name in sorted(check.names, key=len, reverse=True):
        value = number(evaluate(parse_expression(name), names))
        source = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", value, source)
    return source
