"""Which concept stands in which cell of the map, so that related ones are near each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from executable_glossary.model.concept_map import ConceptMap, TieKind

# How much it matters that a line is short.
WEIGHTS: Mapping[TieKind, float] = {
    "prerequisite": 4.0,
    "broader": 2.0,
    "part-of": 2.0,
    "contrasts": 2.0,
    "used-with": 1.0,
}
ROW = 0.7
# Exchanges that are tried; enough for a hundred concepts, and large glossaries stay quick.
TRIALS = 12_000


@dataclass(frozen=True)
class Cell:
    row: int
    column: int


@dataclass(frozen=True)
class Grid:
    """Where every concept stands; `starts` are the first rows of the bands, `rows` is how many there are."""

    cells: Mapping[str, Cell]
    starts: tuple[int, ...]
    rows: int
    columns: int


Near = Mapping[str, tuple[tuple[str, float], ...]]


def arranged(map: ConceptMap, columns: int) -> Grid:
    """Each band takes as few rows as it can; inside of it, concepts change places for as long as that helps."""
    bands = [[spot.concept for spot in band] for band in (*map.bands, map.apart) if band]
    starts, row = [], 0
    seats: list[list[str | None]] = []
    for band in bands:
        starts.append(row)
        rows = -(-len(band) // columns)
        seats.append([*band, *[None] * (rows * columns - len(band))])
        row += rows
    cells = _settled(seats, starts, columns, _near(map))
    return Grid(cells, tuple(starts), row, columns)


def _near(map: ConceptMap) -> Near:
    near: dict[str, list[tuple[str, float]]] = {}
    for tie in map.drawn:
        for one, other in (tie.ends, tie.ends[::-1]):
            near.setdefault(one, []).append((other, WEIGHTS[tie.kind]))
    return {concept: tuple(others) for concept, others in near.items()}


def _settled(seats: list[list[str | None]], starts: list[int], columns: int, near: Near) -> dict[str, Cell]:
    """Exchanges two seats of a band wherever that makes the lines shorter, until none does."""
    at = {
        name: _cell(start, columns, seat)
        for start, band in zip(starts, seats, strict=True)
        for seat, name in enumerate(band)
        if name is not None
    }
    left, better = TRIALS, True
    while better and left > 0:
        better = False
        for number, one, other in _pairs(seats):
            left -= 1
            if left > 0 and _exchanged(seats[number], starts[number], columns, one, other, at, near):
                better = True
    return at


def _pairs(seats: list[list[str | None]]) -> Iterator[tuple[int, int, int]]:
    for number, band in enumerate(seats):
        for one, other in combinations(range(len(band)), 2):
            yield number, one, other


def _exchanged(
    band: list[str | None], start: int, columns: int, one: int, other: int, at: dict[str, Cell], near: Near
) -> bool:
    """Whether it helped; where it did not, all is as it was."""
    moved = [name for name in (band[one], band[other]) if name is not None]
    before = sum(_length(name, at, near) for name in moved)
    _exchange(band, start, columns, one, other, at)
    if sum(_length(name, at, near) for name in moved) < before - 1e-9:
        return True
    _exchange(band, start, columns, one, other, at)
    return False


def _exchange(
    band: list[str | None], start: int, columns: int, one: int, other: int, at: dict[str, Cell]
) -> None:
    band[one], band[other] = band[other], band[one]
    for seat in (one, other):
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
    """The seats of a band begin in the middle of its rows, so that a short band stands in the middle."""
    row, place = divmod(seat, columns)
    return Cell(start + row, _from_the_middle(columns)[place])


@cache
def _from_the_middle(columns: int) -> tuple[int, ...]:
    return tuple(sorted(range(columns), key=lambda column: (abs(column - (columns - 1) / 2), column)))
