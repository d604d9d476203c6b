"""A chart with its numbers: what is drawn, what is said of it in words, and the table of its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.model.chart import Chart, LineChart, Unit
from generator.model.evidence import Statistic
from generator.model.measure import number, percent

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
        """What the drawing shows, in words, for those who do not see it."""
        said = "; ".join(self._said(series) for series in self.series)
        beside = ", ".join(f"{line.label} {self._value(line.marks[0])}" for line in self.references)
        return f"{self._kind}: {said}.{f' For comparison: {beside}.' if beside else ''}"

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
        named = ((series.label, mark) for series in (*self.series, *self.references) for mark in series.marks)
        return tuple(
            (label, *self._place(label, mark), *self._numbers(mark.statistic)) for label, mark in named
        )

    @property
    def _kind(self) -> str:
        if isinstance(self.chart, LineChart):
            return f"Line chart of {self.chart.axis} along {self.chart.along}"
        return f"Bar chart of {self.chart.axis}"

    def _said(self, series: Series) -> str:
        if not isinstance(self.chart, LineChart):
            return f"{series.label} {self._value(series.marks[0])}"
        ends = len(series.marks) > MOST_POINTS_SAID
        marks = (series.marks[0], series.marks[-1]) if ends else series.marks
        told = (" to " if ends else ", ").join(f"{self._value(mark)} at {number(mark.at)}" for mark in marks)
        return f"{series.label} {'from ' if ends else ''}{told}"

    def _value(self, mark: Mark) -> str:
        """79% (73% to 82% over 3 runs)."""
        unit, statistic = self.chart.unit, mark.statistic
        least, greatest = said(unit, statistic.min), said(unit, statistic.max)
        if statistic.n == 1:
            return f"{said(unit, statistic.mean)} (one run)"
        reach = f"{least} to {greatest}" if least != greatest else greatest
        return f"{said(unit, statistic.mean)} ({reach} over {statistic.n} runs)"

    def _place(self, label: str, mark: Mark) -> tuple[str, ...]:
        if not isinstance(self.chart, LineChart):
            return ()
        return ("–",) if any(line.label == label for line in self.references) else (number(mark.at),)

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
