"""Neither prerequisites of concepts nor needs of examples go in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule

PREREQUISITE_CIRCLE = Rule(
    code="prerequisite-circle",
    when="the content is checked",
    summary="Prerequisites of concepts go in a circle.",
    why="Readers would have to know a concept before they read about it, and the learning path has no order.",
    example="Overfitting requires training, and training requires overfitting.",
    instead="Remove one of them from `prerequisites`. `see_also` can go both ways.",
)
NEEDS_CIRCLE = Rule(
    code="needs-circle",
    when="the content is checked",
    summary="Examples need each other's outputs in a circle.",
    why="None of them could start.",
    example='`needs = ["flowers"]` in `objects.py`, and `needs = ["objects"]` in `flowers.py`',
    instead="Let one of them make its own input.",
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    # An entry that is its own prerequisite is reported as a broken link.
    prerequisites = {
        id: [needed.concept for needed in entry.prerequisites if needed.concept != id]
        for id, entry in glossary.entries.items()
    }
    for circle in _circles(prerequisites):
        first = glossary.entries[circle[0]]
        place = next(needed.concept.place for needed in first.prerequisites if needed.concept == circle[1])
        message = f"prerequisites go in a circle: {' → '.join(circle)}"
        yield PREREQUISITE_CIRCLE.at(place, message, "remove one of them; see_also may go both ways")
    needs = {name: example.settings.needs for name, example in glossary.examples.items()}
    for circle in _circles(needs):
        place = glossary.examples[circle[0]].setting_place("needs")
        message = f"needs go in a circle: {' → '.join(circle)}"
        yield NEEDS_CIRCLE.at(place, message, "let one of them make its own input")


def _circles(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """One circle after another until none is left. Each begins at its smallest name, whatever the order of files."""
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
