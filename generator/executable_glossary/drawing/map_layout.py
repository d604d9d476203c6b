"""Lays out the concept map: assigns each concept a cell near related ones, and computes box and row sizes in px."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from executable_glossary.drawing.lettering import text_width, wrapped
from executable_glossary.model.concept_map import ConceptMap, Spot, TieKind

LETTER, LEADING = 15.0, 18.0
PADDING = 9.0
CAPTION = 40.0
# How important it is that a line is short, for each kind of line.
WEIGHTS: Mapping[TieKind, float] = {
    "prerequisite": 4.0,
    "broader": 2.0,
    "part-of": 2.0,
    "contrasts": 2.0,
    "used-with": 1.0,
}
# The distance between two rows, in columns.
ROW = 0.7
# The number of swaps to try: enough for a hundred concepts, but few enough to be fast for a large glossary.
TRIALS = 12_000


@dataclass(frozen=True)
class Cell:
    row: int
    column: int


@dataclass(frozen=True)
class Grid:
    """The cell of each concept. `starts` lists the first row of each band; `rows` is the total number of rows."""

    cells: Mapping[str, Cell]
    starts: tuple[int, ...]
    rows: int
    columns: int


Near = Mapping[str, tuple[tuple[str, float], ...]]


def arranged(map: ConceptMap, columns: int) -> Grid:
    """Gives each band as few rows as possible and arranges its concepts to keep lines short."""
    bands = [[spot.concept for spot in band] for band in (*map.bands, map.apart) if band]
    starts, row = [], 0
    seats: list[list[str | None]] = []
    for band in bands:
        starts.append(row)
        rows = -(-len(band) // columns)
        seats.append([*band, *[None] * (rows * columns - len(band))])
        row += rows
    cells = _improved(seats, starts, columns, _near(map))
    return Grid(cells, tuple(starts), row, columns)


def _near(map: ConceptMap) -> Near:
    near: dict[str, list[tuple[str, float]]] = {}
    for tie in map.drawn:
        for name, neighbor in (tie.ends, tie.ends[::-1]):
            near.setdefault(name, []).append((neighbor, WEIGHTS[tie.kind]))
    return {concept: tuple(others) for concept, others in near.items()}


def _improved(seats: list[list[str | None]], starts: list[int], columns: int, near: Near) -> dict[str, Cell]:
    """Swaps two seats in a band if that shortens the lines, until no swap does."""
    at = {
        name: _cell(start, columns, seat)
        for start, band in zip(starts, seats, strict=True)
        for seat, name in enumerate(band)
        if name is not None
    }
    left, better = TRIALS, True
    while better and left > 0:
        better = False
        for number, first, second in _pairs(seats):
            left -= 1
            if left > 0 and _swap_helps(seats[number], starts[number], columns, first, second, at, near):
                better = True
    return at


def _pairs(seats: list[list[str | None]]) -> Iterator[tuple[int, int, int]]:
    for number, band in enumerate(seats):
        for first, second in combinations(range(len(band)), 2):
            yield number, first, second


def _swap_helps(
    band: list[str | None], start: int, columns: int, first: int, second: int, at: dict[str, Cell], near: Near
) -> bool:
    """Swaps two seats and reports whether that shortened the lines; if not, swaps them back."""
    moved = [name for name in (band[first], band[second]) if name is not None]
    before = sum(_length(name, at, near) for name in moved)
    _swap(band, start, columns, first, second, at)
    if sum(_length(name, at, near) for name in moved) < before - 1e-9:
        return True
    _swap(band, start, columns, first, second, at)
    return False


def _swap(
    band: list[str | None], start: int, columns: int, first: int, second: int, at: dict[str, Cell]
) -> None:
    band[first], band[second] = band[second], band[first]
    for seat in (first, second):
        name = band[seat]
        if name is not None:
            at[name] = _cell(start, columns, seat)


def _length(name: str, at: Mapping[str, Cell], near: Near) -> float:
    here = at[name]
    return sum(
        weight * (abs(at[other].column - here.column) + ROW * abs(at[other].row - here.row))
        for other, weight in near.get(name, ())
    )


def _cell(start: int, columns: int, seat: int) -> Cell:
    """Seats fill each row from its middle, so a short band is centered."""
    row, place = divmod(seat, columns)
    return Cell(start + row, _from_the_middle(columns)[place])


@cache
def _from_the_middle(columns: int) -> tuple[int, ...]:
    return tuple(sorted(range(columns), key=lambda column: (abs(column - (columns - 1) / 2), column)))


@dataclass(frozen=True)
class Style:
    """The style of a drawing: `columns` boxes of at least `box` px side by side, with `apart` px between boxes and
    `gap` px between rows. `crowded`: there is no room beside the boxes for the lines that pass them."""

    columns: int
    box: float
    apart: float
    gap: float
    margin: float
    crowded: bool = False


@dataclass(frozen=True)
class Layout:
    """The positions of rows and columns in px; all boxes have the same size."""

    style: Style
    grid: Grid
    width: float
    height: float

    def left(self, column: int) -> float:
        return self.style.margin + column * (self.width + self.style.apart)

    def middle(self, column: int) -> float:
        return self.left(column) + self.width / 2

    def top(self, row: int) -> float:
        """The top of a row; there is a caption above the first row of each band."""
        bands = sum(start <= row for start in self.grid.starts)
        return bands * CAPTION + row * (self.height + self.style.gap)

    def bottom(self, row: int) -> float:
        return self.top(row) + self.height

    @property
    def size(self) -> tuple[float, float]:
        last = self.left(self.grid.columns - 1) + self.width + self.style.margin
        return last, self.bottom(self.grid.rows - 1) + self.style.gap / 2


def laid_out(map: ConceptMap, style: Style) -> Layout:
    spots = list(map.spots)
    longest = max((text_width(word, LETTER) for spot in spots for word in spot.term.split()), default=0.0)
    width = max(style.box, longest + 2 * PADDING)
    lines = max((len(name_lines(spot, width)) for spot in spots), default=1)
    return Layout(style, arranged(map, style.columns), width, lines * LEADING + 2 * PADDING)


def name_lines(spot: Spot, width: float) -> tuple[str, ...]:
    """The term, split into lines that fit into a box of the given width."""
    return wrapped(spot.term, width - 2 * PADDING, LETTER)


def occupied(grid: Grid) -> frozenset[Cell]:
    return frozenset(grid.cells.values())
