"""Sizes of the map's boxes and rows, in px."""

from __future__ import annotations

from dataclasses import dataclass

from executable_glossary.drawing.lettering import text_width, wrapped
from executable_glossary.drawing.map_grid import Cell, Grid, arranged
from executable_glossary.model.concept_map import ConceptMap, Spot

LETTER, LEADING = 15.0, 18.0
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
    longest = max((text_width(word, LETTER) for spot in spots for word in spot.term.split()), default=0.0)
    width = max(style.box, longest + 2 * PADDING)
    lines = max((len(name_lines(spot, width)) for spot in spots), default=1)
    return Layout(style, arranged(map, style.columns), width, lines * LEADING + 2 * PADDING)


def name_lines(spot: Spot, width: float) -> tuple[str, ...]:
    """The term in lines that fit into a box of that width."""
    return wrapped(spot.term, width - 2 * PADDING, LETTER)


def occupied(grid: Grid) -> frozenset[Cell]:
    return frozenset(grid.cells.values())
