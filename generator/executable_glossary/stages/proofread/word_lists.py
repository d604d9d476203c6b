"""Finds words from a list in the prose. Each word comes with a replacement or with advice.

A list is a templates/rules/<rule>.yml file; concepts/_rules.yml can add and allow words. A word in quotation marks
is ignored, because it is mentioned rather than used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.rule_settings import ALLOWED
from executable_glossary.stages.proofread.manuscript import Manuscript, Passage
from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.term_matcher import mentions

_QUOTES = frozenset("\"'“”‘’«»")


def matches(manuscript: Manuscript, words: Mapping[str, str]) -> Iterator[tuple[Passage, int, str, str]]:
    """Every use of one of the words: the passage, the offset in it, the word as written, and its replacement."""
    pattern = mentions(tuple(words), plural=True)
    for passage in manuscript.passages:
        for offset, word in _uses(pattern, passage.text):
            yield passage, offset, word, _replacement(words, word.casefold())


def words_of(glossary: Glossary, rule: str) -> Mapping[str, str]:
    """The word list of a rule, without allowed words."""
    free = allowed(glossary)
    return {word: instead for word, instead in listed(glossary, rule).items() if word not in free}


def listed(glossary: Glossary, rule: str) -> Mapping[str, str]:
    """Replacements or advice, keyed by lowercase word: the list in the templates and the words the glossary adds."""
    words = [*glossary.lists.get(rule, {}).items(), *_added(glossary, rule)]
    return {word.casefold(): str(instead) for word, instead in words}


def allowed(glossary: Glossary) -> frozenset[str]:
    words = (*glossary.lists.get(ALLOWED, {}), *glossary.rules.allowed)
    return frozenset(word.casefold() for word in words)


def advice(instead: str) -> str:
    """The help text for a word. An item in parentheses is advice; any other item is a replacement."""
    return instead[1:-1] if instead.startswith("(") else f'write "{instead}"'


def _added(glossary: Glossary, rule: str) -> Iterator[tuple[str, str]]:
    for name, words in glossary.rules.words.items():
        if name == rule:
            yield from words.items()


# In a preview, usually only one passage has changed since the last check.
@lru_cache(maxsize=2**17)
def _uses(pattern: re.Pattern[str], text: str) -> tuple[tuple[int, str], ...]:
    prose = masked(text)
    candidates = pattern.finditer(prose)
    return tuple((match.start(), match[0]) for match in candidates if not _is_quoted(prose, *match.span()))


def _is_quoted(text: str, start: int, end: int) -> bool:
    around = {text[max(0, start - 1) : start], text[end : end + 1]}
    return around <= _QUOTES


def _replacement(words: Mapping[str, str], word: str) -> str:
    """The replacement for a word as written. Lists contain singular words, so a plural gets a plural replacement."""
    if word in words:
        return words[word]
    instead = words.get(word.removesuffix("s"), "")
    return f"{instead}s" if instead.replace(" ", "").isalpha() else instead
