"""From the glossary to its pages. Every choice is made here: which pages, which words, which links."""

from __future__ import annotations

from dataclasses import replace

from generator.model.glossary import Glossary
from generator.model.page import Page, PageKey
from generator.model.plan import Plan
from generator.stages.plan.authored import candidate
from generator.stages.plan.derived import with_derived_sections
from generator.stages.plan.drawn import with_charts
from generator.stages.plan.publish import published
from generator.stages.plan.siblings import siblings


def plan(glossary: Glossary) -> Plan:
    """All pages, with the reason for each that is not published."""
    candidates = [
        page
        for entry in glossary.entries.values()
        for format in glossary.axes.formats
        for role, audience in glossary.axes.readers(format)
        if (page := candidate(glossary, PageKey(entry.id, format.id, role, audience))) is not None
    ]
    chosen = Plan({page.key: page for page in published(candidates)}, glossary.names)
    return replace(
        chosen, pages={page.key: _linked(glossary, chosen, page) for page in chosen.pages.values()}
    )


def _linked(glossary: Glossary, plan: Plan, page: Page) -> Page:
    if not page.published:
        return page
    linked = with_charts(with_derived_sections(glossary, plan, page))
    return replace(linked, siblings=siblings(glossary.axes, plan, page))
