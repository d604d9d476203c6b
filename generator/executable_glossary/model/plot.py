"""A chart with its numbers: what is drawn, what is said of it in words, and the table of its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from executable_glossary.model.chart import Chart, LineChart, Unit
from executable_glossary.model.evidence import Statistic
from executable_glossary.model.number_format import number, percent

KINDS = {"bars": "Bar chart", "lines": "Line chart"}
MOST_POINTS_SAID = 8


@dataclass(frozen=True)
class Mark:
    """A metric over all runs at its place along the axis (0 for a bar)."""

    at: float
    statistic: Statistic


@dataclass(frozen=True)
class Series:
    """A bar (one mark) or a line (several, from left to right)."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Plot:
    """A chart filled with what was measured; every mark has the same number of runs."""

    chart: Chart
    series: tuple[Series, ...]
    references: tuple[Series, ...]

    @property
    def runs(self) -> int:
        return self.series[0].marks[0].statistic.n

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(mark for series in (*self.series, *self.references) for mark in series.marks)

    @property
    def alternative(self) -> str:
        """What the drawing shows, in words, for those who do not see it; of a long line its ends."""
        chart = self.chart
        along = f" along {chart.along}" if isinstance(chart, LineChart) else ""
        runs = "one run" if self.runs == 1 else f"mean of {self.runs} runs, with the least and the greatest"
        drawn = "; ".join(f"{series.label}: {self._said(series)}" for series in self.series)
        beside = "; ".join(f"{line.label}: {self._said(line)}" for line in self.references)
        compared = f" For comparison, {beside}." if beside else ""
        return f"{KINDS[chart.kind]} of {chart.axis}{along} ({runs}). {drawn}.{compared}"

    @property
    def key(self) -> str:
        """How to read the drawing, with the number of runs."""
        if self.runs == 1:
            return "One run."
        if isinstance(self.chart, LineChart):
            return f"Lines: mean of {self.runs} runs; bands: from the least to the greatest."
        return f"Bars: mean of {self.runs} runs; dots: the single runs."

    @property
    def header(self) -> tuple[str, ...]:
        """Heads of the table's columns, texts before numbers."""
        along = (self.chart.along,) if isinstance(self.chart, LineChart) else ()
        return ("Shown", *along, "Mean", "Least", "Greatest", "Runs")

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """One row for each mark: its label, its place on a line, and the numbers."""
        lines = isinstance(self.chart, LineChart)
        drawn = ((series.label, number(mark.at), mark) for series in self.series for mark in series.marks)
        compared = ((reference.label, "–", reference.marks[0]) for reference in self.references)
        return tuple(
            (label, *((place,) if lines else ()), *self._numbers(mark.statistic))
            for label, place, mark in (*drawn, *compared)
        )

    def _said(self, series: Series) -> str:
        """79% (73% to 82%), at a place if there are several."""
        if len(series.marks) == 1:
            return self._value(series.marks[0].statistic)
        ends = len(series.marks) > MOST_POINTS_SAID
        marks = (series.marks[0], series.marks[-1]) if ends else series.marks
        told = (f"{self._value(mark.statistic)} at {number(mark.at)}" for mark in marks)
        return f"from {' to '.join(told)}" if ends else ", ".join(told)

    def _value(self, statistic: Statistic) -> str:
        mean, least, greatest = (
            said(self.chart.unit, value) for value in (statistic.mean, statistic.min, statistic.max)
        )
        return mean if least == greatest else f"{mean} ({least} to {greatest})"

    def _numbers(self, statistic: Statistic) -> tuple[str, ...]:
        values = (statistic.mean, statistic.min, statistic.max)
        return (*(said(self.chart.unit, value, exact=True) for value in values), str(statistic.n))


def plotted(chart: Chart, metrics: Mapping[str, Statistic]) -> Plot | None:
    """The chart with its numbers; None where one of them was not measured."""
    if not metrics.keys() >= {point.metric for point in chart.points_drawn}:
        return None
    series, references = (
        tuple(
            Series(label, tuple(Mark(point.at, metrics[point.metric]) for point in points))
            for label, points in drawn.items()
        )
        for drawn in (chart.series, chart.compared)
    )
    return Plot(chart, series, references)


def said(unit: Unit, value: float, exact: bool = False) -> str:
    """A value with its unit: 79%, 1,234, 6.5 s; exact percentages have a digit after the point."""
    if unit == "percent":
        return percent(value, 1 if exact else 0)
    return f"{number(value)} s" if unit == "seconds" else number(value)
