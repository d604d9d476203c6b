"""Collects the values of the home page: the readers to choose from, a claim with its evidence, and all concepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from executable_glossary.model.axes import Audience
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.entry import Entry
from executable_glossary.model.page import Page, Shown
from executable_glossary.stages.render.evidence_views import ShownView, view

PROOF = "strongest"


@dataclass(frozen=True)
class ThemeConcepts:
    """The concepts of one theme, each as its own page. `explained` contains those that also have other pages; `named`
    contains the rest."""

    label: str
    explained: tuple[Page, ...]
    named: tuple[Page, ...]


@dataclass(frozen=True)
class Home:
    """The values of the home page.

    audiences: the audiences that readers can choose, each with a page written for it. proof: the first claim of the
    concept with the most pages, with its verdict and chart, as shown on the concept's own page. themes: all concepts,
    grouped by theme. Concepts without a theme are in the final group, which has no label.
    """

    audiences: tuple[tuple[Audience, Page], ...]
    proof: tuple[ShownView, ...]
    themes: tuple[ThemeConcepts, ...]


def home(build: PlannedBuild) -> Home:
    plan, entries = build.plan, build.glossary.entries.values()
    pages = {page.audience.id: page for page in reversed(plan.published) if page.audience and page.role}
    pages = {**{page.audience.id: page for page in plan.published if page.audience}, **pages}
    first = max(
        entries,
        key=lambda entry: (
            len(plan.of_concept(entry.id)),
            len(build.glossary.named_by.get(str(entry.id), ())),
        ),
        default=None,
    )
    return Home(
        tuple(
            (audience, pages[audience.id])
            for audience in build.glossary.axes.audiences
            if audience.id in pages
        ),
        _proof(build, first) if first else (),
        tuple(_themes(build)),
    )


def _themes(build: PlannedBuild) -> Iterator[ThemeConcepts]:
    for id, label in [*((theme.id, theme.label) for theme in build.glossary.axes.themes), (None, "")]:
        own = [
            build.plan.of_concept(entry.id) for entry in build.glossary.entries.values() if entry.theme == id
        ]
        explained = tuple(pages[0] for pages in own if len(pages) > 1)
        named = tuple(pages[0] for pages in own if len(pages) == 1)
        if explained or named:
            yield ThemeConcepts(label, explained, named)


def _proof(build: PlannedBuild, entry: Entry) -> tuple[ShownView, ...]:
    """The strongest evidence, as shown on the concept's own page."""
    page = build.plan.of_concept(entry.id)[0]
    sections = (section.content for section in page.sections if section.kind == PROOF)
    parts = (part for content in sections if isinstance(content, tuple) for part in content)
    return tuple(
        view(part, build.evidence.get(part.example.name), build.verdicts, entry.id)
        for part in parts
        if isinstance(part, Shown)
    )
