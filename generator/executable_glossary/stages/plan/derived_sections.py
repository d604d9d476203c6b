"""The sections that nobody writes, because the model knows them: links, evidence, sources, changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from executable_glossary.model.entry import Claim
from executable_glossary.model.glossary import DERIVED, Glossary
from executable_glossary.model.page import (
    ConceptLink,
    Content,
    Page,
    Section,
    Shown,
    SiblingGroup,
    Target,
    Wording,
)
from executable_glossary.model.plan import Plan, target
from executable_glossary.model.text import Text
from executable_glossary.stages.plan.candidates import wording
from executable_glossary.stages.plan.charts import best_chart
from executable_glossary.stages.plan.contrasts import contrasts
from executable_glossary.stages.plan.siblings import all_readers

# From the family to its members, then what goes with it, then what it is not.
RELATIONS = ("broader", "narrower", "part-of", "used-with", "contrasts")


def with_derived_sections(glossary: Glossary, plan: Plan, page: Page) -> Page:
    """The page with its derived sections filled; those that have nothing to say are left out."""
    sections = (_filled(glossary, plan, page, section) for section in page.sections)
    return replace(page, sections=tuple(section for section in sections if section is not None))


def _filled(glossary: Glossary, plan: Plan, page: Page, section: Section) -> Section | None:
    if section.kind not in DERIVED:
        return section
    content = _BUILDERS[section.kind](glossary, plan, page)
    return replace(section, content=content) if content else None


def _readers(glossary: Glossary, plan: Plan, page: Page) -> tuple[SiblingGroup, ...]:
    return all_readers(glossary.axes, plan, page)


def _meanings(glossary: Glossary, plan: Plan, page: Page) -> tuple[Wording, ...]:
    """The meaning as it is said to each audience, where that differs from what stands above."""
    said = ((audience, wording(page.entry.meaning, audience.id)) for audience in glossary.axes.audiences)
    return tuple(
        Wording(audience, text, _first_page_for(plan, page, audience.id))
        for audience, text in said
        if text and text != page.meaning
    )


def _first_page_for(plan: Plan, page: Page, audience: str) -> Target | None:
    """Of this concept, the first page that was written for the audience."""
    pages = (other for other in plan.of_concept(page.key.concept) if other.key.audience == audience)
    found = next(pages, None)
    return target(found, found.key) if found else None


def _diagram(glossary: Glossary, plan: Plan, page: Page) -> Content:
    return page.entry.diagram or ()


def _evidence(glossary: Glossary, plan: Plan, page: Page) -> tuple[Shown, ...]:
    """All claims of the entry that the text above has not shown already."""
    already = {shown.claim.id for shown in page.shown if shown.claim}
    if any(section.kind == "strongest" for section in page.sections):
        already |= {shown.claim.id for shown in _strongest(glossary, plan, page) if shown.claim}
    return tuple(
        _claim(glossary, page, claim)
        for claim in page.entry.claims
        if claim.id not in already and claim.example in glossary.examples
    )


def _strongest(glossary: Glossary, plan: Plan, page: Page) -> tuple[Shown, ...]:
    """The first claim, since authors put the strongest first, and the chart that shows most of what it compares."""
    claims = (claim for claim in page.entry.claims if claim.example in glossary.examples)
    claim = next(claims, None)
    if claim is None:
        return ()
    shown = _claim(glossary, page, claim)
    best = best_chart(shown)
    return (shown, replace(shown, kind="chart", name=best, claim=None, text=None)) if best else (shown,)


def _claim(glossary: Glossary, page: Page, claim: Claim) -> Shown:
    text = wording(claim.text, page.key.audience)
    return Shown("claim", glossary.examples[claim.example], claim.id, "absent", claim, text)


def _prerequisites(glossary: Glossary, plan: Plan, page: Page) -> tuple[ConceptLink, ...]:
    return tuple(
        ConceptLink(target, needed.because)
        for needed in page.entry.prerequisites
        if (target := plan.link(page.key, needed.concept)) is not None
    )


def _see_also(glossary: Glossary, plan: Plan, page: Page) -> tuple[ConceptLink, ...]:
    return tuple(
        ConceptLink(target, other.why, other.relation)
        for other in sorted(page.entry.see_also, key=lambda other: RELATIONS.index(other.relation))
        if (target := plan.link(page.key, other.concept)) is not None
    )


def _used_in(glossary: Glossary, plan: Plan, page: Page) -> tuple[ConceptLink, ...]:
    """Backlinks: the concepts that name this one as a prerequisite or in their see-also."""
    found: list[ConceptLink] = []
    for entry in glossary.named_by.get(page.entry.id, ()):
        reasons = [Text(needed.because) for needed in entry.prerequisites if needed.concept == page.entry.id]
        reasons += [Text(other.why) for other in entry.see_also if other.concept == page.entry.id]
        target = plan.link(page.key, entry.id)
        if reasons and target is not None:
            found.append(ConceptLink(target, reasons[0]))
    return tuple(found)


_BUILDERS: Mapping[str, Callable[[Glossary, Plan, Page], Content]] = {
    "readers": _readers,
    "meanings": _meanings,
    "diagram": _diagram,
    "evidence": _evidence,
    "strongest": _strongest,
    "prerequisites": _prerequisites,
    "see-also": _see_also,
    "contrasts": contrasts,
    "used-in": _used_in,
    "sources": lambda glossary, plan, page: page.entry.sources,
    "changes": lambda glossary, plan, page: page.entry.changes,
    "keywords": lambda glossary, plan, page: page.entry.keywords,
}
assert set(_BUILDERS) | {"role-sections"} == DERIVED
