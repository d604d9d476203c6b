"""The first page: where each kind of reader begins, one claim with its proof, and the concepts."""

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
    """`first` is the concept to begin with; `starts` its pages for each audience, one for each role.

    `proof` is a claim of it with its verdict, and the chart of what is compared.
    """

    first: Entry | None
    starts: tuple[tuple[Audience, tuple[Page, ...]], ...]
    proof: tuple[ShownView, ...]
    told: tuple[Page, ...]
    named: tuple[Page, ...]


def home(build: PlannedBuild) -> Home:
    """The concept to begin with has most pages; of several, most links lead to it."""
    plan, entries = build.plan, build.glossary.entries.values()
    linked = Counter(
        str(name)
        for entry in entries
        for name in (*(n.concept for n in entry.prerequisites), *(o.concept for o in entry.see_also))
    )
    first = max(entries, key=lambda one: (len(plan.of_concept(one.id)), linked[str(one.id)]), default=None)
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
    found = (
        (audience, tuple(page for page in pages if page.audience == audience))
        for audience in build.glossary.axes.audiences
    )
    return [(audience, own) for audience, own in found if own]


def _proof(build: PlannedBuild, entry: Entry) -> tuple[ShownView, ...]:
    """What the concept's own page shows first."""
    page = build.plan.of_concept(entry.id)[0]
    sections = (section.content for section in page.sections if section.kind == PROOF)
    shown = (one for content in sections if isinstance(content, tuple) for one in content)
    return tuple(
        view(one, build.evidence.get(one.example.name), build.verdicts, entry.id)
        for one in shown
        if isinstance(one, Shown)
    )
