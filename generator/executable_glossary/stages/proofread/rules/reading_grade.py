"""Reports pages that are too hard for their audience to read, and the sentence that raises the grade the most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from executable_glossary.model.page import Page
from executable_glossary.model.rule import ProseRule
from executable_glossary.model.text import Text
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, page_remark, page_text
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.readability import Counts, counted, without_terms
from executable_glossary.text.sentences import Sentence, sentences
from executable_glossary.text.term_matcher import mentions

RULE = ProseRule(
    code="reading-grade",
    summary="A page is too hard for its audience to read.",
    details="""
        The limit is the `grade` of an audience in `concepts/_axes.yml`, a Flesch-Kincaid grade level: roughly the
        years of schooling that a reader needs. Each of the glossary's own terms counts as one short word, because
        terms are linked and explained.
        """,
    why="""
        A reader who has to read every sentence twice soon gives up. The warning points to the sentence that raises
        the grade most, so you know where to begin.
        """,
    example="""
        > The utilization of previously fermented material considerably diminishes the quantity of commercially
        > manufactured leavening that establishments are required to purchase.
        """,
    instead="""
        > A bakery that keeps some of yesterday's dough buys less yeast.

        Begin with the sentence that the warning points to. Split it where a comma joins two ideas, replace a noun
        that ends in -tion with a verb, and choose the short word. Then check again: fixing one or two sentences is
        often enough.
        """,
    silence="""
        If the hard sentences must not be changed:
        `accept: [{rule: reading-grade, in: questions, for: {audience: manager}, because: "The page quotes a contract."}]`.
        """,
    needs="pages",
)


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    if manuscript.plan is None:
        return
    terms = mentions(tuple(manuscript.plan.names.concepts), plural=True)
    for page in manuscript.plan.published:
        limit = page.audience.grade if page.audience else None
        if limit is not None and (counts := _counted(page_text(page), terms)).grade > limit:
            yield _hard(page, counts, limit, terms)


def _hard(page: Page, whole: Counts, limit: float, terms: re.Pattern[str]) -> Remark:
    name = page.audience.name if page.audience else ""
    message = f"/{page.url} reads at grade {whole.grade:.1f}; the limit for a {name} is {limit:g}"
    about_page = page_remark(page, message, "split its longest sentences, and choose shorter words")
    costly = max(_sentences(page), key=lambda pair: _cost(pair[1], whole, terms), default=None)
    if costly is None:
        return about_page
    text, sentence = costly
    alone = _counted(sentence.text, terms).grade
    place = text.at(sentence.offset, len(text[sentence.offset :][: len(sentence.text)].partition("\n")[0]))
    message = f"{message}; this sentence raises it most, with a grade of {alone:.1f}"
    return replace(
        about_page, place=place, message=message, help="split this sentence first, and choose shorter words"
    )


def _sentences(page: Page) -> Iterator[tuple[Text, Sentence]]:
    for _, prose in page.prose:
        for text in prose.texts:
            yield from ((text, sentence) for sentence in sentences(masked(text)))


def _cost(sentence: Sentence, whole: Counts, terms: re.Pattern[str]) -> float:
    """How much the page's grade would drop without the sentence."""
    return whole.grade - whole.without(_counted(sentence.text, terms)).grade


# In a preview, most pages have not changed since the last check.
@lru_cache(maxsize=2**15)
def _counted(text: str, terms: re.Pattern[str]) -> Counts:
    return counted(without_terms(text, terms))
