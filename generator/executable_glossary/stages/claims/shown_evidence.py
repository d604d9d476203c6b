"""What pages show must be there: numbers in prose, figures, charts, and results at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from executable_glossary.model.entry import Entry
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.number_format import measures
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.text import Text
from executable_glossary.text.expressions import ExpressionError, metrics_in, parse_expression, say
from executable_glossary.text.markdown_spans import Span, spans


def wrong_numbers(prose: Iterable[Text], evidence: Mapping[str, Evidence]) -> Iterator[Problem]:
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


def missing_figures(entry: Entry, evidence: Mapping[str, Evidence]) -> Iterator[Problem]:
    for _, variant in entry.variants:
        for show in variant.show:
            example, _, name = show.target.partition(".")
            found = evidence.get(example)
            if show.kind != "figure" or found is None:
                continue
            names = [figure.name for figure in found.runs[0].figures]
            if name not in names:
                message = f'{example} draws no figure "{name}"'
                yield Problem(
                    show.target.place, "unknown-figure", message, f"it draws {', '.join(names) or 'none'}"
                )


def wrong_charts(found: Evidence) -> Iterator[Problem]:
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
                place, help = example.chart_place(name, point.written), _nearest_metric(point.metric, found)
                yield Problem(place, "unknown-metric", message, help)


def _nearest_metric(metric: str, found: Evidence) -> str:
    near = get_close_matches(metric, found.metrics, n=1)
    return (
        f'write "{near[0]}"'
        if near
        else f"use one of {', '.join(found.metrics) or 'none: it measures nothing'}"
    )


def nothing_to_show(entry: Entry, skipped: Mapping[str, Evidence]) -> Iterator[Problem]:
    """Pieces and numbers of examples that neither ran nor are recorded, unless a problem says so already."""
    skipped = {name: found for name, found in skipped.items() if not found.told}
    for _, variant in entry.variants:
        for show in variant.show:
            found = skipped.get(show.target.partition(".")[0])
            if found is not None and show.kind != "claim":
                yield _problem(show.target.place, "record-missing", found)
    for text in entry.prose if skipped else ():
        for span in spans(text):
            for name in _examples_in(span) & skipped.keys():
                place = text.at(span.offset, len(span.text))
                yield _problem(place, "undefined-expression", skipped[name])


def _examples_in(span: Span) -> frozenset[str]:
    metrics = metrics_in(span.inner) if span.kind == "expression" else ()
    return frozenset(metric.partition(".")[0] for metric in metrics)


def _problem(place: Place, code: str, found: Evidence) -> Problem:
    name = found.example.name
    message = f"{name} has no recorded results, and {found.reason}"
    help = f"where it can run: glossary run {name} --accept, and commit examples/recorded/"
    return Problem(place, code, message, help)
