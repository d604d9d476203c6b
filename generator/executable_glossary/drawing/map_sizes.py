"""Sizes of the map's boxes and rows, in px."""

from __future__ import annotations

from dataclasses import dataclass

from executable_glossary.drawing.map_grid import Cell, Grid, arranged
from executable_glossary.model.concept_map import ConceptMap, Spot

LETTER, LEADING = 15.0, 18.0
# The average width of a letter in ems, rounded up: a box may be a little wide, never too narrow.
ADVANCE = 0.56
PADDING = 9.0
CAPTION = 40.0


@dataclass(frozen=True)
class Style:
    """`columns` boxes of at least `box` px side by side, `apart` px between them and `gap` px between rows."""

    columns: int
    box: float
    apart: float
    gap: float
    margin: float


@dataclass(frozen=True)
class Layout:
    """Where rows and columns are; all boxes are equally large."""

    style: Style
    grid: Grid
    width: float
    height: float

    def left(self, column: int) -> float:
        return self.style.margin + column * (self.width + self.style.apart)

    def middle(self, column: int) -> float:
        return self.left(column) + self.width / 2

    def top(self, row: int) -> float:
        """A caption stands above the first row of each band."""
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
    longest = max((len(word) for spot in spots for word in spot.term.split()), default=0)
    width = max(style.box, longest * LETTER * ADVANCE + 2 * PADDING)
    lines = max((len(wrapped(spot, width)) for spot in spots), default=1)
    return Layout(style, arranged(map, style.columns), width, lines * LEADING + 2 * PADDING)


def wrapped(spot: Spot, width: float) -> tuple[str, ...]:
    """The term in lines that fit into a box of that width."""
    most = (width - 2 * PADDING) / (LETTER * ADVANCE)
    lines: list[str] = []
    for word in spot.term.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def occupied(grid: Grid) -> frozenset[Cell]:
    return frozenset(grid.cells.values())
