"""Measures how much text two pages share, by five-word sequences (shingles; Broder 1997)."""

from __future__ import annotations

import re

SIZE = 5


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """All five-word sequences, ignoring numbers and punctuation."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.casefold())
    return frozenset(zip(*(words[start:] for start in range(SIZE)), strict=False))


def overlap(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Shared shingles ÷ shingles of the shorter text, from 0 to 1; 1 if neither text has any shingles."""
    if not one or not other:
        return float(one == other)
    return len(one & other) / min(len(one), len(other))
