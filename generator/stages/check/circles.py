"""What must be read first, or run first, never leads back to itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from generator.model.glossary import Glossary
from generator.model.problem import Place, Problem


def problems(glossary: Glossary) -> Iterator[Problem]:
    prerequisites = {
        id: [needed.concept for needed in entry.prerequisites] for id, entry in glossary.entries.items()
    }
    for circle in _circle(prerequisites):
        first = glossary.entries[circle[0]]
        place = next(needed.concept.place for needed in first.prerequisites if needed.concept == circle[1])
        message = f"prerequisites go in a circle: {' → '.join(circle)}"
        yield Problem(
            place, "prerequisite-circle", message, "take one of them out; see_also may go both ways"
        )
    needs = {name: list(example.settings.needs) for name, example in glossary.examples.items()}
    for circle in _circle(needs):
        message = f"needs go in a circle: {' → '.join(circle)}"
        place = Place(glossary.examples[circle[0]].path, 1)
        yield Problem(place, "needs-circle", message, "let one of them make its own input")


def _circle(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """One circle, from its smallest name on, so that the complaint does not depend on the order of files."""
    try:
        TopologicalSorter(
            {node: [n for n in nexts if n in graph and n != node] for node, nexts in graph.items()}
        ).prepare()
    except CycleError as error:
        ring = list(reversed(error.args[1]))[:-1]
        start = ring.index(min(ring))
        yield [*ring[start:], *ring[:start], ring[start]]
