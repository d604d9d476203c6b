"""Cuts text into sentences, each with its place: what is long, hard or said twice can be pointed at."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Sentence(NamedTuple):
    offset: int
    text: str

    @property
    def words(self) -> tuple[str, ...]:
        """Small letters only, so that two sentences can be compared."""
        return _words(self.text)


@lru_cache(maxsize=2**16)
def sentences(text: str) -> tuple[Sentence, ...]:
    """All that holds a word. Paragraphs, points of a list and rows of a table end where they end."""
    found: list[Sentence] = []
    start = 0
    for end in (*_ends(text), len(text)):
        said = text[start:end]
        if _WORD.search(said):
            lead = len(said) - len(said.lstrip(_LEAD))
            found.append(Sentence(start + lead, said[lead:].rstrip()))
        start = end
    return tuple(found)


@lru_cache(maxsize=2**17)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_LEAD = " \t\n-+>|"
_END = re.compile(
    r"(?<![.!?…])[.!?…]++[)\]\"'”’*_]*+(?=\s|$)|\n[ \t]*\n|\n(?=[ \t]*(?:[-+*|]|\d+\.)[ \t])|(?<=\|)\n"
)
# A full stop behind these is not the end of anything.
_SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|cf|vs|etc|Dr|Mr|Mrs|Ms|Prof|No|Fig|St|approx|[A-Z])|^\s*\d+)\.$"
)


def _ends(text: str) -> list[int]:
    return [match.end() for match in _END.finditer(text) if not _is_short(text, match.end())]


def _is_short(text: str, end: int) -> bool:
    """Initials, abbreviations, and the number of a point; none of them where a line ends after it."""
    line = text.rfind("\n", 0, end) + 1
    return bool(_SHORT.search(text[max(line, end - 12) : end])) and text[end : end + 1] == " "
