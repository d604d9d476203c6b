"""How much two texts share: runs of five words (shingles), as Broder (1997) compared web pages."""

from __future__ import annotations

import re

SIZE = 5


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """All runs of five words; numbers and punctuation do not count."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.casefold())
    return frozenset(zip(*(words[start:] for start in range(SIZE)), strict=False))


def overlap(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Shared shingles ÷ shingles of the shorter text, 0 to 1; two texts without any are alike."""
    if not one or not other:
        return float(one == other)
    return len(one & other) / min(len(one), len(other))
