"""Holds what is written against what was measured: every claim, and every number in prose, at every build."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from generator.model.entry import Claim, Entry
from generator.model.evidence import Evidence
from generator.model.findings import EVIDENCE, Finding
from generator.model.glossary import Glossary
from generator.model.measure import Measure, measures, number
from generator.model.problem import Problem
from generator.model.text import Text
from generator.model.verdict import Verdict
from generator.tools.expressions import (
    Expression,
    ExpressionError,
    evaluate,
    margin,
    parse_expression,
    say,
)
from generator.tools.prose import spans

Verdicts = Mapping[tuple[str, str], Verdict]
Refuted = Callable[[Claim, str, Evidence], Problem]


def judge(glossary: Glossary, evidence: Mapping[str, Evidence]) -> tuple[Verdicts, tuple[Problem, ...]]:
    """Verdicts by concept and claim. Examples that left no evidence are reported by `execute`, not here."""
    verdicts: dict[tuple[str, str], Verdict] = {}
    problems: list[Problem] = []
    evidence = {
        name: found
        for name, found in evidence.items()
        if found.runs and all(run.outcome == "passed" for run in found.runs)
    }
    for written in glossary.written:
        problems += _wrong_numbers(written.prose, evidence)
    for entry in glossary.entries.values():
        problems += _missing_figures(entry, evidence)
    for whose, claim, refuted in _claims(glossary):
        verdict, wrong = _judged(claim, evidence.get(claim.example), refuted)
        problems += wrong
        if verdict is not None:
            verdicts[whose, claim.id] = verdict
    return verdicts, tuple(problems)


def _claims(glossary: Glossary) -> Iterator[tuple[str, Claim, Refuted]]:
    """Every sentence that an example can refute: whose it is, and how it is told that it was."""
    for entry in glossary.entries.values():
        yield from ((entry.id, claim, _claim_refuted) for claim in entry.claims)
    for finding in glossary.findings.all if glossary.findings else ():
        if finding.claim is not None:
            yield EVIDENCE, finding.claim, partial(_finding_refuted, finding)


def _wrong_numbers(prose: Iterable[Text], evidence: Mapping[str, Evidence]) -> Iterator[Problem]:
    names = measures(evidence)
    for text in prose:
        for span in spans(text):
            if span.kind != "expression":
                continue
            try:
                expression = parse_expression(span.inner)
                if all(metric.partition(".")[0] in evidence for metric in expression.metrics):
                    say(expression, names)
            except ExpressionError as error:
                place = text.at(span.offset, len(span.text))
                yield Problem(
                    place, "undefined-expression", str(error), "name a metric that its example measures"
                )


def _missing_figures(entry: Entry, evidence: Mapping[str, Evidence]) -> Iterator[Problem]:
    for _, variant in entry.variants:
        for show in variant.show:
            example, _, name = show.target.partition(".")
            found = evidence.get(example)
            if show.kind != "figure" or found is None:
                continue
            names = [figure.name for output in found.runs[0].outputs for figure in output.figures]
            if name not in names:
                message = f'{example} draws no figure "{name}"'
                yield Problem(
                    show.target.place, "unknown-figure", message, f"it draws {', '.join(names) or 'none'}"
                )


def _judged(
    claim: Claim, found: Evidence | None, refuted: Refuted
) -> tuple[Verdict | None, tuple[Problem, ...]]:
    if found is None:
        return None, ()
    rounds = _rounds(claim, found)
    try:
        check = parse_expression(claim.check)
        held = tuple(bool(evaluate(check, names)) for names in rounds)
    except ExpressionError as error:
        mend = f"use metrics of {claim.example}: {', '.join(found.metrics)}"
        return None, (Problem(claim.check.place, "bad-claim", str(error), mend),)
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


def _claim_refuted(claim: Claim, values: str, found: Evidence) -> Problem:
    message = f'claim "{claim.id}" is refuted by {claim.example} ({found.origin}): {values}'
    mend = "correct the claim's text and check, or find out why the example's result changed"
    return Problem(claim.check.place, "claim-refuted", message, mend)


def _finding_refuted(finding: Finding, claim: Claim, values: str, found: Evidence) -> Problem:
    message = f'"{finding.verdict}" no longer stands for "{finding.id}": {found.example.name} ({found.origin}) has {values}'
    mend = "write the verdict that the numbers give and what was found, or find out why the example's result changed"
    return Problem(claim.check.place, "finding-refuted", message, mend)
