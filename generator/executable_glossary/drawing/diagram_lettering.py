"""How wide a text will be and where its lines break, without asking a font, so that the same bytes come out everywhere."""

from __future__ import annotations

from functools import cache
from itertools import combinations

LABEL, LABEL_LEADING = 15.0, 19.0
VERB, VERB_LEADING = 13.5, 16.0

# Advance widths in ems of the site's sans-serif, rounded up: a box may be a little wide, never too narrow.
CLASSES = ((" .,:;'|!ijl()[]I", 0.30), ('frt-/"', 0.38), ("mMWw%@", 0.86), ("ABCDEFGHKLNOPQRSTUVXYZ&", 0.65))
WIDTHS = {character: width for characters, width in CLASSES for character in characters}
OTHER = 0.55


def text_width(text: str, size: float) -> float:
    """Width in px of one line set at `size` px."""
    return size * sum(WIDTHS.get(character, OTHER) for character in text)


@cache
def wrapped(text: str, width: float, size: float) -> tuple[str, ...]:
    """The text in as few lines as fit into `width` px, as even as can be; a word is never broken."""
    words = text.split()
    for count in range(1, len(words)):
        lines = min(_breaks(words, count), key=lambda lines: _widest(lines, size))
        if _widest(lines, size) <= width:
            return lines
    return tuple(words) or ("",)


def _breaks(words: list[str], count: int) -> list[tuple[str, ...]]:
    """All ways to set the words in `count` lines."""
    cuts = (combinations(range(1, len(words)), count - 1)) if len(words) <= 14 else [_even(words, count)]
    return [
        tuple(" ".join(words[a:b]) for a, b in zip((0, *cut), (*cut, len(words)), strict=True))
        for cut in cuts
    ]


def _even(words: list[str], count: int) -> tuple[int, ...]:
    return tuple(round(len(words) * line / count) for line in range(1, count))


def _widest(lines: tuple[str, ...], size: float) -> float:
    return max(text_width(line, size) for line in lines)
