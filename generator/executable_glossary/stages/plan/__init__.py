"""Plans a glossary's pages: which are published, and the text, evidence, and links on each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from executable_glossary.adapters.memoize import memoized
from executable_glossary.model.axes import Axes
from executable_glossary.model.entry import Entry
from executable_glossary.model.example import Example
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Page, PageKey
from executable_glossary.model.plan import Plan
from executable_glossary.model.words import Words
from executable_glossary.stages.plan.candidates import candidate
from executable_glossary.stages.plan.charts import with_charts
from executable_glossary.stages.plan.derived_sections import with_derived_sections
from executable_glossary.stages.plan.path_links import path_links
from executable_glossary.stages.plan.publish import published
from executable_glossary.stages.plan.siblings import siblings


def plan(glossary: Glossary, linked: Collection[str] | None = None, own: bool = True) -> Plan:
    """All pages; each unpublished page includes the reason why it is not published.

    linked: the concepts whose pages get links and derived sections; None for all concepts.
    own: whether every other concept's own page gets them too, because pages about the whole glossary show parts of
        these pages.
    """
    examples = glossary.examples.values()
    axes, words = glossary.axes, glossary.words
    pages = [
        page for entry in glossary.entries.values() for page in _entry_pages(entry, axes, words, *examples)
    ]
    unlinked = Plan({page.key: page for page in pages}, glossary.mentioned, words)
    concepts = glossary.entries if own else ()
    own_pages = {page.key for concept in concepts for page in unlinked.of_concept(concept)[:1]}
    return replace(
        unlinked,
        pages={
            key: _linked(glossary, unlinked, page)
            if linked is None or key.concept in linked or key in own_pages
            else page
            for key, page in unlinked.pages.items()
        },
    )


@memoized(lambda entry, *_: entry.id)
def _entry_pages(entry: Entry, axes: Axes, words: Words, *examples: Example) -> tuple[Page, ...]:
    """The entry's pages without links. They depend only on these arguments."""
    alone = Glossary(axes, {entry.id: entry}, {example.name: example for example in examples}, words=words)
    candidates = (
        candidate(alone, PageKey(entry.id, format.id, role, audience))
        for format in axes.formats
        for role, audience in axes.readers(format)
    )
    return tuple(published(page for page in candidates if page is not None))


def _linked(glossary: Glossary, plan: Plan, page: Page) -> Page:
    if not page.published:
        return page
    linked = with_charts(with_derived_sections(glossary, plan, page))
    return replace(
        linked,
        siblings=siblings(glossary.axes, plan, page),
        path_links=path_links(glossary, plan, page),
    )
