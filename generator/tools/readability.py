"""Hides textstat: the Flesch-Kincaid grade of a text (Kincaid et al. 1975), in school years."""

from __future__ import annotations

import re
from functools import lru_cache

import textstat


@lru_cache(maxsize=4096)
def grade(text: str) -> float:
    """The grade; list items and paragraphs without a full stop count as sentences. 0 for no words."""
    sentences = re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "", text, flags=re.MULTILINE)
    sentences = re.sub(r"(?<![.!?:;,])\s*\n\s*\n", ".\n\n", sentences)
    return float(textstat.flesch_kincaid_grade(sentences)) if sentences.strip() else 0.0
