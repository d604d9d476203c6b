"""What must be read first, or run first, never leads back to itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem


def problems(glossary: Glossary) -> Iterator[Problem]:
    # That an entry is its own prerequisite is a broken link, and told as one.
    prerequisites = {
        id: [needed.concept for needed in entry.prerequisites if needed.concept != id]
        for id, entry in glossary.entries.items()
    }
    for circle in _circles(prerequisites):
        first = glossary.entries[circle[0]]
        place = next(needed.concept.place for needed in first.prerequisites if needed.concept == circle[1])
        message = f"prerequisites go in a circle: {' → '.join(circle)}"
        yield Problem(
            place, "prerequisite-circle", message, "take one of them out; see_also may go both ways"
        )
    needs = {name: example.settings.needs for name, example in glossary.examples.items()}
    for circle in _circles(needs):
        place = glossary.examples[circle[0]].setting_place("needs")
        message = f"needs go in a circle: {' → '.join(circle)}"
        yield Problem(place, "needs-circle", message, "let one of them make its own input")


def _circles(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Circle after circle until none is left, each from its smallest name on: the order of files is all one."""
    left = {node: [n for n in sorted(nexts) if n in graph] for node, nexts in sorted(graph.items())}
    while ring := _ring(left):
        start = ring.index(min(ring))
        circle = [*ring[start:], *ring[:start], ring[start]]
        yield circle
        left[circle[0]].remove(circle[1])


def _ring(graph: Mapping[str, Sequence[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))[:-1]
    return []
