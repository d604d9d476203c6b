"""Every claim can fail, is based on several runs, and does not restate another claim."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.entry import Claim
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.text.expressions import BAD_CLAIM, ExpressionError, parse_expression

EQUAL_CLAIMS = Rule(
    code="equal-claims",
    when="the content is checked",
    summary="Two claims in an entry have the same id.",
    why="`show: [{claim: ...}]` would be ambiguous.",
    example="Two items `id: helps` under `claims`",
    instead="`id: helps` and `id: helps-most-cold`",
)
CLAIM_SEEDS = Rule(
    code="claim-seeds",
    when="the content is checked",
    severity="warning",
    summary="A claim is based on fewer seeds than the glossary requires.",
    details="""
        `seeds` in `concepts/_axes.yml` sets the minimum. An example is exempt if other examples need its outputs,
        because it can run once for all of them.
        """,
    why="The result of a single seed may be due to chance.",
    example="`seeds = [0]`, in an example with a claim",
    instead="`seeds = [0, 1, 2]`, or a lower minimum in `concepts/_axes.yml`",
)
CLAIM_RESTATED = Rule(
    code="claim-restated",
    when="the content is checked",
    summary="Two claims compare the same metrics.",
    why="One comparison would count as two pieces of evidence.",
    example="`careful.errors < hasty.errors` in one entry, `hasty.errors > careful.errors + 1` in another",
    instead="Keep the claim where readers need it most, and compare different metrics in the other entry.",
)

_COMPARE = "write a comparison of metrics, such as careful.errors <= hasty.errors - 2"


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        seen: dict[str, Claim] = {}
        for claim in entry.claims:
            yield from cannot_fail(claim)
            yield from _few_seeds(glossary, claim)
            if seen.setdefault(claim.id, claim) is not claim:
                message = f'two claims have the id "{claim.id}"'
                yield EQUAL_CLAIMS.at(claim.id.place, message, "rename one")
    yield from _restated(glossary)


def cannot_fail(claim: Claim) -> Iterator[Problem]:
    """Reports a check that cannot be parsed or that does not compare anything a run measures."""
    place = claim.check.place
    try:
        expression = parse_expression(claim.check)
    except ExpressionError as error:
        yield BAD_CLAIM.at(place, f"the check cannot be parsed: {error}", _COMPARE)
        return
    if not expression.metrics or not expression.is_comparison:
        yield BAD_CLAIM.at(place, "the check cannot fail: it does not compare a metric", _COMPARE)
    statistics = [name for name in expression.names if name not in expression.metrics]
    if statistics and claim.over == "every":
        message = f"{statistics[0]} summarizes all seeds, but the claim is about each individual seed"
        yield BAD_CLAIM.at(place, message, "write over: mean, or compare the metric itself")


def _few_seeds(glossary: Glossary, claim: Claim) -> Iterator[Problem]:
    example = glossary.examples.get(claim.example)
    if example is None or any(example.name in other.settings.needs for other in glossary.examples.values()):
        return
    if (count := len(example.seeds)) < glossary.axes.seeds:
        seeds = "one seed" if count == 1 else f"{count} seeds"
        message = (
            f'claim "{claim.id}" is based on {seeds} of {claim.example}; the minimum is {glossary.axes.seeds}'
        )
        help = "give the example more seeds, or lower `seeds` in concepts/_axes.yml"
        yield CLAIM_SEEDS.at(claim.example.place, message, help)


def _restated(glossary: Glossary) -> Iterator[Problem]:
    first: dict[tuple[str, str], Claim] = {}
    for entry in glossary.entries.values():
        for claim in entry.claims:
            compared = _compared(claim)
            other = first.setdefault((claim.example, compared), claim) if compared else claim
            if other is not claim:
                message = (
                    f'claim "{claim.id}" restates "{other.id}" ({other.check.place}): both compare {compared}'
                )
                help = "keep the claim that readers need most, and compare different metrics in the other one"
                yield CLAIM_RESTATED.at(claim.check.place, message, help)


def _compared(claim: Claim) -> str:
    """The compared metrics, or a single metric with its threshold; empty if the check is not a comparison."""
    try:
        check = parse_expression(claim.check)
    except ExpressionError:
        return ""
    together = " and ".join(sorted(check.metrics))
    alone = "".join(claim.check.split())
    return (together if len(check.metrics) > 1 else alone) if check.is_comparison else ""
