"""Fills sections from the model rather than from authors' text: links, contrasts, evidence, sources, and changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from executable_glossary.model.axes import Role
from executable_glossary.model.entry import Claim, Entry, Source
from executable_glossary.model.glossary import DERIVED, Glossary
from executable_glossary.model.page import (
    ConceptLink,
    Content,
    Contrast,
    OtherQuestion,
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
from executable_glossary.stages.plan.siblings import all_readers
from executable_glossary.text.citations import citations

# The order of see-also links: broader, narrower, and part-of concepts first, then related ones, then contrasts.
RELATIONS = ("broader", "narrower", "part-of", "used-with", "contrasts")
_MOST_QUESTIONS = 3


def with_derived_sections(glossary: Glossary, plan: Plan, page: Page) -> Page:
    """The page with its derived sections filled; sections that would be empty are left out."""
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
    """The meanings for other audiences that differ from the meaning at the top of the page."""
    meanings = ((audience, wording(page.entry.meaning, audience.id)) for audience in glossary.axes.audiences)
    return tuple(
        Wording(audience, text, _first_page_for(plan, page, audience.id))
        for audience, text in meanings
        if text and text != page.meaning
    )


def _first_page_for(plan: Plan, page: Page, audience: str) -> Target | None:
    """The concept's first page for the audience."""
    pages = (other for other in plan.of_concept(page.key.concept) if other.key.audience == audience)
    first = next(pages, None)
    return target(first, first.key) if first else None


def _diagram(glossary: Glossary, plan: Plan, page: Page) -> Content:
    return page.entry.diagram or ()


def _evidence(glossary: Glossary, plan: Plan, page: Page) -> tuple[Shown, ...]:
    """The entry's claims that no other section of the page shows."""
    claims = _claims_left(glossary, page)
    if any(section.kind == "strongest" for section in page.sections):
        claims = claims[1:]
    return tuple(_claim(glossary, page, claim) for claim in claims)


def _strongest(glossary: Glossary, plan: Plan, page: Page) -> tuple[Shown, ...]:
    """The first claim, because authors put the strongest first, with the chart that shows the most of its metrics. A
    claim or a chart that authors show elsewhere on the page is not repeated."""
    claims = _claims_left(glossary, page)
    if not claims:
        return ()
    shown = _claim(glossary, page, claims[0])
    chart = best_chart(shown)
    drawn = {(part.example.name, part.name) for part in page.shown if part.kind == "chart"}
    if not chart or (shown.example.name, chart) in drawn:
        return (shown,)
    return (shown, replace(shown, kind="chart", name=chart, claim=None, text=None))


def _claims_left(glossary: Glossary, page: Page) -> list[Claim]:
    """The claims that authors do not show in any block of the page."""
    shown = {part.claim.id for part in page.shown if part.claim}
    claims = (claim for claim in page.entry.claims if claim.example in glossary.examples)
    return [claim for claim in claims if claim.id not in shown]


def _claim(glossary: Glossary, page: Page, claim: Claim) -> Shown:
    text = wording(claim.text, page.key.audience)
    return Shown("claim", glossary.examples[claim.example], claim.id, "absent", claim, text)


def _prerequisites(glossary: Glossary, plan: Plan, page: Page) -> tuple[ConceptLink, ...]:
    return tuple(
        ConceptLink(target, prerequisite.because)
        for prerequisite in page.entry.prerequisites
        if (target := plan.link(page.key, prerequisite.concept)) is not None
    )


def _see_also(glossary: Glossary, plan: Plan, page: Page) -> tuple[ConceptLink, ...]:
    return tuple(
        ConceptLink(target, related.why, related.relation)
        for related in sorted(page.entry.see_also, key=lambda related: RELATIONS.index(related.relation))
        if (target := plan.link(page.key, related.concept)) is not None
    )


def _contrasts(glossary: Glossary, plan: Plan, page: Page) -> tuple[Contrast, ...]:
    """Concepts that are easily confused with this one: those in its entry, then those whose entries name it."""
    entry = page.entry
    names = dict.fromkeys(
        str(name)
        for name in (
            *(related.concept for related in entry.see_also if related.relation == "contrasts"),
            *(
                other.id
                for other in glossary.named_by.get(str(entry.id), ())
                if _contrast_text(other, str(entry.id))
            ),
        )
        if name in glossary.entries
    )
    return tuple(
        Contrast(
            target,
            wording(glossary.entries[name].meaning, page.key.audience),
            why=_contrast_text(entry, name),
            back=_contrast_text(glossary.entries[name], str(entry.id)),
        )
        for name in names
        if (target := plan.link(page.key, name)) is not None
    )


def _contrast_text(entry: Entry, concept: str) -> Text:
    """The entry's text about a concept that it contrasts with its own; empty for any other concept."""
    texts = (
        related.why
        for related in entry.see_also
        if related.relation == "contrasts" and related.concept == concept
    )
    return next(texts, Text(""))


def _used_in(glossary: Glossary, plan: Plan, page: Page) -> tuple[ConceptLink, ...]:
    """Backlinks: the concepts that list this one as a prerequisite or under see-also."""
    links: list[ConceptLink] = []
    for entry in glossary.named_by.get(page.entry.id, ()):
        reasons = [Text(needed.because) for needed in entry.prerequisites if needed.concept == page.entry.id]
        reasons += [Text(other.why) for other in entry.see_also if other.concept == page.entry.id]
        target = plan.link(page.key, entry.id)
        if reasons and target is not None:
            links.append(ConceptLink(target, reasons[0]))
    return tuple(links)


def _other_questions(glossary: Glossary, plan: Plan, page: Page) -> tuple[OtherQuestion, ...]:
    """The first question on the page of each other role that has a page in this format for this audience."""
    others = [role for role in glossary.axes.roles if page.role and role.id != page.role.id]
    pages = (plan.pages.get(page.key._replace(role=role.id)) for role in others)
    found = (_first_question(role, other) for role, other in zip(others, pages, strict=True))
    return tuple(question for question in found if question is not None)[:_MOST_QUESTIONS]


def _first_question(role: Role, page: Page | None) -> OtherQuestion | None:
    if page is None or not page.published:
        return None
    for _, prose in page.prose:
        if prose.first_question:
            return OtherQuestion(role, prose.questions[0].question, page.path, prose.first_question)
    return None


def _sources(glossary: Glossary, plan: Plan, page: Page) -> tuple[Source, ...]:
    """The sources that the page cites if its format varies by reader; otherwise, all sources of the entry."""
    sources = page.entry.sources
    if not page.format.varies:
        return sources
    texts = (text for _, prose in page.prose for text in prose.texts)
    cited = {citation.work for text in texts for citation in citations(text, sources)}
    return tuple(source for source in sources if source in cited)


_BUILDERS: Mapping[str, Callable[[Glossary, Plan, Page], Content]] = {
    "readers": _readers,
    "meanings": _meanings,
    "diagram": _diagram,
    "evidence": _evidence,
    "strongest": _strongest,
    "prerequisites": _prerequisites,
    "see-also": _see_also,
    "contrasts": _contrasts,
    "used-in": _used_in,
    "other-questions": _other_questions,
    "sources": _sources,
    "changes": lambda glossary, plan, page: page.entry.changes,
    "keywords": lambda glossary, plan, page: page.entry.keywords,
}
assert set(_BUILDERS) | {"role-sections"} == DERIVED
