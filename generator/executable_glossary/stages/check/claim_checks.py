"""A claim can fail, rests on several runs, and says what no other claim says."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.entry import Claim
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.text.expressions import ExpressionError, parse_expression

_HELP = "write a comparison of metrics, such as careful.errors <= hasty.errors - 2"


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        seen: dict[str, Claim] = {}
        for claim in entry.claims:
            yield from can_fail(claim)
            yield from _few_seeds(glossary, claim)
            if seen.setdefault(claim.id, claim) is not claim:
                yield Problem(
                    claim.id.place, "equal-claims", f'claim "{claim.id}" stands twice', "rename one"
                )
    yield from _restated(glossary)


def can_fail(claim: Claim) -> Iterator[Problem]:
    """The check can be read, and compares what a run measured."""
    try:
        expression = parse_expression(claim.check)
    except ExpressionError as error:
        yield Problem(claim.check.place, "bad-claim", f"the check cannot be read: {error}", _HELP)
        return
    if not expression.metrics or not expression.is_comparison:
        yield Problem(claim.check.place, "bad-claim", "the check cannot fail: it compares no metric", _HELP)
    statistics = [name for name in expression.names if name not in expression.metrics]
    if statistics and claim.over == "every":
        message = f"{statistics[0]} is over all seeds, and the claim over every single one"
        yield Problem(
            claim.check.place, "bad-claim", message, "write over: mean, or compare the metric itself"
        )


def _few_seeds(glossary: Glossary, claim: Claim) -> Iterator[Problem]:
    """An example whose outputs others need may run once for all of them: it is the start, not the finding."""
    example = glossary.examples.get(claim.example)
    if example is None or any(example.name in other.settings.needs for other in glossary.examples.values()):
        return
    if (seeds := len(example.settings.seeds)) < glossary.axes.seeds:
        runs = "one run" if seeds == 1 else f"{seeds} runs"
        message = f'claim "{claim.id}" rests on {runs} of {claim.example}, at least {glossary.axes.seeds} are asked for'
        help = "give the example more seeds, or ask for fewer: `seeds` in concepts/_axes.yml"
        yield Problem(claim.example.place, "claim-seeds", message, help, "warning")


def _restated(glossary: Glossary) -> Iterator[Problem]:
    """One comparison made twice would count as two proofs."""
    first: dict[tuple[str, str], Claim] = {}
    for entry in glossary.entries.values():
        for claim in entry.claims:
            compared = _compared(claim)
            other = first.setdefault((claim.example, compared), claim) if compared else claim
            if other is not claim:
                message = (
                    f'claim "{claim.id}" restates "{other.id}" ({other.check.place}): both judge {compared}'
                )
                help = "keep it where readers need it most; another claim compares other metrics"
                yield Problem(claim.check.place, "claim-restated", message, help)


def _compared(claim: Claim) -> str:
    """The metrics held against each other, or the one with its threshold; empty for no check, told elsewhere."""
    try:
        check = parse_expression(claim.check)
    except ExpressionError:
        return ""
    together = " and ".join(sorted(check.metrics))
    alone = "".join(claim.check.split())
    return (together if len(check.metrics) > 1 else alone) if check.is_comparison else ""
