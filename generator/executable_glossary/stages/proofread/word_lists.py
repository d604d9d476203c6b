"""Words from lists, each with what to do about it: one spelling, wording that includes, no empty words.

A list is a file of the templates, templates/rules/<rule>.yml; concepts/_rules.yml adds words, and allows some.
A word in quotation marks is spoken of, not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.rules import ALLOWED
from executable_glossary.model.slugs import inside_a_sentence
from executable_glossary.stages.proofread.manuscript import Manuscript, Passage, Remark, remark
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.term_matcher import mentions

_QUOTES = frozenset("\"'“”‘’«»")
# "e-mail" without its hyphen is a word of its own.
_TOO_SHORT = 6


def spelling(manuscript: Manuscript) -> Iterator[Remark]:
    """One way of writing for the whole glossary: one English, and its own terms as they are preferred."""
    glossary = manuscript.glossary
    preferred = preferred_spellings(glossary)
    for passage, offset, word, instead in _found(manuscript, {**words_of(glossary, "spelling"), **preferred}):
        message = f'"{word}" is not the spelling of this glossary'
        yield remark(passage, offset, word, message, advice(instead))


def inclusive(manuscript: Manuscript) -> Iterator[Remark]:
    for passage, offset, word, instead in _found(manuscript, words_of(manuscript.glossary, "inclusive")):
        yield remark(passage, offset, word, f'"{word}" leaves readers out', advice(instead))


def empty(manuscript: Manuscript) -> Iterator[Remark]:
    for passage, offset, word, instead in _found(manuscript, words_of(manuscript.glossary, "empty-word")):
        yield remark(passage, offset, word, f'"{word}" says nothing', advice(instead))


def words_of(glossary: Glossary, rule: str) -> Mapping[str, str]:
    """The list of a rule without what is allowed."""
    free = allowed(glossary)
    return {word: instead for word, instead in listed(glossary, rule).items() if word not in free}


def listed(glossary: Glossary, rule: str) -> Mapping[str, str]:
    """Word in small letters → what to do: those of the templates, and those that the glossary adds."""
    words = [*glossary.lists.get(rule, {}).items(), *_added(glossary, rule)]
    return {word.casefold(): str(instead) for word, instead in words}


def allowed(glossary: Glossary) -> frozenset[str]:
    words = (*glossary.lists.get(ALLOWED, {}), *glossary.rules.allowed)
    return frozenset(word.casefold() for word in words)


def preferred_spellings(glossary: Glossary) -> Mapping[str, str]:
    """How the glossary's own names must not be written: other spellings of a term, and hyphens left out."""
    names = glossary.names
    long = [name for name in names if "-" in name and len(name) > _TOO_SHORT]
    joined = {name.replace("-", joint): name for name in long for joint in (" ", "")}
    free = {wrong: right for wrong, right in joined.items() if wrong not in names}
    for entry in glossary.entries.values():
        free |= {
            alias: inside_a_sentence(entry.term)
            for alias in _spellings(entry)
            if alias != entry.term.casefold()
        }
    return free


def _spellings(entry: Entry) -> Iterator[str]:
    yield from (alias.text.casefold() for alias in entry.aliases if alias.type == "spelling")


def _added(glossary: Glossary, rule: str) -> Iterator[tuple[str, str]]:
    for name, words in glossary.rules.words.items():
        if name == rule:
            yield from words.items()


def _found(manuscript: Manuscript, words: Mapping[str, str]) -> Iterator[tuple[Passage, int, str, str]]:
    pattern = mentions(tuple(words), plural=True)
    for passage in manuscript.passages:
        for offset, word in _used(pattern, passage.text):
            yield passage, offset, word, _instead(words, word.casefold())


# While somebody writes, all texts but one are those of the last time.
@lru_cache(maxsize=2**17)
def _used(pattern: re.Pattern[str], text: str) -> tuple[tuple[int, str], ...]:
    seen = masked(text)
    found = pattern.finditer(seen)
    return tuple((match.start(), match[0]) for match in found if not _is_quoted(seen, *match.span()))


def _is_quoted(text: str, start: int, end: int) -> bool:
    around = {text[max(0, start - 1) : start], text[end : end + 1]}
    return around <= _QUOTES


def _instead(words: Mapping[str, str], found: str) -> str:
    """A plural stands in no list of its own."""
    if found in words:
        return words[found]
    instead = words.get(found.removesuffix("s"), "")
    return f"{instead}s" if instead.replace(" ", "").isalpha() else instead


def advice(instead: str) -> str:
    """In a list, brackets mark advice; all else is to be written instead."""
    return instead[1:-1] if instead.startswith("(") else f'write "{instead}"'
