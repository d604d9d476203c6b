"""Draws line charts with a band from the lowest to the highest run; each line is labeled at its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from executable_glossary.drawing.chart_scale import Scale, apart, ticks
from executable_glossary.drawing.lettering import (
    LEADING,
    in_a_row,
    label,
    line,
    on_axis,
    px,
    text_width,
    wrapped,
)
from executable_glossary.model.chart import LineChart
from executable_glossary.model.plot import Plot, Series, with_unit

GAP, INSET, DOT = 8.0, 10.0, 4.0
BETWEEN = 3.0
FAR = 16.0
# The maximum share of the width for the labels at the ends of the lines.
LABELS = 0.32
HEIGHTS = {True: 300.0, False: 240.0}
ROOM = 500.0


@dataclass(frozen=True)
class Lines:
    """The layout of a line chart, in px: `x` and `y` map values to positions; `names` contains the labels and their
    tops."""

    plot: Plot
    chart: LineChart
    width: float
    x: Scale
    y: Scale
    ticks: tuple[float, ...]
    heading: tuple[str, ...]
    names: tuple[tuple[tuple[str, ...], float], ...]

    @property
    def height(self) -> float:
        return self.y.start + LEADING * (1.6 + len(self._along))

    @property
    def _along(self) -> tuple[str, ...]:
        return wrapped(self.chart.along, self.width - self.x.start)

    def marks(self) -> Iterator[str]:
        """The SVG elements from back to front: grid, bands, lines, text."""
        yield label(self.heading, 0.0, LEADING / 2, "chart__axis")
        yield from self._grid()
        yield from self._places()
        yield label(self._along, self.x.start - INSET, self.y.start + 2.1 * LEADING, "chart__axis")
        for reference in self.plot.references:
            y = self.y(reference.marks[0].statistic.mean)
            yield line(self.x.start - INSET, y, self.x.end + INSET, y, "reference")
        for hue, series in enumerate(self.plot.series, 1):
            yield f'<g class="chart__series chart__series--{hue}">{"".join(self._series(series, hue))}</g>'
        yield from self._names()

    def _grid(self) -> Iterator[str]:
        for tick in self.ticks:
            y, kind = self.y(tick), "zero" if tick == 0 else "grid"
            yield line(self.x.start - INSET, y, self.x.end + INSET, y, kind)
            text = (on_axis(self.chart.unit, tick),)
            yield label(text, self.x.start - INSET - GAP, y, "chart__tick", "end")

    def _places(self) -> Iterator[str]:
        """The ticks on the x-axis, one for each measured position."""
        places = sorted({mark.at for series in self.plot.series for mark in series.marks})
        for at in places:
            yield line(self.x(at), self.y.start, self.x(at), self.y.start + 5.0, "tick-line")
        for x, text in in_a_row((self.x(at), on_axis("number", at)) for at in places):
            yield label((text,), x, self.y.start + LEADING, "chart__tick", "middle")

    def _series(self, series: Series, hue: int) -> Iterator[str]:
        marks = [(self.x(mark.at), mark.statistic) for mark in series.marks]
        above = [f"{px(x)},{px(self.y(statistic.max))}" for x, statistic in marks]
        below = [f"{px(x)},{px(self.y(statistic.min))}" for x, statistic in reversed(marks)]
        middle = [f"{px(x)},{px(self.y(statistic.mean))}" for x, statistic in marks]
        if self.plot.runs > 1:
            outline = " ".join([*above, *below])
            yield f'<polygon class="chart__band" fill="currentColor" fill-opacity="0.18" points="{outline}"/>'
        yield f'<polyline class="chart__line" fill="none" stroke="currentColor" points="{" ".join(middle)}"/>'
        yield from (_shape(x, self.y(statistic.mean), hue) for x, statistic in marks)

    def _names(self) -> Iterator[str]:
        left = self.x.end + INSET + FAR
        for hue, (series, (lines, top)) in enumerate(
            zip((*self.plot.series, *self.plot.references), self.names, strict=True), 1
        ):
            own = hue <= len(self.plot.series)
            last = series.marks[-1]
            x = self.x(last.at) + DOT if own else self.x.end + INSET
            middle = top + len(lines) * LEADING / 2
            kind = f"chart__series chart__series--{hue}" if own else "chart__tick"
            yield f'<g class="{kind}">'
            if own:
                yield line(x, self.y(last.statistic.mean), left - 3.0, middle, "lead")
            yield label(lines, left, top + LEADING / 2, "chart__name")
            yield "</g>"


def lines(plot: Plot, chart: LineChart, width: float) -> Lines:
    """The layout of a line chart that is `width` px wide."""
    steps = ticks(_values(plot), 5 if width >= ROOM else 4)
    numbers = max(text_width(on_axis(chart.unit, tick)) for tick in steps)
    named = _labels(plot, width * LABELS)
    room = max(text_width(line) for lines in named for line in lines)
    heading = wrapped(chart.axis, width)
    top = LEADING * (len(heading) + 0.8)
    places = [mark.at for series in plot.series for mark in series.marks]
    end = width - room - FAR - INSET
    x = Scale(min(places), max(places), numbers + GAP + INSET, end, chart.scale == "log")
    needed = sum(len(lines) * LEADING + BETWEEN for lines in named) - LEADING
    y = Scale(steps[0], steps[-1], top + max(HEIGHTS[width >= ROOM], needed), top)
    wanted = [
        (y(series.marks[-1].statistic.mean), len(lines) * LEADING)
        for series, lines in zip((*plot.series, *plot.references), named, strict=True)
    ]
    tops = apart(wanted, BETWEEN, top - LEADING / 2, y.start + LEADING / 2)
    return Lines(plot, chart, width, x, y, steps, heading, tuple(zip(named, tops, strict=True)))


def _values(plot: Plot) -> list[float]:
    return [value for mark in plot.marks for value in (mark.statistic.min, mark.statistic.max)]


def _labels(plot: Plot, room: float) -> list[tuple[str, ...]]:
    """The wrapped label at the end of each line; a reference line's label includes its value."""
    values = [
        f"{line.label} {with_unit(plot.chart.unit, line.marks[0].statistic.mean)}" for line in plot.references
    ]
    return [wrapped(text, room) for text in (*(series.label for series in plot.series), *values)]


def _shape(x: float, y: float, hue: int) -> str:
    """A different mark for each line, for color-blind readers and black-and-white printers."""
    if hue % 3 == 1:
        return f'<circle class="chart__point" fill="currentColor" cx="{px(x)}" cy="{px(y)}" r="{px(DOT)}"/>'
    side = DOT if hue % 3 == 2 else DOT * 1.3
    corners = ((-side, -side), (side, -side), (side, side), (-side, side))
    if hue % 3 == 0:
        corners = ((0.0, -side), (side, 0.0), (0.0, side), (-side, 0.0))
    points = " ".join(f"{px(x + right)},{px(y + down)}" for right, down in corners)
    return f'<polygon class="chart__point" fill="currentColor" points="{points}"/>'
