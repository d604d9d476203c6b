"""A page reads as easily as its reader needs: Flesch-Kincaid grade, the glossary's own terms masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from executable_glossary.model.page import Page
from executable_glossary.model.text import Text
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark
from executable_glossary.stages.proofread.too_long import on_page, page_text
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.readability import Counts, counted
from executable_glossary.text.sentences import Sentence, sentences
from executable_glossary.text.term_matcher import mentions


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    if manuscript.plan is None:
        return
    terms = mentions(tuple(manuscript.plan.names), plural=True)
    for page in manuscript.plan.published:
        limit = page.audience.grade if page.audience else None
        if limit is not None and (found := _counted(page_text(page), terms)).grade > limit:
            yield _hard(page, found, limit, terms)


def _hard(page: Page, found: Counts, limit: float, terms: re.Pattern[str]) -> Remark:
    name = page.audience.name if page.audience else ""
    message = f"/{page.url} reads at grade {found.grade:.1f}, for a {name} at most {limit:g}"
    told = on_page(page, message, "cut its longest sentences in two, and take shorter words")
    costly = max(_told(page), key=lambda pair: _cost(pair[1], found, terms), default=None)
    if costly is None:
        return told
    text, sentence = costly
    alone = _counted(sentence.text, terms).grade
    place = text.at(sentence.offset, len(text[sentence.offset :][: len(sentence.text)].partition("\n")[0]))
    help = "begin with this sentence: cut it in two, and take shorter words"
    message = f"{message}; this sentence costs most, alone it reads at grade {alone:.1f}"
    return replace(told, place=place, message=message, help=help)


def _told(page: Page) -> Iterator[tuple[Text, Sentence]]:
    for _, prose in page.prose:
        for text in prose.texts:
            yield from ((text, sentence) for sentence in sentences(masked(text)))


def _cost(sentence: Sentence, whole: Counts, terms: re.Pattern[str]) -> float:
    """By how much the page would be easier without it."""
    return whole.grade - whole.without(_counted(sentence.text, terms)).grade


# While somebody writes, all pages but a few are those of the last time.
@lru_cache(maxsize=2**15)
def _counted(text: str, terms: re.Pattern[str]) -> Counts:
    return counted(terms.sub("word", text))
