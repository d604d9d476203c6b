"""A claim can fail: its check compares metrics with each other or with a threshold."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.entry import Claim
from generator.model.glossary import Glossary
from generator.model.problem import Problem
from generator.tools.expressions import ExpressionError, parse_expression

_MEND = "write a comparison of metrics, such as finetuned.accuracy >= scratch.accuracy + 0.1"


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        seen: dict[str, Claim] = {}
        checks: dict[str, Claim] = {}
        for claim in entry.claims:
            yield from _check(claim)
            if seen.setdefault(claim.id, claim) is not claim:
                yield Problem(
                    claim.id.place, "equal-claims", f'claim "{claim.id}" stands twice', "rename one"
                )
            same = "".join(f"{claim.example}:{claim.check}".split())
            if checks.setdefault(same, claim) is not claim:
                message = f'claim "{claim.id}" restates claim "{checks[same].id}"'
                yield Problem(claim.check.place, "equal-claims", message, "keep one of them")


def _check(claim: Claim) -> Iterator[Problem]:
    try:
        expression = parse_expression(claim.check)
    except ExpressionError as error:
        yield Problem(claim.check.place, "bad-claim", f"the check cannot be read: {error}", _MEND)
        return
    if not expression.metrics or not expression.is_comparison:
        yield Problem(claim.check.place, "bad-claim", "the check cannot fail: it compares no metric", _MEND)
    statistics = [name for name in expression.names if name not in expression.metrics]
    if statistics and claim.over == "every":
        message = f"{statistics[0]} is over all seeds, and the claim over every single one"
        yield Problem(
            claim.check.place, "bad-claim", message, "write over: mean, or compare the metric itself"
        )
