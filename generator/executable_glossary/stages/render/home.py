"""Collects the values of the home page: where each reader starts, a claim with its evidence, and all concepts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from executable_glossary.model.axes import Audience
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.entry import Entry
from executable_glossary.model.page import Page, Shown
from executable_glossary.stages.render.evidence_views import ShownView, view

PROOF = "strongest"


@dataclass(frozen=True)
class Home:
    """The values of the home page. `first` is the concept to start with; `starts` lists its pages for each audience.

    `proof` is that concept's first claim with its verdict and chart. `explained` contains the main pages of concepts that
    have more than one page; `named`, the pages of all other concepts.
    """

    first: Entry | None
    starts: tuple[tuple[Audience, tuple[Page, ...]], ...]
    proof: tuple[ShownView, ...]
    explained: tuple[Page, ...]
    named: tuple[Page, ...]


def home(build: PlannedBuild) -> Home:
    """The values of the home page. The first concept is the one with the most pages or, in a tie, the most
    links to it."""
    plan, entries = build.plan, build.glossary.entries.values()
    linked = Counter(
        str(name)
        for entry in entries
        for name in (*(n.concept for n in entry.prerequisites), *(o.concept for o in entry.see_also))
    )
    first = max(
        entries, key=lambda entry: (len(plan.of_concept(entry.id)), linked[str(entry.id)]), default=None
    )
    own = [plan.of_concept(entry.id) for entry in entries]
    return Home(
        first,
        tuple(_starts(build, first)) if first else (),
        _proof(build, first) if first else (),
        tuple(pages[0] for pages in own if len(pages) > 1),
        tuple(pages[0] for pages in own if len(pages) == 1),
    )


def _starts(build: PlannedBuild, entry: Entry) -> list[tuple[Audience, tuple[Page, ...]]]:
    pages = [page for page in build.plan.of_concept(entry.id) if page.role and page.audience]
    starts = (
        (audience, tuple(page for page in pages if page.audience == audience))
        for audience in build.glossary.axes.audiences
    )
    return [(audience, own) for audience, own in starts if own]


def _proof(build: PlannedBuild, entry: Entry) -> tuple[ShownView, ...]:
    """The strongest evidence, as the concept's own page shows it."""
    page = build.plan.of_concept(entry.id)[0]
    sections = (section.content for section in page.sections if section.kind == PROOF)
    parts = (part for content in sections if isinstance(content, tuple) for part in content)
    return tuple(
        view(part, build.evidence.get(part.example.name), build.verdicts, entry.id)
        for part in parts
        if isinstance(part, Shown)
    )
