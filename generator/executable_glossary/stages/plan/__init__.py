"""From the glossary to its pages. Every choice is made here: which pages, which words, which links."""

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
from executable_glossary.stages.plan.publish import published
from executable_glossary.stages.plan.siblings import siblings


def plan(glossary: Glossary, linked: Collection[str] | None = None, own: bool = True) -> Plan:
    """All pages, with the reason for each that is not published.

    linked: the concepts whose pages get their links and all that the model knows of them; without it, all do.
    own: of the other concepts their own pages do, for the pages about the whole show them.
    """
    examples = glossary.examples.values()
    pages = [
        page
        for entry in glossary.entries.values()
        for page in _chosen(entry, glossary.axes, glossary.words, *examples)
    ]
    chosen = Plan({page.key: page for page in pages}, glossary.names, glossary.phrases, glossary.words)
    concepts = glossary.entries if own else ()
    wanted = {page.key for concept in concepts for page in chosen.of_concept(concept)[:1]}
    return replace(
        chosen,
        pages={
            key: _linked(glossary, chosen, page)
            if linked is None or key.concept in linked or key in wanted
            else page
            for key, page in chosen.pages.items()
        },
    )


@memoized(lambda entry, *_: entry.id)
def _chosen(entry: Entry, axes: Axes, words: Words, *examples: Example) -> tuple[Page, ...]:
    """The entry's pages without their links: those rest on nothing but the entry, the axes, the words and the examples."""
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
    return replace(linked, siblings=siblings(glossary.axes, plan, page))
