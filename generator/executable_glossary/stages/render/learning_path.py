"""The path to each concept: what is read first, in order, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Document, Page
from executable_glossary.model.text import Text
from executable_glossary.stages.render.page_prose import index_prose

PATH = "path/index.md"

Before = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Reason:
    """Why a concept is read before `page`'s."""

    page: Page
    because: Text


@dataclass(frozen=True)
class Step:
    page: Page
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Way:
    """`steps` in the order of reading; the last one leads to `page`, which is the goal."""

    page: Page
    steps: tuple[Step, ...]


def path_page(build: PlannedBuild, templates: Templates) -> Document:
    """The concepts with a path, the shortest path first; the others are where one can begin."""
    orders = reading_orders(prerequisites(build.glossary))
    ways = [_way(build, concept, orders[concept]) for concept in build.glossary.entries]
    text = templates.render(
        "indexes/path.md.j2",
        path=PATH,
        build=build,
        ways=sorted(
            (one for one in ways if one.steps), key=lambda one: (len(one.steps), one.page.key.concept)
        ),
        begins=[one.page for one in ways if not one.steps],
        prose=index_prose(build, PATH),
    )
    return Document(PATH, text)


def _way(build: PlannedBuild, concept: str, order: tuple[str, ...]) -> Way:
    """Everything that is read before, each after what it needs itself."""
    among = {*order, concept}
    on_it = [name for name in build.glossary.entries if name in among]
    return Way(
        build.plan.of_concept(concept)[0],
        tuple(Step(build.plan.of_concept(name)[0], _reasons(build, name, on_it)) for name in order),
    )


def _reasons(build: PlannedBuild, concept: str, on_it: Sequence[str]) -> tuple[Reason, ...]:
    """Of the concepts on this path, those that need it."""
    return tuple(
        Reason(build.plan.of_concept(name)[0], needed.because)
        for name in on_it
        for needed in build.glossary.entries[name].prerequisites
        if needed.concept == concept
    )


def prerequisites(glossary: Glossary) -> Before:
    """By concept, what its entry says is read before it."""
    return {
        id: tuple(str(needed.concept) for needed in entry.prerequisites if needed.concept in glossary.entries)
        for id, entry in glossary.entries.items()
    }


def reading_orders(before: Before) -> Mapping[str, tuple[str, ...]]:
    """By concept, all that leads to it, without it. Checks have seen that no circle is among them."""
    orders: dict[str, tuple[str, ...]] = {}
    for name in TopologicalSorter(before).static_order():
        led = (one for needed in before[name] for one in (*orders[needed], needed))
        orders[name] = tuple(dict.fromkeys(led))
    return orders


def steps_before(before: Before) -> Mapping[str, int]:
    """By concept, the longest chain that leads to it."""
    steps: dict[str, int] = {}
    for name in TopologicalSorter(before).static_order():
        steps[name] = max((steps[needed] + 1 for needed in before[name]), default=0)
    return steps
