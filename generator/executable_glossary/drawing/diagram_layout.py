"""Lays out a diagram: the position and size of every box, arrow, and verb.

Works on two axes: *along* is the reading direction, *across* is perpendicular to it. `Frame.turned` maps them to x and y.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from executable_glossary.drawing.diagram_arrows import Arrow, arrows, verb_size
from executable_glossary.drawing.diagram_geometry import Point, Rectangle
from executable_glossary.drawing.diagram_layers import Layers, Link, Row, layered
from executable_glossary.drawing.lettering import balanced, text_width
from executable_glossary.model.diagram import Diagram, Node

LABEL, LABEL_LEADING = 15.0, 19.0
PADDING_X, PADDING_Y = 14.0, 11.0
NARROWEST = 72.0
LANE = 8.0
MARGIN = 6.0
# The distance between two boxes in a layer.
APART = 24.0
# The number of passes over all layers to align their boxes.
SWEEPS = 24
GROWTH = (0.0, 12.0, 24.0, 40.0, 60.0, 90.0, 140.0, 220.0)


@dataclass(frozen=True)
class Style:
    """The style of a drawing. `breadth` is the maximum number of boxes side by side. Labels are wrapped to the first of
    `text_widths` for which the drawing is at most `width` px wide."""

    direction: Literal["right", "down"]
    breadth: int
    width: float
    text_widths: tuple[float, ...]


@dataclass(frozen=True)
class Box:
    node: Node
    lines: tuple[str, ...]
    place: Rectangle


@dataclass(frozen=True)
class Drawing:
    direction: Literal["right", "down"]
    left: float
    top: float
    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True)
class Frame:
    """The sizes of all boxes, and where each layer begins and ends along the reading direction."""

    right: bool
    lines: Mapping[str, tuple[str, ...]]
    across: Mapping[str, float]
    bands: tuple[tuple[float, float], ...]

    def turned(self, along: float, across: float) -> Point:
        return Point(along, across) if self.right else Point(across, along)


def placed(diagram: Diagram, style: Style) -> Drawing:
    """The drawing with the widest boxes that fit, and with gaps wide enough for all verbs."""
    layers = layered(diagram, style.breadth)
    chain = all(sum(name in _names(diagram) for name in row) <= 2 for row in layers.rows)
    for text in style.text_widths:
        for spine in (layers.spine, frozenset[str]()) if chain else (frozenset[str](),):
            drawing = _roomy(diagram, layers, style, text, spine)
            if drawing.width <= style.width:
                return drawing
    return drawing


def _names(diagram: Diagram) -> frozenset[str]:
    return frozenset(node.id for node in diagram.nodes)


def _roomy(diagram: Diagram, layers: Layers, style: Style, text: float, spine: frozenset[str]) -> Drawing:
    """Widens the gaps between layers until every verb has room. `spine` contains the boxes to place in a straight
    line."""
    drawings: list[tuple[int, Drawing]] = []
    for more in GROWTH:
        frame = _frame(diagram, layers, style, text, more)
        places = middles(layers, frame.across, spine)
        boxes = _boxes(diagram, layers, frame, places)
        drawn, faults = arrows(layers.links, frame, places, tuple(box.place for box in boxes))
        drawings.append((faults, _framed(style, boxes, drawn)))
        if not faults:
            break
    return min(drawings, key=lambda pair: pair[0])[1]


def _frame(diagram: Diagram, layers: Layers, style: Style, text: float, more: float) -> Frame:
    right = style.direction == "right"
    lines = {str(node.id): balanced(node.label, text, LABEL) for node in diagram.nodes}
    sizes = {name: _size(texts) for name, texts in lines.items()}
    along = {name: size[0 if right else 1] for name, size in sizes.items()}
    across = {name: size[1 if right else 0] for name, size in sizes.items()} | _lanes(layers, right)
    return Frame(right, lines, across, _bands(layers, along, right, more))


def _size(lines: tuple[str, ...]) -> tuple[float, float]:
    widest = max(text_width(line, LABEL) for line in lines)
    return max(widest + 2 * PADDING_X, NARROWEST), len(lines) * LABEL_LEADING + 2 * PADDING_Y


def _bands(
    layers: Layers, along: Mapping[str, float], right: bool, more: float
) -> tuple[tuple[float, float], ...]:
    bands, begin = [], 0.0
    for number, row in enumerate(layers.rows):
        end = begin + max((along[name] for name in row if name in along), default=0.0)
        bands.append((begin, end))
        begin = end + _gap(layers.links, number, right) + more
    return tuple(bands)


def _lanes(layers: Layers, right: bool) -> dict[str, float]:
    """The space that an arrow needs in each layer that it passes through, including the space for its verb."""
    lanes = {}
    for link in layers.links:
        for number, stop in enumerate(link.stops[1:-1], link.top + 1):
            beside_verb = link.label and number in (link.verb_gap, link.verb_gap + 1)
            lanes[stop] = verb_size(link)[1 if right else 0] if beside_verb else LANE
    return lanes


def _gap(links: tuple[Link, ...], number: int, right: bool) -> float:
    verbs = [verb_size(link) for link in links if link.label and link.verb_gap == number]
    room = max((size[0 if right else 1] for size in verbs), default=0.0)
    return max(room + (32.0 if right else 40.0), 44.0)


def _boxes(diagram: Diagram, layers: Layers, frame: Frame, places: Mapping[str, float]) -> tuple[Box, ...]:
    band = {name: frame.bands[number] for number, row in enumerate(layers.rows) for name in row}
    return tuple(_box(node, frame, *band[node.id], places[node.id]) for node in diagram.nodes)


def _box(node: Node, frame: Frame, begin: float, end: float, middle: float) -> Box:
    """All boxes in a layer have the same length along the reading direction, so arrows end where boxes begin."""
    center = frame.turned((begin + end) / 2, middle)
    size = frame.turned(end - begin, frame.across[node.id])
    return Box(node, frame.lines[node.id], Rectangle(center.x, center.y, size.x, size.y))


def _framed(style: Style, boxes: tuple[Box, ...], drawn: tuple[Arrow, ...]) -> Drawing:
    verbs = [arrow.verb_place for arrow in drawn if arrow.verb_place]
    points = [curve.at(t / 8) for arrow in drawn for curve in arrow.curves for t in range(9)]
    places = [box.place for box in boxes] + verbs + [Rectangle(p.x, p.y, 2, 2) for p in points]
    left = min(place.left for place in places) - MARGIN
    top = min(place.top for place in places) - MARGIN
    right = max(place.left + place.width for place in places) + MARGIN
    bottom = max(place.top + place.height for place in places) + MARGIN
    return Drawing(style.direction, left, top, right - left, bottom - top, boxes, drawn)


def middles(layers: Layers, across: Mapping[str, float], spine: frozenset[str]) -> dict[str, float]:
    """The middle of every stop on the *across* axis: close to the stops linked to it, but not too close to
    the other stops in its row.

    Short arrows and a straight `spine` make a drawing easy to read.
    """
    positions: dict[str, float] = {}
    for row in layers.rows:
        positions |= _apart(row, dict.fromkeys(row, 0.0), across, spine)
    near = _neighbors(layers.links)
    for turn in range(SWEEPS):
        for row in layers.rows if turn % 2 else layers.rows[::-1]:
            wanted = {name: _mean([positions[other] for other in near.get(name, [name])]) for name in row}
            positions |= _apart(row, wanted, across, spine)
    return positions


def _neighbors(links: tuple[Link, ...]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = {}
    for link in links:
        for a, b in pairwise(link.stops):
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
    return near


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _apart(
    row: Row, wanted: Mapping[str, float], across: Mapping[str, float], spine: frozenset[str]
) -> dict[str, float]:
    """The positions closest to `wanted` that preserve the row's order and minimum distances; the spine stays at 0."""
    steps = [(across[a] + across[b]) / 2 + APART for a, b in pairwise(row)]
    fixed = next((number for number, name in enumerate(row) if name in spine), None)
    down = [0.0 if number == fixed else wanted[name] for number, name in enumerate(row)]
    up = down.copy()
    for number, step in enumerate(steps, 1):
        if number != fixed:
            down[number] = max(down[number], down[number - 1] + step)
    for number in reversed(range(len(steps))):
        if number != fixed:
            up[number] = min(up[number], up[number + 1] - steps[number])
    if fixed is not None:
        return dict(zip(row, (*up[:fixed], *down[fixed:]), strict=True))
    return {name: (a + b) / 2 for name, a, b in zip(row, down, up, strict=True)}
