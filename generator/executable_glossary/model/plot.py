"""A chart with its numbers: what is drawn, what is said of it in words, and the table of its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from executable_glossary.model.chart import Chart, LineChart, Unit
from executable_glossary.model.evidence import Statistic
from executable_glossary.model.number_format import NumberFormat, bounded_percent, number
from executable_glossary.model.words import Words

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

    def alternative(self, words: Words) -> str:
        """What the drawing shows, in words, for those who do not see it; of a long line its ends."""
        chart = self.chart
        kind = words(f"chart.kind.{chart.kind}")
        what = (
            words("chart.along", axis=chart.axis, along=chart.along)
            if isinstance(chart, LineChart)
            else chart.axis
        )
        runs = words("chart.runs", count=self.runs)
        drawn = self._all_said(self.series, words)
        text = words("chart.alternative", kind=kind, what=what, runs=runs, drawn=drawn)
        beside = self._all_said(self.references, words)
        return f"{text} {words('chart.compared', drawn=beside)}" if beside else text

    def key(self, words: Words) -> str:
        """How to read the drawing, with the number of runs."""
        return words(f"chart.key.{self.chart.kind}", count=self.runs)

    def header(self, words: Words) -> tuple[str, ...]:
        """Heads of the table's columns, texts before numbers."""
        along = (str(self.chart.along),) if isinstance(self.chart, LineChart) else ()
        numbers = (words(f"metrics.{head}") for head in ("mean", "least", "greatest", "runs"))
        return (words("chart.shown"), *along, *numbers)

    def rows(self, words: Words) -> tuple[tuple[str, ...], ...]:
        """One row for each mark: its label, its place on a line, and the numbers."""
        lines = isinstance(self.chart, LineChart)
        drawn = ((series.label, number(mark.at), mark) for series in self.series for mark in series.marks)
        compared = ((reference.label, "–", reference.marks[0]) for reference in self.references)
        return tuple(
            (label, *((place,) if lines else ()), *self._numbers(mark.statistic, words))
            for label, place, mark in (*drawn, *compared)
        )

    def _all_said(self, drawn: Iterable[Series], words: Words) -> str:
        return "; ".join(f"{series.label}: {self._said(series, words)}" for series in drawn)

    def _said(self, series: Series, words: Words) -> str:
        """79% (73% to 82%), at a place if there are several."""
        if len(series.marks) == 1:
            return self._value(series.marks[0].statistic, words)
        ends = len(series.marks) > MOST_POINTS_SAID
        marks = (series.marks[0], series.marks[-1]) if ends else series.marks
        said = [
            words("chart.at", value=self._value(mark.statistic, words), place=number(mark.at))
            for mark in marks
        ]
        return words("chart.from_to", first=said[0], last=said[1]) if ends else ", ".join(said)

    def _value(self, statistic: Statistic, words: Words) -> str:
        mean, least, greatest = (
            said(self.chart.unit, value, words) for value in (statistic.mean, statistic.min, statistic.max)
        )
        return mean if least == greatest else words("chart.value", mean=mean, least=least, greatest=greatest)

    def _numbers(self, statistic: Statistic, words: Words) -> tuple[str, ...]:
        values = (statistic.mean, statistic.min, statistic.max)
        return (*(said(self.chart.unit, value, words, 1) for value in values), str(statistic.n))


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


def said(unit: Unit, value: float, words: Words, digits: int = 0) -> str:
    """A value with its unit: 79%, 1,234, 6.5 s; percentages with so many digits after the point."""
    if unit == "percent":
        return NumberFormat(words).percent(value, digits)
    return with_unit(unit, value)


def with_unit(unit: Unit, value: float) -> str:
    """The same without words, for narrow places: a percentage that rounding would make all is >99%."""
    if unit == "percent":
        return "".join(bounded_percent(value))
    return f"{number(value)} s" if unit == "seconds" else number(value)
