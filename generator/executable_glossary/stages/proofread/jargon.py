"""A lay reader gets no technical word that is neither a concept of the glossary nor explained on the page.

What counts as one: the words of the list, and whatever is written in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from executable_glossary.model.block import For
from executable_glossary.model.page import Page
from executable_glossary.model.problem import Place
from executable_glossary.model.text import Text
from executable_glossary.stages.proofread.manuscript import Manuscript, Passage, Remark, remark
from executable_glossary.stages.proofread.word_lists import advice, allowed, words_of
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.term_matcher import mentions

Finder = Callable[[Text], Mapping[str, tuple[int, str]]]

_CAPITALS = re.compile(r"(?<![\w.-])[A-Z](?=[0-9]*[A-Z])[A-Z0-9]*+(?=s?\b)(?![.-]\w)")
# Behind a word, or around it: here it is being explained.
_EXPLAINED = (
    r"\b{}s?\b[\"”]?(?: \(| [–—] |: |,? that is\b|, (?:or|an?|which)\b| means?\b| stands? for\b)",
    r"\b{}s?\b[\"”]? (?:is|are) (?:an?|the|what|how|when|where)\b",
    r"\((?:an? |the )?{}s?[,)]",
)
_HELP = "say what it is where it first stands, in brackets, or write a concept for it"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    find = _finder(manuscript)
    told: dict[tuple[Place, str], Remark] = {}
    for page in manuscript.plan.published if manuscript.plan is not None else ():
        if page.audience is not None and page.audience.lay:
            told |= {(one.place, one.message): one for one in _on_page(manuscript, page, find)}
    yield from told.values()


def _finder(manuscript: Manuscript) -> Finder:
    """Looks up each text once, however many pages it stands on."""
    glossary = manuscript.glossary
    listed = mentions(tuple(words_of(glossary, "jargon")), plural=True)
    known = glossary.names.keys() | allowed(glossary)

    @cache
    def find(text: Text) -> Mapping[str, tuple[int, str]]:
        seen = masked(text)
        found: dict[str, tuple[int, str]] = {}
        for match in (*listed.finditer(seen), *_CAPITALS.finditer(seen)):
            word = match[0].casefold()
            if word not in known and word.removesuffix("s") not in known:
                found.setdefault(word, (match.start(), match[0]))
        return found

    return find


def _on_page(manuscript: Manuscript, page: Page, find: Finder) -> Iterator[Remark]:
    texts = [(part, text) for part, prose in page.prose for text in prose.texts]
    whole = "\n".join(masked(text) for _, text in texts)
    reader = For(audience=page.audience.id) if page.audience else For()
    seen: set[str] = set()
    for part, text in texts:
        for word, (offset, found) in find(text).items():
            if word not in seen and not _is_explained(word, whole):
                passage = Passage(page.entry, part, reader, text)
                instead = words_of(manuscript.glossary, "jargon").get(word, "")
                yield _remark(passage, offset, found, page, instead)
            seen.add(word)


def _is_explained(word: str, whole: str) -> bool:
    return any(
        re.search(way.format(re.escape(word.removesuffix("s"))), whole, re.IGNORECASE) for way in _EXPLAINED
    )


def _remark(passage: Passage, offset: int, word: str, page: Page, instead: str) -> Remark:
    name = page.audience.name if page.audience else "reader"
    message = f'"{word}" is neither explained here for a {name} nor a concept of this glossary'
    return remark(passage, offset, word, message, f"{advice(instead)}, or {_HELP}" if instead else _HELP)
