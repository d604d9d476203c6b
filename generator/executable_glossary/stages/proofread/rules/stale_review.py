"""Reports entries whose last review was too long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from executable_glossary.model.block import For
from executable_glossary.model.entry import Entry
from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark

RULE = ProseRule(
    code="stale-review",
    summary="The last review of an entry was too long ago.",
    details="""
        The default limit is 24 months; change it with `review` in `concepts/_rules.yml`. Only `glossary check` uses
        today's date. A build never does, so the same content produces the same site on any day.
        """,
    why="""
        Common practice from two years ago may be outdated now. A review date shows readers how far to trust the page,
        but only while it is kept current.
        """,
    example="> `reviewed: 2023-02-01`, read in 2026",
    instead="""
        > `reviewed: 2026-02-10`, after a full review

        Read the whole entry, correct anything that is out of date, and set `reviewed` to today's date. Changing only
        the date would be a lie.
        """,
    silence="""
        If the subject no longer changes:
        `accept: [{rule: stale-review, because: "It is history and no longer changes."}]`.
        """,
    needs="today",
)

_HELP = "read it in full, correct anything that is out of date, and set `reviewed` to today's date"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    most, today = manuscript.glossary.rules.review, manuscript.today
    for entry in manuscript.glossary.entries.values():
        if today is not None and most is not None and entry.reviewed is not None:
            yield from _compared(entry, entry.reviewed, today, most)


def _compared(entry: Entry, reviewed: date, today: date, most: int) -> Iterator[Remark]:
    if reviewed > today:
        message = f'the review date of "{entry.term}", {reviewed}, is in the future'
    elif (age := _months(reviewed, today)) > most:
        message = f'"{entry.term}" was last reviewed {age} months ago, on {reviewed}; the limit is {most}'
    else:
        return
    yield Remark(entry, "reviewed", For(), entry.term.place, message, _HELP)


def _months(earlier: date, later: date) -> int:
    """The number of full months between two dates."""
    months = 12 * (later.year - earlier.year) + later.month - earlier.month
    return months - (later.day < earlier.day)
