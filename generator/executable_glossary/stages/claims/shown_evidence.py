"""Checks that the evidence shown on pages exists: numbers in prose, figures, charts, and recorded results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from executable_glossary.model.entry import Entry
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.number_format import measures
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text
from executable_glossary.text.expressions import (
    UNDEFINED_EXPRESSION,
    ExpressionError,
    metrics_in_prose,
    parse_prose,
    say,
)
from executable_glossary.text.markdown_spans import Span, spans

UNKNOWN_FIGURE = Rule(
    code="unknown-figure",
    when="numbers and claims are compared with runs",
    summary="An entry shows a figure that the example does not draw.",
    why="The page would have a gap where the figure belongs.",
    example="`show: [{figure: loaves.hieght}]`",
    instead="`show: [{figure: loaves.height}]`, the name passed to `plt.figure` in the example",
)
UNKNOWN_METRIC = Rule(
    code="unknown-metric",
    when="numbers and claims are compared with runs",
    summary="A chart uses a metric that is missing from at least one run of the example.",
    why="The chart would have a gap, or compare different numbers of runs.",
    example='`bars = {"careful" = "careful.eror"}`',
    instead='`bars = {"careful" = "careful.error"}`',
)
EQUAL_NAMES = Rule(
    code="equal-names",
    when="numbers and claims are compared with runs",
    summary="A chart and a figure in the same example have the same name.",
    why="Both become files of the same page, and readers could not tell them apart.",
    example='`[tool.glossary.charts.errors]` and `plt.figure("errors")`',
    instead="`[tool.glossary.charts.errors-by-method]`",
)
RECORD_MISSING = Rule(
    code="record-missing",
    when="numbers and claims are compared with runs",
    summary="An entry shows a result of an example that did not run in this build and has no record.",
    why="The page would have a gap where the result belongs.",
    example="`show: [{figure: loaves.heights}]` when `examples/recorded/loaves.json` does not exist",
    instead="The record that `glossary run loaves --accept` writes on a machine where the example can run",
)


def wrong_numbers(prose: Iterable[Text], evidence: Mapping[str, Evidence]) -> Iterator[Problem]:
    """Problems with expressions that cannot be evaluated. Expressions that use other examples are skipped."""
    names = measures(evidence)
    for text in prose:
        for span in spans(text):
            if span.kind != "expression":
                continue
            try:
                expression = parse_prose(span.inner)
                if all(metric.partition(".")[0] in evidence for metric in expression.metrics):
                    say(expression, names)
            except ExpressionError as error:
                place = text.at(span.offset, len(span.text))
                yield UNDEFINED_EXPRESSION.at(place, str(error), "use a metric that its example measures")


def missing_figures(entry: Entry, evidence: Mapping[str, Evidence]) -> Iterator[Problem]:
    """Problems with figures that an entry shows but its examples did not draw."""
    for _, variant in entry.variants:
        for show in variant.show:
            example, _, name = show.target.partition(".")
            result = evidence.get(example)
            if show.kind != "figure" or result is None:
                continue
            names = [figure.name for figure in result.runs[0].figures]
            if name not in names:
                message = f'{example} draws no figure "{name}"'
                use = f"use one of {', '.join(names)}" if names else "draw it in the example"
                yield UNKNOWN_FIGURE.at(show.target.place, message, use)


def wrong_charts(result: Evidence) -> Iterator[Problem]:
    """Problems with an example's charts: a metric that is missing from at least one run, or a chart name
    that a figure already uses."""
    example = result.example
    figures = {figure.name for run in result.runs for figure in run.figures}
    for name, chart in example.settings.charts.items():
        if name in figures:
            message = f'"{name}" is already the name of a figure that {example.name} draws'
            yield EQUAL_NAMES.at(example.chart_place(name), message, "give the chart another name")
        for point in chart.points_drawn:
            if point.metric not in result.metrics:
                message = f'chart "{name}": at least one run lacks the metric "{point.metric}"'
                place, help = example.chart_place(name, point.written), _nearest_metric(point.metric, result)
                yield UNKNOWN_METRIC.at(place, message, help)


def _nearest_metric(metric: str, result: Evidence) -> str:
    if not result.metrics:
        return "measure it in the example, which has no metrics"
    near = get_close_matches(metric, result.metrics, n=1)
    return f'write "{near[0]}"' if near else f"use one of {', '.join(result.metrics)}"


def missing_records(entry: Entry, skipped: Mapping[str, Evidence]) -> Iterator[Problem]:
    """Problems with evidence and numbers from examples that neither ran nor have a record, unless already reported."""
    skipped = {name: result for name, result in skipped.items() if not result.reported}
    for _, variant in entry.variants:
        for show in variant.show:
            result = skipped.get(show.target.partition(".")[0])
            if result is not None and show.kind != "claim":
                yield _missing_record(RECORD_MISSING, show.target.place, result)
    for text in entry.prose if skipped else ():
        for span in spans(text):
            for name in examples_in(span) & skipped.keys():
                place = text.at(span.offset, len(span.text))
                yield _missing_record(UNDEFINED_EXPRESSION, place, skipped[name])


def examples_in(span: Span) -> frozenset[str]:
    """The names of the examples whose numbers an expression uses."""
    metrics = metrics_in_prose(span.inner) if span.kind == "expression" else ()
    return frozenset(metric.partition(".")[0] for metric in metrics)


def _missing_record(rule: Rule, place: Place, result: Evidence) -> Problem:
    name = result.example.name
    message = f"{name} has no recorded results, and {result.reason}"
    help = f"on a machine where it can run, use: glossary run {name} --accept; then commit examples/recorded/"
    return rule.at(place, message, help)
