"""Where across the direction of reading every box stands, so that arrows are short and the main story is straight."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from executable_glossary.drawing.diagram_layers import Layers, Link, Row

APART = 24.0
SWEEPS = 24


def middles(layers: Layers, across: Mapping[str, float], spine: frozenset[str]) -> dict[str, float]:
    """The middle of every stop across: near its neighbors, apart from the others of its row."""
    found: dict[str, float] = {}
    for row in layers.rows:
        found |= _apart(row, dict.fromkeys(row, 0.0), across, spine)
    near = _neighbors(layers.links)
    for turn in range(SWEEPS):
        for row in layers.rows if turn % 2 else layers.rows[::-1]:
            wanted = {name: _mean([found[other] for other in near.get(name, [name])]) for name in row}
            found |= _apart(row, wanted, across, spine)
    return found


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
    """Places close to those wanted that keep the row's order and distances; the spine stays at 0."""
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
