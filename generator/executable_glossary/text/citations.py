"""Finds where a text cites a publication: its first author's last name and its year, in either order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from executable_glossary.model.entry import Source
from executable_glossary.text.markdown_spans import spans


@dataclass(frozen=True)
class Citation:
    """A cited work. `start` and `end` delimit the year in the text."""

    work: Source
    start: int
    end: int


def citations(text: str, works: Iterable[Source]) -> Iterator[Citation]:
    """All citations in Markdown text, sorted by work."""
    parts = [span for span in spans(text) if span.kind == "prose"]
    for work in works:
        for part in parts:
            for match in _pattern(_last_name(work), work.year).finditer(part.text):
                start, end = match.span("after" if match["after"] else "before")
                yield Citation(work, part.offset + start, part.offset + end)


def _last_name(work: Source) -> str:
    """The last name of the first author."""
    words = work.authors.partition(",")[0].split()
    return words[-1]


@lru_cache(maxsize=2**12)
def _pattern(name: str, year: int) -> re.Pattern[str]:
    """Name and year may be a few words apart, but not in different sentences."""
    gap, who = rf"(?:(?!{_END}).){{0,{_GAP}}}?", rf"(?<!\w){re.escape(name)}(?!\w)"
    forms = (rf"{who}{gap}(?<!\d)(?P<after>{year})(?!\d)", rf"(?<!\d)(?P<before>{year})(?![\d)]){gap}{who}")
    return re.compile("|".join(forms), re.DOTALL)


# The distance is limited, so the time to search a long text stays linear.
_GAP = 60
_END = r"[.!?]\s+[A-Z]|\n\s*\n"
