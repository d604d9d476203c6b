"""The change report as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from executable_glossary.app.change_report import Review
from executable_glossary.app.change_report.escaping import for_terminal
from executable_glossary.app.change_report.grouping import Chapter, chapters
from executable_glossary.app.change_report.wording import (
    claim_lines,
    concept_lines,
    counted,
    file_lines,
    listed,
    metric_lines,
    setting_lines,
    share_lines,
    summary,
)
from executable_glossary.app.tables.columns import aligned
from executable_glossary.model.comparison import Comparison, SharedEdit
from executable_glossary.model.problem import Problem
from executable_glossary.text.word_diff import Piece, shortened, word_diff

WIDTH = 100
AROUND = 60  # characters of context on each side of a change
MOST = 2000  # characters of one edit
HEAD = ("reader", "altered", "added", "removed")
_MARKS = {"gone": "[-{}-]", "new": "{{+{}+}}", "cut": "…"}


def review_as_text(review: Review) -> str:
    """The summary, then the details under headings."""
    comparison = review.comparison
    lines = [f"Compared with {review.base}", *([review.note] if review.note else []), *summary(comparison)]
    for heading, details in (
        ("URLs that no longer work", list(_vanished(comparison))),
        ("New problems", [_problem(problem) for problem in comparison.new_problems]),
        ("Resolved problems", [_problem(problem) for problem in comparison.gone_problems]),
        ("Concepts", list(concept_lines(comparison.concepts))),
        ("Settings", list(setting_lines(comparison.settings))),
        ("Fields of entries that no changed passage shows", list(setting_lines(comparison.fields))),
        ("Claims and findings", list(_claims(comparison))),
        ("Recorded metrics", list(metric_lines(comparison.evidence))),
        ("Files that the site publishes", list(file_lines(comparison.files, published=True))),
        ("Other files", list(file_lines(comparison.files, published=False))),
        ("Readers", list(_readers(comparison))),
    ):
        if details:
            lines += ["", heading, *(f"  {line}" for line in details)]
    for chapter in chapters(comparison.pages):
        lines += ["", *_chapter(chapter)]
    if comparison.pages.markup:
        lines += ["", f"Only links or markup differ on {listed(comparison.pages.markup)}"]
    return "\n".join(map(for_terminal, lines))


def _vanished(comparison: Comparison) -> Iterator[str]:
    for removed in comparison.pages.removed:
        instead = f"; nearest remaining page: /{removed.instead}" if removed.instead else ""
        yield f"/{removed.page.url}: {removed.reason}{instead}"


def _problem(problem: Problem) -> str:
    return f"{problem.place}: {problem.severity}[{problem.code}]: {problem.message}"


def _claims(comparison: Comparison) -> Iterator[str]:
    for change in comparison.evidence.claims:
        yield f"{change.concept}.{change.claim}"
        yield from (f"  {line}" for line in claim_lines(change))


def _readers(comparison: Comparison) -> Iterator[str]:
    rows = [
        (changes.reader, *map(str, (changes.altered, changes.added, changes.removed)))
        for changes in comparison.readers
    ]
    yield from aligned([HEAD, *rows], right=(1, 2, 3)) if rows else ()


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"{chapter.name} ({counted(chapter.size, 'page')})" if chapter.size else chapter.name
    yield from (f"  new page: /{change.page.url}" for change in chapter.added)
    yield from (f"  removed page: /{change.page.url}" for change in chapter.removed)
    for edit in (*chapter.words, *chapter.numbers, *chapter.written, *chapter.lost):
        yield from _edit(edit)
    for change in chapter.altered:
        if shares := ", ".join(share_lines(change)):
            yield f"  /{change.page.url}: {shares}"


def _edit(shared: SharedEdit) -> Iterator[str]:
    count, edit = len(shared.pages), shared.edit
    where = f"the same change on {count} pages: {listed(shared.pages)}" if count > 1 else listed(shared.pages)
    yield f"  {edit.heading or 'at the top'} – {where}"
    text = "".join(_marked(piece) for piece in shortened(word_diff(edit.before, edit.after), AROUND))
    if len(text) > MOST:
        text = f"{text[:MOST]}… ({len(text) - MOST:,} more characters)"
    for paragraph in text.split("\n\n"):
        yield from textwrap.wrap(
            paragraph, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
        )


def _marked(piece: Piece) -> str:
    return _MARKS.get(piece.kind, "{}").format(piece.text)
