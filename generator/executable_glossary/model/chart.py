"""Charts as an example's head declares them: the metrics to draw, and the chart's texts."""

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
    """A metric and its position along the axis (0 for a bar); `written` is the metric as the head names it."""

    at: float
    metric: str
    written: str


class Drawn(BaseModel):
    """Settings of every kind of chart. `axis` names what the metrics measure, `unit` is how values are formatted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Words = Field(description="Title above the chart.")
    caption: Words = Field(description="What the chart shows, in a sentence.")
    axis: Words = Field(description="What the metrics measure.")
    unit: Unit = Field("number", description="How values are formatted.")
    reference: Mapping[Words, Words] = Field(
        default_factory=dict, max_length=3, description="Dotted lines to compare with: label = metric."
    )

    @property
    def series(self) -> Mapping[str, tuple[Point, ...]]:
        """The points of each bar or line by label."""
        return {}

    @property
    def compared(self) -> Mapping[str, tuple[Point, ...]]:
        """One point for each reference line by label."""
        return {label: (Point(0.0, metric, metric),) for label, metric in self.reference.items()}

    @property
    def points_drawn(self) -> tuple[Point, ...]:
        """All points, with those of reference lines last."""
        return tuple(point for points in (*self.series.values(), *self.compared.values()) for point in points)


class BarChart(Drawn):
    """One bar for each metric, from zero to the mean over seeds, with a dot for each run."""

    kind: Literal["bars"] = Field(description="The kind of chart.")
    bars: Mapping[Words, Words] = Field(
        min_length=1, max_length=12, description="The bars in order: label = metric."
    )

    @property
    def series(self) -> Mapping[str, tuple[Point, ...]]:
        """One point for each label."""
        return {label: (Point(0.0, metric, metric),) for label, metric in self.bars.items()}


class LineChart(Drawn):
    """Means connected by lines along an axis of numbers, with bands from the lowest to the highest run.

    A line is a table of number = metric, or one metric name with {} in place of the numbers in `points`.
    """

    kind: Literal["lines"] = Field(description="The kind of chart.")
    along: Words = Field(description="What the numbers along the axis mean.")
    scale: Literal["linear", "log"] = Field("linear", description="How the numbers are spaced.")
    points: tuple[Annotated[float, Field(ge=-LARGEST, le=LARGEST)], ...] = Field(
        default=(),
        max_length=MOST_POINTS,
        strict=False,
        description="The numbers to insert for {}.",
    )
    lines: Mapping[Words, Words | Mapping[str, Words]] = Field(
        min_length=1, max_length=6, description="The lines in order: label = metric with {}, or a table."
    )

    @model_validator(mode="after")
    def _can_be_drawn(self) -> LineChart:
        for label, points in self.series.items():
            if len(points) < 2:
                raise ValueError(f'the line "{label}" needs two points or more')
            if self.scale == "log" and points[0].at <= 0:
                raise ValueError("a logarithmic scale has no place for 0 and below")
        return self

    @property
    def series(self) -> Mapping[str, tuple[Point, ...]]:
        """The points of each line by its label, from left to right."""
        return {label: tuple(sorted(self._points(line))) for label, line in self.lines.items()}

    def _points(self, line: str | Mapping[str, str]) -> list[Point]:
        if isinstance(line, str):
            return [Point(at, line.replace(SLOT, _in_a_name(at)), line) for at in sorted(set(self.points))]
        return [Point(_number(written), metric, metric) for written, metric in line.items()]


Chart = Annotated[BarChart | LineChart, Field(discriminator="kind")]


def _in_a_name(at: float) -> str:
    """A number in the form that metric names use, which cannot contain a point: 0.5 → 0_5."""
    return f"{at:g}".replace(".", "_")


def _number(written: str) -> float:
    try:
        number = float(written)
    except ValueError:
        raise ValueError(f'"{written}" is no number; a decimal one needs quotes: "0.5" = ...') from None
    if not abs(number) <= LARGEST:
        raise ValueError(f'"{written}" has no place on an axis')
    return number
