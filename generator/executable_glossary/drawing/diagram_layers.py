"""Assigns a diagram's boxes to layers and orders them, so arrows run in one direction and seldom cross."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise

from executable_glossary.model.diagram import Diagram

Row = tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """An edge and the layers that it passes through. `stops` lists its stops from the upper layer down; the
    stops between the edge's two boxes are placeholders that keep other boxes out of the way."""

    label: str
    stops: Row
    top: int
    backward: bool

    @property
    def verb_gap(self) -> int:
        """The layer above the gap that contains the verb, in the middle of the edge."""
        return self.top + (len(self.stops) - 2) // 2


@dataclass(frozen=True)
class Layers:
    rows: tuple[Row, ...]
    links: tuple[Link, ...]

    @property
    def spine(self) -> frozenset[str]:
        """The stops on a longest path through the diagram, which is its main path."""
        ways: dict[str, tuple[str, ...]] = {}
        for row in reversed(self.rows):
            for name in row:
                below = [ways[link.stops[-1]] for link in self.links if link.stops[0] == name]
                ways[name] = (name, *max(below, key=len, default=()))
        stops = max(ways.values(), key=len)
        between = [
            link.stops for link in self.links if (link.stops[0], link.stops[-1]) in set(pairwise(stops))
        ]
        return frozenset(stops).union(*between)


def layered(diagram: Diagram, breadth: int) -> Layers:
    """Assigns boxes to layers by longest path, with at most `breadth` boxes per layer; an edge that closes a cycle runs
    backward."""
    forward = _without_cycles(diagram)
    layer = _packed(_pulled(_assigned(diagram, forward, breadth), forward, breadth))
    links = tuple(
        _link(diagram, number, layer)
        for number, edge in enumerate(diagram.edges)
        if edge.source != edge.target
    )
    rows: dict[int, list[str]] = defaultdict(list)
    for node in diagram.nodes:
        rows[layer[node.id]].append(node.id)
    for link in links:
        for number, stop in enumerate(link.stops[1:-1], link.top + 1):
            rows[number].append(stop)
    return Layers(_untangled(tuple(tuple(rows[number]) for number in sorted(rows)), links), links)


def _without_cycles(diagram: Diagram) -> tuple[tuple[str, str], ...]:
    """The edges as pairs, except the edges that close a cycle."""
    kept: list[tuple[str, str]] = []
    for edge in diagram.edges:
        if not _reaches(kept, edge.target, edge.source):
            kept.append((edge.source, edge.target))
    return tuple(kept)


def _reaches(pairs: Iterable[tuple[str, str]], start: str, goal: str) -> bool:
    seen, open_ends = set[str](), [start]
    while open_ends:
        here = open_ends.pop()
        if here == goal:
            return True
        seen.add(here)
        open_ends += [target for source, target in pairs if source == here and target not in seen]
    return False


def _assigned(diagram: Diagram, pairs: tuple[tuple[str, str], ...], breadth: int) -> dict[str, int]:
    """Puts each box one layer below the lowest box that points to it, or further down if that layer is full."""
    layer: dict[str, int] = {}
    waiting = [str(node.id) for node in diagram.nodes]
    while waiting:
        here = next(name for name in waiting if all(s in layer for s, target in pairs if target == name))
        lowest = max((layer[source] for source, target in pairs if target == here), default=-1)
        layer[here] = _free(layer, lowest + 1, breadth)
        waiting.remove(here)
    return layer


def _free(layer: Mapping[str, int], first: int, breadth: int) -> int:
    while list(layer.values()).count(first) >= breadth:
        first += 1
    return first


def _pulled(layer: dict[str, int], pairs: tuple[tuple[str, str], ...], breadth: int) -> dict[str, int]:
    """Moves boxes without incoming arrows down to just above the boxes that they point to, so their arrows are
    short."""
    for name in [name for name in layer if all(target != name for _, target in pairs)]:
        wanted = min((layer[target] for source, target in pairs if source == name), default=0) - 1
        if wanted > layer[name] and list(layer.values()).count(wanted) < breadth:
            layer[name] = wanted
    return layer


def _packed(layer: Mapping[str, int]) -> dict[str, int]:
    used = sorted(set(layer.values()))
    return {name: used.index(number) for name, number in layer.items()}


def _link(diagram: Diagram, number: int, layer: Mapping[str, int]) -> Link:
    edge = diagram.edges[number]
    backward = layer[edge.source] > layer[edge.target]
    first, last = (edge.target, edge.source) if backward else (edge.source, edge.target)
    between = [f"{number} at {place}" for place in range(layer[first] + 1, layer[last])]
    return Link(edge.label, (first, *between, last), layer[first], backward)


def _untangled(rows: tuple[Row, ...], links: tuple[Link, ...]) -> tuple[Row, ...]:
    """Swaps boxes within a layer as long as a swap removes a crossing or shortens the arrows."""
    best, cost = rows, _cost(rows, links)
    for other in _swapped(rows):
        if (new := _cost(other, links)) < cost:
            best, cost = other, new
    return rows if best is rows else _untangled(best, links)


def _swapped(rows: tuple[Row, ...]) -> Iterable[tuple[Row, ...]]:
    for number, row in enumerate(rows):
        for a, b in combinations(range(len(row)), 2):
            swapped = list(row)
            swapped[a], swapped[b] = row[b], row[a]
            yield (*rows[:number], tuple(swapped), *rows[number + 1 :])


def _cost(rows: tuple[Row, ...], links: tuple[Link, ...]) -> tuple[int, float]:
    """The number of crossings, and the total sideways length of the arrows."""
    at = {name: place - (len(row) - 1) / 2 for row in rows for place, name in enumerate(row)}
    steps: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for link in links:
        for number, (a, b) in enumerate(pairwise(link.stops), link.top):
            steps[number].append((at[a], at[b]))
    crossings = sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0 for gap in steps.values() for a, b in combinations(gap, 2)
    )
    return crossings, sum(abs(a - b) for gap in steps.values() for a, b in gap)
