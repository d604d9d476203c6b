"""The report as Markdown that GitHub shows: for a comment, and for the summary of a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from executable_glossary.app.change_report import Review
from executable_glossary.app.change_report.edits import addresses, edit_part, folded, section_part
from executable_glossary.app.change_report.escaping import for_github
from executable_glossary.app.change_report.grouping import Chapter, chapters
from executable_glossary.app.change_report.wording import (
    claim_lines,
    concept_lines,
    counted,
    metric_lines,
    refuted_now,
    share_lines,
    summary,
)
from executable_glossary.model.comparison import Altered, Comparison, SharedEdit
from executable_glossary.model.problem import Problem

# GitHub refuses a comment of more than 65,536 characters.
LIMIT = 60_000
# By this the comment of an earlier push is found again.
MARK = "<!-- glossary report -->"
LISTED, ROOM = 60, 15_000


def review_as_markdown(review: Review) -> str:
    """The summary, then the parts in order of weight; where there is no more room, it says what is left out."""
    told = review.comparison
    head = "\n".join(f"- **{name}:** {for_github(rest)}" for name, rest in map(_split, summary(told)))
    with_what = for_github(f"{review.base}{f'. {review.note}' if review.note else ''}")
    text = f"{MARK}\n### What this changes in the glossary\n\n{head}\n- **Compared with:** {with_what}\n"
    left = 0
    for part in _parts(told):
        if len(text) + len(part) > LIMIT:
            left += 1
            continue
        text += f"\n{part}\n"
    if left:
        text += (
            f"\n{counted(left, 'part')} of this report did not fit here. `glossary report` shows all of it.\n"
        )
    return text


def _split(line: str) -> tuple[str, str]:
    name, _, rest = line.partition(": ")
    return name, rest


def _parts(told: Comparison) -> Iterator[str]:
    """What may need an answer comes first; each part stands for itself, and may be left out."""
    yield from _warned(told)
    yield from _list("Concepts", concept_lines(told.concepts))
    yield from _list("Claims and findings that changed", _claims(told))
    yield from _list("Recorded metrics that moved", metric_lines(told.evidence))
    yield from _readers(told)
    for chapter in chapters(told.pages):
        yield from _chapter(chapter)
    if told.pages.markup:
        yield folded(
            f"Only links or marks differ on {counted(len(told.pages.markup), 'page')}",
            addresses(told.pages.markup),
        )


def _warned(told: Comparison) -> Iterator[str]:
    vanished = (
        f"/{removed.page.url}: {removed.reason}"
        + (f"; nearest now: /{removed.instead}" if removed.instead else "")
        for removed in told.pages.removed
    )
    yield from _list("Addresses that now lead nowhere: links from outside will break", vanished)
    yield from _list("New problems", map(_problem, told.new_problems))
    yield from _list("Problems that are gone", map(_problem, told.gone_problems))


def _list(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading and its lines, those beyond a screen or two folded away."""
    shown = [f"- {for_github(line)}" for line in lines]
    if shown[LISTED:]:
        rest = f"{folded(f'{len(shown) - LISTED} more', chr(10).join(shown[LISTED : 10 * LISTED]))}"
        yield f"#### {heading}\n\n" + "\n".join(shown[:LISTED]) + f"\n\n{rest}"
    elif shown:
        yield f"#### {heading}\n\n" + "\n".join(shown)


def _problem(problem: Problem) -> str:
    return f"{problem.place}: {problem.severity} {problem.code}: {problem.message}"


def _claims(told: Comparison) -> Iterator[str]:
    for change in sorted(told.evidence.claims, key=lambda change: not refuted_now(change)):
        yield f"{change.concept}.{change.claim}: {'; '.join(claim_lines(change))}"


def _chapter(chapter: Chapter) -> Iterator[str]:
    """The heading goes with the first part, so that none stands alone."""
    size = f" ({counted(chapter.size, 'page')})" if chapter.size else ""
    parts = list(_chapter_parts(chapter))
    heading = f"#### {for_github(chapter.name)}{size}"
    yield from (f"{heading}\n\n{part}" if number == 0 else part for number, part in enumerate(parts))


def _chapter_parts(chapter: Chapter) -> Iterator[str]:
    if chapter.added:
        yield f"New: {addresses([change.page for change in chapter.added])}"
    yield from map(edit_part, chapter.words)
    yield from _several(edit_part, chapter.numbers, "passage", "in which only numbers differ")
    yield from _several(section_part, chapter.written, "section", "of new pages, each once")
    yield from _several(section_part, chapter.lost, "section", "of pages that are gone, each once")
    yield from _shares(chapter.altered)


def _several(
    told: Callable[[SharedEdit], str], edits: Sequence[SharedEdit], what: str, which: str
) -> Iterator[str]:
    if edits:
        body = "\n\n".join(_fitting(map(told, edits)))
        yield folded(f"{counted(len(edits), what)} {which}", body)


def _shares(altered: Iterable[Altered]) -> Iterator[str]:
    lines = [
        f"- {for_github(f'/{change.page.url}: ' + ', '.join(said))}"
        for change in altered
        if (said := list(share_lines(change)))
    ]
    if lines:
        title = f"Grade, overlap and coverage of {counted(len(lines), 'page')}"
        yield folded(title, "\n".join(lines[: 5 * LISTED]))


def _fitting(parts: Iterable[str]) -> Iterator[str]:
    """As many as one fold may hold, so that it does not push out all that follows."""
    room, left = ROOM, 0
    for part in parts:
        if len(part) <= room:
            yield part
            room -= len(part)
        else:
            left += 1
    if left:
        yield f"… and {left} more"


def _readers(told: Comparison) -> Iterator[str]:
    rows = [
        f"| {for_github(found.reader)} | {found.altered} | {found.added} | {found.removed} |"
        for found in told.readers
    ]
    if rows:
        table = "\n".join(("| reader | altered | added | removed |", "|---|--:|--:|--:|", *rows[:200]))
        yield folded("How many pages change for each reader", table)
