"""Renders the learning path page: each concept's prerequisites in reading order, with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import chain

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
    """The reason why a concept is a prerequisite of the concept that `page` is about."""

    page: Page
    because: Text


@dataclass(frozen=True)
class Step:
    """A prerequisite, with a reason for each concept on the path that requires it."""

    page: Page
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Way:
    """The path to the concept that `page` is about: all its prerequisites in reading order."""

    page: Page
    steps: tuple[Step, ...]


def path_page(build: PlannedBuild, templates: Templates) -> Document:
    """The page: concepts with a path, shortest path first, and then concepts without prerequisites."""
    orders = reading_orders(prerequisites(build.glossary))
    ways = [_way(build, concept, orders[concept]) for concept in build.glossary.entries]
    text = templates.render(
        "indexes/path.md.j2",
        path=PATH,
        build=build,
        ways=sorted(
            (way for way in ways if way.steps), key=lambda way: (len(way.steps), way.page.key.concept)
        ),
        begins=[way.page for way in ways if not way.steps],
        prose=index_prose(build, PATH),
    )
    return Document(PATH, text)


def _way(build: PlannedBuild, concept: str, order: tuple[str, ...]) -> Way:
    """The path to a concept. `order` lists all its prerequisites, each one after its own prerequisites."""
    names = {*order, concept}
    on_path = [name for name in build.glossary.entries if name in names]
    return Way(
        build.plan.of_concept(concept)[0],
        tuple(Step(build.plan.of_concept(name)[0], _reasons(build, name, on_path)) for name in order),
    )


def _reasons(build: PlannedBuild, concept: str, on_path: Sequence[str]) -> tuple[Reason, ...]:
    """Why the concepts on the path require this one."""
    return tuple(
        Reason(build.plan.of_concept(name)[0], needed.because)
        for name in on_path
        for needed in build.glossary.entries[name].prerequisites
        if needed.concept == concept
    )


def prerequisites(glossary: Glossary) -> Before:
    """The prerequisites that each entry lists, keyed by concept."""
    return {
        id: tuple(str(needed.concept) for needed in entry.prerequisites if needed.concept in glossary.entries)
        for id, entry in glossary.entries.items()
    }


def reading_orders(before: Before) -> Mapping[str, tuple[str, ...]]:
    """All direct and indirect prerequisites in reading order, keyed by concept. Checks have ruled out cycles."""
    orders: dict[str, tuple[str, ...]] = {}
    for name in TopologicalSorter(before).static_order():
        chains = ((*orders[prerequisite], prerequisite) for prerequisite in before[name])
        orders[name] = tuple(dict.fromkeys(chain.from_iterable(chains)))
    return orders


def steps_before(before: Before) -> Mapping[str, int]:
    """The length of each concept's longest chain of prerequisites, keyed by concept."""
    steps: dict[str, int] = {}
    for name in TopologicalSorter(before).static_order():
        steps[name] = max((steps[needed] + 1 for needed in before[name]), default=0)
    return steps
