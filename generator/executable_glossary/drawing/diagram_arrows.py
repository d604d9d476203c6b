"""Routes a diagram's arrows between its boxes and finds a free position for each arrow's verb."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Protocol

from executable_glossary.drawing.diagram_geometry import Curve, Point, Rectangle
from executable_glossary.drawing.diagram_layers import Link
from executable_glossary.drawing.lettering import balanced, text_width

VERB, VERB_LEADING = 13.5, 16.0
VERB_WIDTH = 100.0
AIR = 4.0
BESIDE = 3.0
PLACES = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2)


class Axes(Protocol):
    """The measurements that routing needs: the size of each box on the *across* axis, the start and end of each layer
    on the *along* axis (the reading direction), and the mapping of both axes to x and y."""

    @property
    def across(self) -> Mapping[str, float]: ...

    @property
    def bands(self) -> tuple[tuple[float, float], ...]: ...

    def turned(self, along: float, across: float) -> Point: ...


@dataclass(frozen=True)
class Arrow:
    """An arrow. Its `curves` run from the first layer to the last; a backward arrow has its head at the start of the
    first curve."""

    curves: tuple[Curve, ...]
    backward: bool
    verb: tuple[str, ...]
    verb_place: Rectangle | None = None

    @property
    def tip(self) -> Point:
        return self.curves[0].start if self.backward else self.curves[-1].end


def arrows(
    links: tuple[Link, ...], axes: Axes, middles: Mapping[str, float], boxes: tuple[Rectangle, ...]
) -> tuple[tuple[Arrow, ...], int]:
    """All arrows, and a penalty for badly placed verbs: 1 for each verb that touches another arrow, and 100 for each
    verb that covers a box or another verb."""
    ports = _ports(links, axes, middles)
    ways = [_curves(link, number, axes, middles, ports) for number, link in enumerate(links)]
    drawn: list[Arrow] = []
    faults = 0
    for number, link in enumerate(links):
        taken = [*boxes, *(arrow.verb_place for arrow in drawn if arrow.verb_place)]
        others = [curve for other, way in enumerate(ways) if other != number for curve in way]
        place, fault = _verb_place(link, ways[number], others, taken, axes) if _verb(link) else (None, 0)
        faults += fault
        drawn.append(Arrow(ways[number], link.backward, _verb(link), place))
    return tuple(drawn), faults


def verb_size(link: Link) -> tuple[float, float]:
    """The width and height of the verb, including the space around it."""
    lines = _verb(link)
    width = max((text_width(line, VERB) for line in lines), default=0.0)
    return width + 2 * AIR, len(lines) * VERB_LEADING


def _verb(link: Link) -> tuple[str, ...]:
    return balanced(link.label, VERB_WIDTH, VERB) if link.label.strip() else ()


def _ports(
    links: tuple[Link, ...], axes: Axes, middles: Mapping[str, float]
) -> dict[tuple[int, str, bool], float]:
    """The position on the *across* axis at which each arrow leaves (True) and reaches (False) its boxes. Ends are
    spread over the side in the order of the opposite ends, so a box's arrows neither merge nor cross."""
    sides: dict[tuple[str, bool], list[tuple[float, int]]] = {}
    for number, link in enumerate(links):
        sides.setdefault((link.stops[0], True), []).append((middles[link.stops[1]], number))
        sides.setdefault((link.stops[-1], False), []).append((middles[link.stops[-2]], number))
    ports = {}
    for (name, leaves), ends in sides.items():
        shares = _shares([middle - middles[name] for middle, _ in sorted(ends)])
        for share, (_, number) in zip(shares, sorted(ends), strict=True):
            ports[number, name, leaves] = middles[name] + share * axes.across[name]
    return ports


def _shares(offsets: list[float]) -> list[float]:
    """Positions evenly spaced over the side, from -0.5 to 0.5. An arrow between two aligned boxes stays in the
    middle and is straight."""
    straight = next((number for number, offset in enumerate(offsets) if abs(offset) < 0.5), None)
    if straight is None:
        return [place / (len(offsets) + 1) - 0.5 for place in range(1, len(offsets) + 1)]
    most = max(straight, len(offsets) - 1 - straight) + 1
    return [(place - straight) / most / 2 for place in range(len(offsets))]


def _curves(
    link: Link,
    number: int,
    axes: Axes,
    middles: Mapping[str, float],
    ports: Mapping[tuple[int, str, bool], float],
) -> tuple[Curve, ...]:
    """A curve in each gap between two layers, and a straight line through each layer that the arrow passes through."""
    across = [
        ports[number, link.stops[0], True],
        *(middles[stop] for stop in link.stops[1:-1]),
        ports[number, link.stops[-1], False],
    ]
    curves = []
    for layer, (a, b) in enumerate(pairwise(across), link.top):
        curves.append(_curve(axes, axes.bands[layer][1], a, axes.bands[layer + 1][0], b))
        curves.append(_curve(axes, *_passed(axes, layer + 1, b)))
    return tuple(curves[:-1])


def _passed(axes: Axes, layer: int, across: float) -> tuple[float, float, float, float]:
    begin, end = axes.bands[layer]
    return begin, across, end, across


def _curve(axes: Axes, begin: float, a: float, end: float, b: float) -> Curve:
    half = (begin + end) / 2
    return Curve(axes.turned(begin, a), axes.turned(half, a), axes.turned(half, b), axes.turned(end, b))


def _verb_place(
    link: Link, way: tuple[Curve, ...], others: list[Curve], taken: list[Rectangle], axes: Axes
) -> tuple[Rectangle, int]:
    """The first position on or beside the arrow where the verb touches nothing or, failing that, the position with the
    fewest crossings. Also returns the penalty for that position."""
    free = (place for place in _places(link, way, axes) if not _meets(place.grown(2), taken))
    points = [curve.at(t / 24) for curve in others for t in range(25)]
    least, fewest = _at(link, way[0].at(0.5)), len(points) + 1
    for place in free:
        crossed = _crossed(place.grown(3), points)
        if not crossed:
            return place, 0
        if crossed < fewest:
            least, fewest = place, crossed
    return least, 1 if fewest <= len(points) else 100


def _meets(place: Rectangle, taken: list[Rectangle]) -> bool:
    return any(place.meets(other) for other in taken)


def _crossed(place: Rectangle, points: list[Point]) -> int:
    return sum(1 for point in points if place.holds(point))


def _places(link: Link, way: tuple[Curve, ...], axes: Axes) -> Iterator[Rectangle]:
    """Candidate positions for the verb: first on the line, which the verb interrupts, then on either side of it."""
    curve = way[2 * (link.verb_gap - link.top)]
    yield from (_at(link, curve.at(t)) for t in PLACES)
    width, height = verb_size(link)
    aside = axes.turned(0.0, 1.0)
    points = [curve.at(t / 24) for t in range(25)]
    for t, side in product(PLACES, (-1, 1)):
        on = curve.at(t)
        by = side * ((width * aside.x + height * aside.y) / 2 + BESIDE)
        place = _at(link, Point(on.x + by * aside.x, on.y + by * aside.y))
        if not any(place.holds(point) for point in points):
            yield place


def _at(link: Link, point: Point) -> Rectangle:
    return Rectangle(point.x, point.y, *verb_size(link))
