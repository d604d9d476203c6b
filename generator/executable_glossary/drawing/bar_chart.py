"""Draws horizontal bar charts, so that long labels stay readable; each value follows the end of its bar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from executable_glossary.drawing.chart_scale import Scale, ticks
from executable_glossary.drawing.lettering import (
    LEADING,
    in_a_row,
    label,
    line,
    on_axis,
    px,
    text_width,
    with_spread,
    wrapped,
)
from executable_glossary.model.plot import Plot, Series, with_unit

BAR, BETWEEN, GAP = 24.0, 14.0, 10.0
# If there are many runs, the dots are smaller, so that the end of the bar stays visible between them.
DOT, SMALL_DOT, MANY = 3.6, 2.4, 8
# In a drawing at least this wide, labels are to the left of the bars; otherwise, above them.
ROOM = 500.0
LABELS = 0.34


@dataclass(frozen=True)
class Row:
    """A bar: the top of its label and the top of the bar itself, in px."""

    series: Series
    lines: tuple[str, ...]
    label_top: float
    bar_top: float


@dataclass(frozen=True)
class Bars:
    """The layout of a bar chart, in px; `scale` maps values to x."""

    plot: Plot
    width: float
    beside: bool
    scale: Scale
    ticks: tuple[float, ...]
    rows: tuple[Row, ...]
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom + 2.6 * LEADING + LEADING * (len(self._axis) - 1)

    @property
    def _axis(self) -> tuple[str, ...]:
        return wrapped(self.plot.chart.axis, self.width - self._axis_left)

    @property
    def _axis_left(self) -> float:
        return self.scale.start if self.beside else 0.0

    def marks(self) -> Iterator[str]:
        """The SVG elements from back to front: grid, bars, dots, reference lines, text."""
        yield from self._grid()
        for row in self.rows:
            yield from self._bar(row)
        yield from self._references()
        for row in self.rows:
            yield from self._words(row)
        yield label(self._axis, self._axis_left, self.bottom + 2.1 * LEADING, "chart__axis")

    def _grid(self) -> Iterator[str]:
        for tick in self.ticks:
            x = self.scale(tick)
            yield line(x, self.top, x, self.bottom, "zero" if tick == 0 else "grid")
        for x, text in in_a_row(
            (self.scale(tick), on_axis(self.plot.chart.unit, tick)) for tick in self.ticks
        ):
            anchor = "start" if x == 0 else "middle"
            yield label((text,), x, self.bottom + LEADING, "chart__tick", anchor)

    def _bar(self, row: Row) -> Iterator[str]:
        statistic, zero = row.series.marks[0].statistic, self.scale(0.0)
        left, right = sorted((zero, self.scale(statistic.mean)))
        place = f'x="{px(left)}" y="{px(row.bar_top)}" width="{px(right - left)}" height="{px(BAR)}"'
        yield f'<rect class="chart__bar" fill="currentColor" fill-opacity="0.3" {place}/>'
        yield line(
            self.scale(statistic.mean), row.bar_top, self.scale(statistic.mean), row.bar_top + BAR, "end"
        )
        size = DOT if statistic.n < MANY else SMALL_DOT
        for number, value in enumerate(statistic.values if statistic.n > 1 else ()):
            # Each run's dot has a different y, so equal values remain distinguishable.
            y = row.bar_top + BAR * (number + 1) / (statistic.n + 1)
            place = f'cx="{px(self.scale(value))}" cy="{px(y)}" r="{px(size)}"'
            yield f'<circle class="chart__dot" fill="currentColor" {place}/>'

    def _references(self) -> Iterator[str]:
        for number, reference in enumerate(self.plot.references):
            x, y = self.scale(reference.marks[0].statistic.mean), (number + 0.5) * LEADING
            text = f"{reference.label} {with_unit(self.plot.chart.unit, reference.marks[0].statistic.mean)}"
            fits = x + text_width(text) / 2 < self.width and x - text_width(text) / 2 > 0
            anchor = "middle" if fits else "end" if x > self.width / 2 else "start"
            for first, last in self._free(x, y + LEADING / 2):
                yield line(x, first, x, last, "reference")
            yield label((text,), x, y, "chart__tick", anchor)

    def _free(self, x: float, top: float) -> Iterator[tuple[float, float]]:
        """The parts of the vertical line at `x`, from `top` to the bottom of the bars, that cross no label."""
        for row in () if self.beside else self.rows:
            if x < max(text_width(line) for line in row.lines) + GAP / 2:
                if row.label_top > top:
                    yield top, row.label_top
                top = row.label_top + len(row.lines) * LEADING
        yield top, self.bottom

    def _words(self, row: Row) -> Iterator[str]:
        x = self.scale.start - GAP if self.beside else 0.0
        yield label(row.lines, x, row.label_top + LEADING / 2, "", "end" if self.beside else "start")
        statistic = row.series.marks[0].statistic
        end = max(0.0, statistic.max) if statistic.n > 1 else max(0.0, statistic.mean)
        text = with_spread(self.plot.chart.unit, statistic)
        yield label((text,), self._beyond(end, text), row.bar_top + BAR / 2, "chart__value")

    def _beyond(self, value: float, text: str) -> float:
        """The left edge of the text after a bar that ends at `value`, chosen so that the text touches no reference
        line."""
        x = self.scale(value) + GAP
        for reference_x in sorted(self.scale(each.marks[0].statistic.mean) for each in self.plot.references):
            if x - GAP / 2 < reference_x < x + text_width(text):
                x = reference_x + GAP / 2
        return x


def bars(plot: Plot, width: float) -> Bars:
    """The layout of a bar chart that is `width` px wide."""
    beside = width >= ROOM
    unit, statistics = plot.chart.unit, [mark.statistic for mark in plot.marks]
    values = [value for statistic in statistics for value in (statistic.min, statistic.max)]
    steps = ticks(values, 5 if beside else 4, from_zero=True)
    labels = [wrapped(series.label, LABELS * width if beside else width) for series in plot.series]
    left = max(text_width(line) for lines in labels for line in lines) + GAP if beside else 0.0
    values_width = max(text_width(with_spread(unit, series.marks[0].statistic)) for series in plot.series)
    scale = Scale(steps[0], steps[-1], left, width - values_width - GAP)
    top = LEADING * len(plot.references) + (4.0 if plot.references else 0.0)
    rows = tuple(_rows(plot, labels, beside, top + BETWEEN / 2))
    bottom = rows[-1].bar_top + max(BAR, len(rows[-1].lines) * LEADING if beside else 0.0) + BETWEEN / 2
    return Bars(plot, width, beside, scale, steps, rows, top, bottom)


def _rows(plot: Plot, labels: list[tuple[str, ...]], beside: bool, top: float) -> Iterator[Row]:
    for series, lines in zip(plot.series, labels, strict=True):
        height = len(lines) * LEADING
        if beside:
            whole = max(height, BAR)
            yield Row(series, lines, top + (whole - height) / 2, top + (whole - BAR) / 2)
        else:
            whole = height + BAR + 3.0
            yield Row(series, lines, top, top + height + 3.0)
        top += whole + BETWEEN
