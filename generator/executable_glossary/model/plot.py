"""A chart filled in with measured values: the series to draw, the text alternative, and the table of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from executable_glossary.model.chart import Chart, LineChart, Unit
from executable_glossary.model.evidence import Statistic
from executable_glossary.model.number_format import NumberFormat, bounded_percent, number
from executable_glossary.model.words import Words

MOST_POINTS_LISTED = 8


@dataclass(frozen=True)
class Mark:
    """A metric over all runs, and its position along the axis (0 for a bar)."""

    at: float
    statistic: Statistic


@dataclass(frozen=True)
class Series:
    """A bar (one mark) or a line (several marks, from left to right)."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Plot:
    """A chart filled in with measured values. Every mark has the same number of runs, or of seeds in one run."""

    chart: Chart
    series: tuple[Series, ...]
    references: tuple[Series, ...]

    @property
    def runs(self) -> int:
        return self.series[0].marks[0].statistic.n

    @property
    def together(self) -> bool:
        """Whether the values come from one run that measured several seeds."""
        return self.series[0].marks[0].statistic.together

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(mark for series in (*self.series, *self.references) for mark in series.marks)

    def alternative(self, words: Words) -> str:
        """A text alternative for readers who cannot see the chart. For a long line, it gives only the two ends."""
        chart = self.chart
        kind = words(f"chart.kind.{chart.kind}")
        what = (
            words("chart.along", axis=chart.axis, along=chart.along)
            if isinstance(chart, LineChart)
            else chart.axis
        )
        runs = words("chart.runs_together" if self.together else "chart.runs", count=self.runs)
        drawn = self._described(self.series, words)
        text = words("chart.alternative", kind=kind, what=what, runs=runs, drawn=drawn)
        references = self._described(self.references, words)
        return f"{text} {words('chart.compared', drawn=references)}" if references else text

    def key(self, words: Words) -> str:
        """Instructions for reading the chart, with the number of runs."""
        kind = f"{self.chart.kind}_together" if self.together else self.chart.kind
        return words(f"chart.key.{kind}", count=self.runs)

    def header(self, words: Words) -> tuple[str, ...]:
        """The table's column headings: first the text columns, then the numeric columns."""
        along = (str(self.chart.along),) if isinstance(self.chart, LineChart) else ()
        counted = "seeds" if self.together else "runs"
        numbers = (words(f"metrics.{head}") for head in ("mean", "least", "greatest", counted))
        return (words("chart.shown"), *along, *numbers)

    def rows(self, words: Words) -> tuple[tuple[str, ...], ...]:
        """One row for each mark: its label, its position along the axis if the chart has lines, and its values."""
        lines = isinstance(self.chart, LineChart)
        drawn = ((series.label, number(mark.at), mark) for series in self.series for mark in series.marks)
        compared = ((reference.label, "–", reference.marks[0]) for reference in self.references)
        return tuple(
            (label, *((place,) if lines else ()), *self._numbers(mark.statistic, words))
            for label, place, mark in (*drawn, *compared)
        )

    def _described(self, drawn: Iterable[Series], words: Words) -> str:
        return "; ".join(f"{series.label}: {self._values(series, words)}" for series in drawn)

    def _values(self, series: Series, words: Words) -> str:
        """79% (73% to 82%), followed by the position if there is more than one mark."""
        if len(series.marks) == 1:
            return self._value(series.marks[0].statistic, words)
        ends = len(series.marks) > MOST_POINTS_LISTED
        marks = (series.marks[0], series.marks[-1]) if ends else series.marks
        values = [
            words("chart.at", value=self._value(mark.statistic, words), place=number(mark.at))
            for mark in marks
        ]
        return words("chart.from_to", first=values[0], last=values[1]) if ends else ", ".join(values)

    def _value(self, statistic: Statistic, words: Words) -> str:
        mean, least, greatest = (
            formatted(self.chart.unit, value, words)
            for value in (statistic.mean, statistic.min, statistic.max)
        )
        return mean if least == greatest else words("chart.value", mean=mean, least=least, greatest=greatest)

    def _numbers(self, statistic: Statistic, words: Words) -> tuple[str, ...]:
        values = (statistic.mean, statistic.min, statistic.max)
        return (*(formatted(self.chart.unit, value, words, 1) for value in values), str(statistic.n))


def plotted(chart: Chart, metrics: Mapping[str, Statistic]) -> Plot | None:
    """The chart filled in with values, or None if one of its metrics was not measured."""
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


def formatted(unit: Unit, value: float, words: Words, digits: int = 0) -> str:
    """A value with its unit: 79%, 1,234, or 6.5 s. `digits` is the number of decimal places of a percentage."""
    if unit == "percent":
        return NumberFormat(words).percent(value, digits)
    return with_unit(unit, value)


def with_unit(unit: Unit, value: float) -> str:
    """A value with its unit but without words, for tight spaces. A percentage just below 100% is written as >99%."""
    if unit == "percent":
        return "".join(bounded_percent(value))
    return f"{number(value)} s" if unit == "seconds" else number(value)
