"""Reports technical words on pages for lay readers, unless the page explains them or the glossary has entries for them.

A technical word is a word on the list, or a word in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from executable_glossary.model.block import For
from executable_glossary.model.page import Page
from executable_glossary.model.problem import Place
from executable_glossary.model.rule import ProseRule
from executable_glossary.model.text import Text
from executable_glossary.stages.proofread.manuscript import Manuscript, Passage, Remark, remark
from executable_glossary.stages.proofread.word_lists import advice, allowed, words_of
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.term_matcher import mentions

RULE = ProseRule(
    code="jargon",
    summary="A page for lay readers uses a technical word without an explanation.",
    details="""
        The rule applies to audiences with `lay: true`. A technical word is a word that `templates/rules/jargon.yml` or
        `concepts/_rules.yml` lists, or a word in capitals. It is accepted if it is a concept in the glossary, which
        is linked automatically, or if the page explains it.
        """,
    why="A single unknown word can make lay readers doubt that the page is meant for them.",
    example="> The latency of the API is fine.",
    instead="""
        > The API (the interface that other programs use) responds in the blink of an eye.

        Use a plain word, explain the technical word in parentheses on first use, or add an entry for it. If
        all your readers know the word, allow it in `concepts/_rules.yml`: `allowed: {API: All our readers know it.}`.
        """,
    silence="""
        If the page explains the word in a way that the rule cannot see:
        `accept: [{rule: jargon, words: API, because: "The diagram explains the word."}]`.
        """,
    needs="pages",
)

Finder = Callable[[Text], Mapping[str, tuple[int, str]]]

_CAPITALS = re.compile(r"(?<![\w.-])[A-Z](?=[0-9]*[A-Z])[A-Z0-9]*+(?=s?\b)(?![.-]\w)")
# Wording after or around a word that shows that the word is being explained.
_EXPLAINED = (
    r"\b{}s?\b[\"”]?(?: \(| [–—] |: |,? that is\b|, (?:or|an?|which)\b| means?\b| stands? for\b)",
    r"\b{}s?\b[\"”]? (?:is|are) (?:an?|the|what|how|when|where)\b",
    r"\((?:an? |the )?{}s?[,)]",
)
_HELP = "explain it in parentheses on first use, or add an entry for it"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    find = _finder(manuscript)
    unique: dict[tuple[Place, str], Remark] = {}
    for page in manuscript.plan.published if manuscript.plan is not None else ():
        if page.audience is not None and page.audience.lay:
            unique |= {(each.place, each.message): each for each in _on_page(manuscript, page, find)}
    yield from unique.values()


def _finder(manuscript: Manuscript) -> Finder:
    """A function that searches each piece of text only once, no matter how many pages show it."""
    glossary = manuscript.glossary
    listed = mentions(tuple(words_of(glossary, RULE.code)), plural=True)
    known = glossary.names.keys() | allowed(glossary)

    @cache
    def find(text: Text) -> Mapping[str, tuple[int, str]]:
        prose = masked(text)
        words: dict[str, tuple[int, str]] = {}
        for match in (*listed.finditer(prose), *_CAPITALS.finditer(prose)):
            word = match[0].casefold()
            if word not in known and word.removesuffix("s") not in known:
                words.setdefault(word, (match.start(), match[0]))
        return words

    return find


def _on_page(manuscript: Manuscript, page: Page, find: Finder) -> Iterator[Remark]:
    texts = [(part, text) for part, prose in page.prose for text in prose.texts]
    whole = "\n".join(masked(text) for _, text in texts)
    reader = For(audience=page.audience.id) if page.audience else For()
    seen: set[str] = set()
    for part, text in texts:
        for word, (offset, as_written) in find(text).items():
            if word not in seen and not _is_explained(word, whole):
                passage = Passage(page.entry, part, reader, text)
                instead = words_of(manuscript.glossary, RULE.code).get(word, "")
                yield _remark(passage, offset, as_written, page, instead)
            seen.add(word)


def _is_explained(word: str, whole: str) -> bool:
    return any(
        re.search(way.format(re.escape(word.removesuffix("s"))), whole, re.IGNORECASE) for way in _EXPLAINED
    )


def _remark(passage: Passage, offset: int, word: str, page: Page, instead: str) -> Remark:
    name = page.audience.name if page.audience else "reader"
    message = f'"{word}" is not explained on this page for a {name}, and is not a concept in this glossary'
    return remark(passage, offset, word, message, f"{advice(instead)}, {_HELP}" if instead else _HELP)
