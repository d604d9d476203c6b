"""Charts as declared in an example's header: the metrics to draw, and the chart's title, caption, and labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(lambda text: " ".join(text.split())),
]
Unit = Literal["percent", "number", "seconds"]
SLOT = "{}"
LARGEST, MOST_POINTS = 1e100, 1000


class Point(NamedTuple):
    """A metric and its position along the axis (0 for a bar). `written` is the metric name as written in the header."""

    at: float
    metric: str
    written: str


class Drawn(BaseModel):
    """Settings for every kind of chart."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Words = Field(description="Title above the chart.")
    caption: Words = Field(description="One sentence that describes the chart.")
    axis: Words = Field(description="Axis label that describes the quantity the metrics measure.")
    unit: Unit = Field("number", description="Format of the values.")
    reference: Mapping[Words, Words] = Field(
        default_factory=dict, max_length=3, description="Dotted reference lines: label = metric."
    )

    @property
    def series(self) -> Mapping[str, tuple[Point, ...]]:
        """The points of each bar or line, keyed by label."""
        return {}

    @property
    def compared(self) -> Mapping[str, tuple[Point, ...]]:
        """One point for each reference line, keyed by label."""
        return {label: (Point(0.0, metric, metric),) for label, metric in self.reference.items()}

    @property
    def points_drawn(self) -> tuple[Point, ...]:
        """All points, ending with those of the reference lines."""
        return tuple(point for points in (*self.series.values(), *self.compared.values()) for point in points)


class BarChart(Drawn):
    """One bar for each metric, from zero to the mean over seeds, with a dot for each run."""

    kind: Literal["bars"] = Field(description="The kind of chart.")
    bars: Mapping[Words, Words] = Field(
        min_length=1, max_length=12, description="The bars, in display order: label = metric."
    )

    @property
    def series(self) -> Mapping[str, tuple[Point, ...]]:
        """One point for each bar, keyed by label."""
        return {label: (Point(0.0, metric, metric),) for label, metric in self.bars.items()}


class LineChart(Drawn):
    """Means connected by lines along a numeric axis, with bands from the lowest to the highest run.

    A line is a table of number = metric, or a metric name with {}, which is replaced with each number in `points`.
    """

    kind: Literal["lines"] = Field(description="The kind of chart.")
    along: Words = Field(description="Label of the x-axis.")
    scale: Literal["linear", "log"] = Field("linear", description="Scale of the x-axis.")
    points: tuple[Annotated[float, Field(ge=-LARGEST, le=LARGEST)], ...] = Field(
        default=(),
        max_length=MOST_POINTS,
        strict=False,
        description="The numbers that replace {} in metric names.",
    )
    lines: Mapping[Words, Words | Mapping[str, Words]] = Field(
        min_length=1,
        max_length=6,
        description="The lines, in display order: label = metric with {}, or a table of number = metric.",
    )

    @model_validator(mode="after")
    def _can_be_drawn(self) -> LineChart:
        for label, points in self.series.items():
            if len(points) < 2:
                raise ValueError(f'the line "{label}" needs at least two points')
            if self.scale == "log" and points[0].at <= 0:
                raise ValueError("a logarithmic scale cannot show zero or negative numbers")
        return self

    @property
    def series(self) -> Mapping[str, tuple[Point, ...]]:
        """The points of each line from left to right, keyed by label."""
        return {label: tuple(sorted(self._points(line))) for label, line in self.lines.items()}

    def _points(self, line: str | Mapping[str, str]) -> list[Point]:
        if isinstance(line, str):
            return [Point(at, line.replace(SLOT, _in_a_name(at)), line) for at in sorted(set(self.points))]
        return [Point(_number(written), metric, metric) for written, metric in line.items()]


Chart = Annotated[BarChart | LineChart, Field(discriminator="kind")]


def _in_a_name(at: float) -> str:
    """A number as written in metric names, which cannot contain a decimal point: 0.5 → 0_5."""
    return f"{at:g}".replace(".", "_")


def _number(written: str) -> float:
    try:
        number = float(written)
    except ValueError:
        raise ValueError(
            f'"{written}" is not a number; put a decimal number in quotes: "0.5" = ...'
        ) from None
    if not abs(number) <= LARGEST:
        raise ValueError(f'"{written}" is too large for an axis, or is not a finite number')
    return number
