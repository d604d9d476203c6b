"""The first page: where each kind of reader begins, one claim with its proof, and the concepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from executable_glossary.model.axes import Audience
from executable_glossary.model.entry import Entry
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Page
from executable_glossary.model.plan import Plan
from executable_glossary.model.shown import Shown
from executable_glossary.model.verdict import Verdict
from executable_glossary.stages.render.evidence_views import ShownView, view

PROOF = "strongest"

Verdicts = Mapping[tuple[str, str], Verdict]


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


def home(glossary: Glossary, plan: Plan, evidence: Mapping[str, Evidence], verdicts: Verdicts) -> Home:
    """The concept to begin with has most pages; of several, most links lead to it."""
    linked = Counter(
        str(name)
        for entry in glossary.entries.values()
        for name in (*(n.concept for n in entry.prerequisites), *(o.concept for o in entry.see_also))
    )
    entries = glossary.entries.values()
    first = max(entries, key=lambda one: (len(plan.of_concept(one.id)), linked[str(one.id)]), default=None)
    own = [plan.of_concept(entry.id) for entry in entries]
    return Home(
        first,
        tuple(_starts(glossary, plan, first)) if first else (),
        _proof(plan, first, evidence, verdicts) if first else (),
        tuple(pages[0] for pages in own if len(pages) > 1),
        tuple(pages[0] for pages in own if len(pages) == 1),
    )


def _starts(glossary: Glossary, plan: Plan, entry: Entry) -> list[tuple[Audience, tuple[Page, ...]]]:
    pages = [page for page in plan.of_concept(entry.id) if page.role and page.audience]
    found = (
        (audience, tuple(page for page in pages if page.audience == audience))
        for audience in glossary.axes.audiences
    )
    return [(audience, own) for audience, own in found if own]


def _proof(
    plan: Plan, entry: Entry, evidence: Mapping[str, Evidence], verdicts: Verdicts
) -> tuple[ShownView, ...]:
    """What the concept's own page shows first."""
    page = plan.of_concept(entry.id)[0]
    sections = (section.content for section in page.sections if section.kind == PROOF)
    shown = (one for content in sections if isinstance(content, tuple) for one in content)
    return tuple(
        view(one, evidence.get(one.example.name), verdicts, entry.id)
        for one in shown
        if isinstance(one, Shown)
    )
