"""Points, rectangles, and cubic curves, in px."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Rectangle:
    """A rectangle; `x` and `y` are its center."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    def grown(self, by: float) -> Rectangle:
        """The rectangle enlarged by `by` on every side, or shrunk if `by` is negative."""
        return Rectangle(self.x, self.y, self.width + 2 * by, self.height + 2 * by)

    def meets(self, other: Rectangle) -> bool:
        return (
            abs(self.x - other.x) * 2 < self.width + other.width
            and abs(self.y - other.y) * 2 < self.height + other.height
        )

    def holds(self, point: Point) -> bool:
        return abs(self.x - point.x) * 2 < self.width and abs(self.y - point.y) * 2 < self.height


@dataclass(frozen=True)
class Curve:
    """A cubic curve; `bend` and `unbend` are its control points."""

    start: Point
    bend: Point
    unbend: Point
    end: Point

    def at(self, t: float) -> Point:
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        return Point(
            a * self.start.x + b * self.bend.x + c * self.unbend.x + d * self.end.x,
            a * self.start.y + b * self.bend.y + c * self.unbend.y + d * self.end.y,
        )
