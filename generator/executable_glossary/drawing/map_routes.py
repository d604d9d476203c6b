"""Routes the map's lines: out of a box, between the boxes of each row on the way, and into the other box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from executable_glossary.drawing.map_layout import Layout, occupied
from executable_glossary.model.concept_map import ConceptMap, Tie

LANE = 5.0
# The share of a box's side where lines can end.
SIDE = 0.76

Point = tuple[float, float]
# A box, and whether the line ends at its bottom side.
Side = tuple[str, bool]


@dataclass(frozen=True)
class Way:
    """A route. Its points come in pairs: the line is straight within a pair, and bends from one pair to the next. A
    `level` line joins two boxes in the same row and hangs below the row."""

    tie: Tie
    points: tuple[Point, ...]
    level: bool

    @property
    def tip(self) -> Point:
        """The tip of the arrowhead, at the box of `second`."""
        return self.points[-1]


@dataclass(frozen=True)
class _Channel:
    """A gap in a row that lines can pass through: between two boxes, or an empty cell."""

    row: int
    x: float
    width: float


def ways(map: ConceptMap, layout: Layout) -> tuple[Way, ...]:
    """The route of each drawn line, from its first end to its second."""
    cells = layout.grid.cells
    channels = {row: tuple(_channels(layout, row)) for row in range(layout.grid.rows)}
    passes = {tie: tuple(_passed(tie, layout, channels)) for tie in map.drawn}
    lanes = _lanes(passes, layout)
    ports = _ports(map, layout)
    drawn = []
    for tie in map.drawn:
        level = cells[tie.first].row == cells[tie.second].row
        inner = [
            point for channel in passes[tie] for point in _through(tie, channel, lanes[tie, channel], layout)
        ]
        drawn.append(Way(tie, (ports[tie, tie.first], *inner, ports[tie, tie.second]), level))
    return tuple(drawn)


def _channels(layout: Layout, row: int) -> Iterator[_Channel]:
    taken = {cell.column for cell in occupied(layout.grid) if cell.row == row}
    style = layout.style
    yield _Channel(row, style.margin / 2, style.margin)
    for column in range(layout.grid.columns):
        if column not in taken:
            yield _Channel(row, layout.middle(column), layout.width)
        right = layout.left(column) + layout.width
        last = column == layout.grid.columns - 1
        width = style.margin if last else style.apart
        yield _Channel(row, right + width / 2, width)


def _passed(tie: Tie, layout: Layout, channels: Mapping[int, tuple[_Channel, ...]]) -> Iterator[_Channel]:
    """The channel nearest to the straight line, for each row between the two ends."""
    start, end = layout.grid.cells[tie.first], layout.grid.cells[tie.second]
    step = 1 if end.row > start.row else -1
    from_x, to_x = layout.middle(start.column), layout.middle(end.column)
    for row in range(start.row + step, end.row, step) if start.row != end.row else ():
        share = (row - start.row) / (end.row - start.row)
        straight = from_x + share * (to_x - from_x)
        yield min(channels[row], key=lambda channel: abs(channel.x - straight))


def _lanes(passes: Mapping[Tie, tuple[_Channel, ...]], layout: Layout) -> dict[tuple[Tie, _Channel], float]:
    """The x-coordinate of each line in its channel. Lines are placed side by side, so none hides another, and in the
    order of their boxes, so few of them cross."""
    users: dict[_Channel, list[Tie]] = {}
    for tie, passed in passes.items():
        for channel in passed:
            users.setdefault(channel, []).append(tie)
    lanes = {}
    for channel, lines in users.items():
        step = min(LANE, channel.width / (len(lines) + 1))
        for number, tie in enumerate(sorted(lines, key=lambda tie: _middle(tie, layout))):
            lanes[tie, channel] = channel.x + (number - (len(lines) - 1) / 2) * step
    return lanes


def _middle(tie: Tie, layout: Layout) -> int:
    return sum(layout.grid.cells[name].column for name in tie.ends)


def _through(tie: Tie, channel: _Channel, x: float, layout: Layout) -> tuple[Point, Point]:
    top, bottom = (x, layout.top(channel.row)), (x, layout.bottom(channel.row))
    down = layout.grid.cells[tie.second].row > layout.grid.cells[tie.first].row
    return (top, bottom) if down else (bottom, top)


def _ports(map: ConceptMap, layout: Layout) -> dict[tuple[Tie, str], Point]:
    """The points where each line meets its boxes, spread over the side in the order of the opposite ends."""
    sides: dict[Side, list[tuple[float, int, Tie]]] = {}
    cells = layout.grid.cells
    for number, tie in enumerate(map.drawn):
        for name, other in (tie.ends, tie.ends[::-1]):
            lower = cells[other].row >= cells[name].row
            sides.setdefault((name, lower), []).append((layout.middle(cells[other].column), number, tie))
    return {
        (tie, name): point
        for (name, lower), lines in sides.items()
        for tie, point in _spread(
            layout, name, lower, [tie for *_, tie in sorted(lines, key=lambda line: line[:2])]
        )
    }


def _spread(layout: Layout, name: str, lower: bool, ties: list[Tie]) -> Iterator[tuple[Tie, Point]]:
    cell = layout.grid.cells[name]
    y = layout.bottom(cell.row) if lower else layout.top(cell.row)
    for number, tie in enumerate(ties, 1):
        share = (number / (len(ties) + 1) - 0.5) * SIDE
        yield tie, (layout.middle(cell.column) + share * layout.width, y)
