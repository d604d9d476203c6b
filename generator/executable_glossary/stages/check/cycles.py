"""Neither the prerequisites of concepts nor the `needs` of examples form a cycle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule

PREREQUISITE_CIRCLE = Rule(
    code="prerequisite-circle",
    when="the content is checked",
    summary="The prerequisites of concepts form a cycle.",
    why="Readers would have to know a concept before they read about it, and the learning path would have no order.",
    example="Sourdough requires starter, and starter requires sourdough.",
    instead="Remove one of the prerequisites. `see_also` can go both ways.",
)
NEEDS_CIRCLE = Rule(
    code="needs-circle",
    when="the content is checked",
    summary="Examples depend on each other's outputs in a cycle.",
    why="None of the examples could start.",
    example='`needs = ["loaves"]` in `starter.py`, and `needs = ["starter"]` in `loaves.py`',
    instead="Let one of them create its own input.",
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    # An entry that is its own prerequisite is reported as a broken link.
    prerequisites = {
        id: [needed.concept for needed in entry.prerequisites if needed.concept != id]
        for id, entry in glossary.entries.items()
    }
    for cycle in _cycles(prerequisites):
        first = glossary.entries[cycle[0]]
        place = next(needed.concept.place for needed in first.prerequisites if needed.concept == cycle[1])
        message = f"prerequisites form a cycle: {' → '.join(cycle)}"
        yield PREREQUISITE_CIRCLE.at(place, message, "remove one of them; see_also can go both ways")
    needs = {name: example.settings.needs for name, example in glossary.examples.items()}
    for cycle in _cycles(needs):
        place = glossary.examples[cycle[0]].setting_place("needs")
        message = f"the `needs` of examples form a cycle: {' → '.join(cycle)}"
        yield NEEDS_CIRCLE.at(place, message, "let one of them create its own input")


def _cycles(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """One cycle after another until none is left. Each begins with its alphabetically first name."""
    left = {node: [n for n in sorted(nexts) if n in graph] for node, nexts in sorted(graph.items())}
    while ring := _first_cycle(left):
        start = ring.index(min(ring))
        cycle = [*ring[start:], *ring[:start], ring[start]]
        yield cycle
        left[cycle[0]].remove(cycle[1])


def _first_cycle(graph: Mapping[str, Sequence[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))[:-1]
    return []
