"""Holds what is written against what was measured: every claim, and every number in prose, at every build."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from generator.model.entry import Claim, Entry
from generator.model.evidence import Evidence
from generator.model.glossary import Glossary
from generator.model.measure import Measure, measures, number
from generator.model.problem import Place, Problem
from generator.model.verdict import Verdict
from generator.tools.expressions import Expression, ExpressionError, evaluate, parse_expression, say
from generator.tools.prose import spans

Verdicts = Mapping[tuple[str, str], Verdict]


def judge(glossary: Glossary, evidence: Mapping[str, Evidence]) -> tuple[Verdicts, tuple[Problem, ...]]:
    """Verdicts by concept and claim. An example that failed is reported by `execute`; one that was skipped leaves
    its claims open, and is a problem only where a text rests on its results."""
    verdicts: dict[tuple[str, str], Verdict] = {}
    problems: list[Problem] = []
    empty = {name: found for name, found in evidence.items() if found.skipped}
    evidence = {
        name: found
        for name, found in evidence.items()
        if found.runs and all(run.outcome == "passed" for run in found.runs)
    }
    for entry in glossary.entries.values():
        problems += _wrong_numbers(entry, evidence)
        problems += _missing_figures(entry, evidence)
        problems += _nothing_to_show(entry, empty)
        for claim in entry.claims:
            if claim.example in empty:
                verdicts[entry.id, claim.id] = Verdict(claim, "not run here", (), (), 0)
                continue
            verdict, wrong = _judged(claim, evidence.get(claim.example))
            problems += wrong
            if verdict is not None:
                verdicts[entry.id, claim.id] = verdict
    for found in evidence.values():
        problems += _wrong_charts(found)
    return verdicts, tuple(problems)


def _wrong_numbers(entry: Entry, evidence: Mapping[str, Evidence]) -> Iterator[Problem]:
    names = measures(evidence)
    for text in entry.prose:
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


def _wrong_charts(found: Evidence) -> Iterator[Problem]:
    """A chart is drawn from metrics that every run has, under a name that no figure has."""
    example = found.example
    figures = {figure.name for run in found.runs for figure in run.figures}
    for name, chart in example.settings.charts.items():
        if name in figures:
            message = f'"{name}" is the name of a figure that {example.name} draws'
            yield Problem(example.chart_place(name), "equal-names", message, "give the chart another name")
        for point in chart.points_drawn:
            if point.metric not in found.metrics:
                message = f'chart "{name}": there is no metric "{point.metric}" in every run'
                place, mend = example.chart_place(name, point.written), _nearest_metric(point.metric, found)
                yield Problem(place, "unknown-metric", message, mend)


def _nearest_metric(metric: str, found: Evidence) -> str:
    near = get_close_matches(metric, found.metrics, n=1)
    return (
        f'write "{near[0]}"'
        if near
        else f"use one of {', '.join(found.metrics) or 'none: it measures nothing'}"
    )


def _nothing_to_show(entry: Entry, skipped: Mapping[str, Evidence]) -> Iterator[Problem]:
    """Pieces and numbers of examples that neither ran nor are recorded, unless a problem says so already."""
    skipped = {name: found for name, found in skipped.items() if not found.told}
    for _, variant in entry.variants:
        for show in variant.show:
            found = skipped.get(show.target.partition(".")[0])
            if found is not None and show.kind != "claim":
                yield _problem(show.target.place, "record-missing", found)
    for text in entry.prose if skipped else ():
        for span in spans(text):
            for name in _examples_in(span.inner) & skipped.keys() if span.kind == "expression" else ():
                place = text.at(span.offset, len(span.text))
                yield _problem(place, "undefined-expression", skipped[name])


def _examples_in(source: str) -> frozenset[str]:
    try:
        return frozenset(metric.partition(".")[0] for metric in parse_expression(source).metrics)
    except ExpressionError:
        return frozenset()


def _problem(place: Place, code: str, found: Evidence) -> Problem:
    name = found.example.name
    message = f"{name} has no recorded results, and {found.reason}"
    mend = f"where it can run: glossary run {name} --accept, and commit examples/recorded/"
    return Problem(place, code, message, mend)


def _judged(claim: Claim, found: Evidence | None) -> tuple[Verdict | None, tuple[Problem, ...]]:
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
    verdict = Verdict(claim, kind, values, held, len(found.runs))  # type: ignore[arg-type]
    return verdict, () if all(held) else (_refuted(claim, values[held.index(False)], found),)


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


def _refuted(claim: Claim, values: str, found: Evidence) -> Problem:
    message = f'claim "{claim.id}" is refuted by {claim.example} ({found.origin}): {values}'
    mend = "correct the claim's text and check, or find out why the example's result changed"
    return Problem(claim.check.place, "claim-refuted", message, mend)
