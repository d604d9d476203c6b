"""Prepares evidence for templates: each part of an example that a page shows, with the results of its run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from executable_glossary.execution.example_cells import tree_of
from executable_glossary.model.evidence import Evidence, Statistic
from executable_glossary.model.example import Cell, Example
from executable_glossary.model.page import Shown
from executable_glossary.model.plot import Plot, plotted
from executable_glossary.model.run import Figure, Output
from executable_glossary.model.verdict import Verdict
from executable_glossary.text.expressions import metrics_in


@dataclass(frozen=True)
class ShownView:
    """A part of an example with its results. Fields that do not apply to its kind, or that have no result, are
    empty."""

    shown: Shown
    evidence: Evidence | None
    cell: Cell | None
    output: Output | None
    figures: tuple[Figure, ...]
    metrics: Mapping[str, Statistic]
    verdict: Verdict | None
    plot: Plot | None = None

    @property
    def repeats(self) -> int:
        """The number of runs; figures and printed output are shown only for the first one."""
        return len(self.evidence.executions) if self.evidence else 0


def view(
    shown: Shown, evidence: Evidence | None, verdicts: Mapping[tuple[str, str], Verdict], concept: str
) -> ShownView:
    outputs = {output.cell: output for output in outputs_of(evidence)}
    output = outputs.get(shown.name) if shown.kind in ("cell", "script", "output") else None
    name = shown.name if shown.kind == "figure" else None
    figures = output.shown_figures if output else tuple(f for f in figures_of(evidence) if f.name == name)
    cell = next((cell for cell in shown.example.cells if cell.name == shown.name), None)
    verdict = verdicts.get((concept, shown.claim.id)) if shown.claim else None
    chart = shown.name if shown.kind == "chart" else shown.chart
    plot = plots_of(shown.example, evidence).get(chart) if chart else None
    metrics = evidence.metrics if evidence else {}
    if shown.claim:
        metrics = {name: metrics[name] for name in metrics_in(shown.claim.check) if name in metrics}
    return ShownView(shown, evidence, cell, output, figures, metrics, verdict, plot)


def plots_of(example: Example, evidence: Evidence | None) -> Mapping[str, Plot]:
    """The example's charts keyed by name, with the numbers from all its runs. Charts that lack a number are left
    out."""
    metrics = evidence.metrics if evidence else {}
    plots = ((name, plotted(chart, metrics)) for name, chart in example.settings.charts.items())
    return {name: plot for name, plot in plots if plot is not None}


def outputs_of(evidence: Evidence | None) -> tuple[Output, ...]:
    """The outputs of the first seed: pages show one run in full, and metrics for all runs."""
    outputs = evidence.runs[0].outputs if evidence and evidence.runs else ()
    docstring = (
        _printed_docstring(evidence.example.source) if evidence and evidence.example.is_foreign else ""
    )
    return tuple(_without(docstring, output) for output in outputs) if docstring else outputs


@lru_cache(maxsize=2**10)
def _printed_docstring(source: str) -> str:
    """The docstring as a script prints it with `print(__doc__)`; empty if it does not mention it."""
    if "__doc__" not in source:
        return ""
    docstring = ast.get_docstring(tree_of(source), clean=False) or ""
    return "\n".join(line.rstrip() for line in docstring.strip().splitlines())


def _without(docstring: str, output: Output) -> Output:
    """The output without the script's docstring, which the page shows as its text."""
    lines = "\n".join(line.rstrip() for line in output.text.splitlines())
    before, found, after = lines.partition(docstring)
    return replace(output, text=f"{before}{after}".strip("\n")) if found else output


def stderr_view(
    output: Output, example: Example, evidence: Evidence | None
) -> Literal["hidden", "folded", "open", "failure"]:
    """How to show what a cell wrote to standard error. "failure": it ends with the error that ended the run, which is
    shown whatever the example sets. "hidden": also if there is nothing."""
    if not output.errors:
        return "hidden"
    ended = evidence is not None and (evidence.failure or evidence.stopped)
    failed = ended and output.cell == outputs_of(evidence)[-1].cell
    return "failure" if failed else example.stderr_of(output.cell)


def shown_figures_of(evidence: Evidence | None) -> tuple[Figure, ...]:
    """The figures in the order of the page, where an animation and its still picture are one."""
    return tuple(figure for output in outputs_of(evidence) for figure in output.shown_figures)


def figures_of(evidence: Evidence | None) -> Iterator[Figure]:
    for output in outputs_of(evidence):
        yield from output.figures
