"""An entry was read in full by somebody not too long ago: a date of review grows old, as its subject does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from executable_glossary.model.block import For
from executable_glossary.model.entry import Entry
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark

_HELP = "read it in full, correct what has changed, and put today's date into `reviewed`"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    most, today = manuscript.glossary.rules.review, manuscript.today
    for entry in manuscript.glossary.entries.values():
        if today is not None and most is not None and entry.reviewed is not None:
            yield from _judged(entry, entry.reviewed, today, most)


def _judged(entry: Entry, reviewed: date, today: date, most: int) -> Iterator[Remark]:
    if reviewed > today:
        message = f'"{entry.term}" was reviewed on {reviewed}, which is not yet'
    elif (age := _months(reviewed, today)) > most:
        message = f'"{entry.term}" was last reviewed {age} months ago, on {reviewed}; at most {most}'
    else:
        return
    yield Remark(entry, "reviewed", For(), entry.term.place, message, _HELP)


def _months(earlier: date, later: date) -> int:
    """Full months between two days."""
    months = 12 * (later.year - earlier.year) + later.month - earlier.month
    return months - (later.day < earlier.day)
