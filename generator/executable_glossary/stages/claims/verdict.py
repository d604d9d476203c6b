"""Determines the verdict on one claim by evaluating its check with the runs' metrics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from executable_glossary.model.entry import Claim
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.number_format import Measure, number
from executable_glossary.model.problem import Problem
from executable_glossary.model.verdict import PairedDifference, Verdict, VerdictKind
from executable_glossary.text.expressions import (
    BAD_CLAIM,
    Expression,
    ExpressionError,
    evaluate,
    margin,
    parse_expression,
)

Refuted = Callable[[Claim, str, Evidence], Problem]

PARTS_OF_A_PAIR = ("lead", "low", "high")


def judge_claim(
    claim: Claim, evidence: Evidence | None, refuted: Refuted
) -> tuple[Verdict | None, tuple[Problem, ...]]:
    """The verdict on a claim, and a problem if it is refuted or cannot be evaluated.

    evidence: the evidence from the claim's example; None if the example failed, in which case there is no
    verdict.
    refuted: returns the problem for a refuted claim, given the claim, its check with numbers, and the
    evidence.
    """
    if evidence is None:
        return None, ()
    rounds = _rounds(claim, evidence)
    try:
        check = parse_expression(claim.check)
        held = tuple(bool(evaluate(check, names)) for names in rounds)
    except ExpressionError as error:
        help = f"use metrics of {claim.example}: {', '.join(evidence.metrics)}"
        return None, (BAD_CLAIM.at(claim.check.place, str(error), help),)
    verdict = _verdict(claim, check, rounds, held, evidence)
    refutations = () if all(held) else (refuted(claim, verdict.values[held.index(False)], evidence),)
    return verdict, (*refutations, *_not_paired(claim, evidence))


def _verdict(
    claim: Claim,
    check: Expression,
    rounds: list[Mapping[str, float]],
    held: tuple[bool, ...],
    evidence: Evidence,
) -> Verdict:
    values = tuple(_with_values(check, names) for names in rounds)
    margins = tuple(by for names in rounds if (by := margin(check, names)) is not None)
    worst, count = min(margins, default=None), len(evidence.runs)
    paired = tuple(_paired(claim, evidence))
    return Verdict(claim, _kind(held, evidence), values, held, count, worst, evidence.together, paired)


def _kind(held: tuple[bool, ...], evidence: Evidence) -> VerdictKind:
    if not all(held):
        return "refuted"
    return "not run here" if evidence.origin == "recorded" else "supported"


def _paired(claim: Claim, evidence: Evidence) -> Iterator[PairedDifference]:
    for name in claim.paired:
        parts = [evidence.metrics.get(f"{name}.{part}") for part in PARTS_OF_A_PAIR]
        if None not in parts:
            yield PairedDifference(name, *(part.values for part in parts if part))


def _not_paired(claim: Claim, evidence: Evidence) -> Iterator[Problem]:
    """Problems with comparisons that the runs did not measure."""
    for name in claim.paired:
        missing = next((part for part in PARTS_OF_A_PAIR if f"{name}.{part}" not in evidence.metrics), None)
        if missing:
            message = f'{claim.example} does not measure "{name}.{missing}"'
            known = sorted(
                metric.removesuffix(".lead") for metric in evidence.metrics if metric.endswith(".lead")
            )
            help = f"name a group with the metrics lead, low, and high: {', '.join(known) or 'there is none'}"
            yield BAD_CLAIM.at(name.place, message, help)


def _rounds(claim: Claim, evidence: Evidence) -> list[Mapping[str, float]]:
    """The metrics for each evaluation of the check: one evaluation with means over seeds, or one for each seed."""
    if claim.over == "mean":
        return [{name: Measure(statistic) for name, statistic in evidence.metrics.items()}]
    return [
        {name: statistic.values[round] for name, statistic in evidence.metrics.items()}
        for round in range(len(evidence.runs))
    ]


def _with_values(check: Expression, names: Mapping[str, float]) -> str:
    """`a.b >= 0.8` → `0.92 >= 0.8`."""
    source = check.source
    for name in sorted(check.names, key=len, reverse=True):
        value = number(evaluate(parse_expression(name), names))
        source = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", value, source)
    return source
