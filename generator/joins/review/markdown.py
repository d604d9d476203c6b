"""The report as Markdown that GitHub shows: for a comment, and for the summary of a job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from generator.joins.review import Review
from generator.joins.review.chapters import Chapter, chapters
from generator.joins.review.safe import for_github
from generator.joins.review.wording import (
    claim_lines,
    concept_lines,
    counted,
    metric_lines,
    refuted_now,
    share_lines,
    summary,
)
from generator.model.comparison import Comparison, PageName, SharedEdit
from generator.model.problem import Problem
from generator.tools.word_diff import Piece, shortened, word_diff

# GitHub refuses a comment of more than 65,536 characters.
LIMIT = 60_000
# Characters: of an edit before it is folded, of an edit at all, and of what stayed at either side of a change.
FOLDED, MOST, AROUND = 700, 4_000, 80
# By this the comment of an earlier push is found again.
MARK = "<!-- glossary report -->"
LISTED, URLS, ROOM = 60, 200, 15_000
_TAGS = {"gone": "del", "new": "ins"}


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
    for chapter in chapters(told.pages):
        yield from _chapter(chapter)
    yield from _readers(told)
    if told.pages.markup:
        yield _folded(
            f"Only links or marks differ on {counted(len(told.pages.markup), 'page')}",
            _urls(told.pages.markup),
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
        rest = f"{_folded(f'{len(shown) - LISTED} more', chr(10).join(shown[LISTED : 10 * LISTED]))}"
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
        yield f"New: {_urls(chapter.added)}"
    yield from map(_edit, chapter.words)
    if chapter.numbers:
        body = "\n\n".join(_fitting(map(_edit, chapter.numbers)))
        yield _folded(f"{counted(len(chapter.numbers), 'passage')} in which only numbers differ", body)
    shares = [
        f"- {for_github(f'/{change.page.url}: ' + ', '.join(lines))}"
        for change in chapter.altered
        if (lines := list(share_lines(change)))
    ]
    if shares:
        yield _folded(
            f"Grade, overlap and coverage of {counted(len(shares), 'page')}", "\n".join(shares[: 5 * LISTED])
        )


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


def _edit(shared: SharedEdit) -> str:
    edit, count = shared.edit, len(shared.pages)
    where = f"the same change on {count} pages" if count > 1 else for_github(f"/{shared.pages[0].url}")
    pieces = tuple(shortened(word_diff(edit.before, edit.after), AROUND))
    body = f"> {_cut(pieces)}"
    if sum(len(piece.text) for piece in pieces) > FOLDED:
        body = _folded("before and after", body)
    pages = f"\n\n{_folded('which pages', _urls(shared.pages))}" if count > 1 else ""
    return f"**{for_github(edit.heading) or 'at the top'}** · {where}\n\n{body}{pages}"


def _cut(pieces: Iterable[Piece]) -> str:
    """Only so many characters of a long edit; counted before the escaping, and cut between tags."""
    shown: list[str] = []
    room = MOST
    for piece in pieces:
        if shown and shown[-1].endswith("</del>") and piece.kind == "new":
            shown.append(" ")
        shown.append(_marked(Piece(piece.kind, piece.text[: max(0, room)])))
        room -= len(piece.text)
    over = f" … ({-room:,} more characters)" if room < 0 else ""
    return "".join(shown) + over


def _marked(piece: Piece) -> str:
    if piece.kind == "cut":
        return "…"
    text = for_github(piece.text)
    tag = _TAGS.get(piece.kind)
    before, after = (" " if side.isspace() else "" for side in (piece.text[:1], piece.text[-1:]))
    return f"{before}<{tag}>{text}</{tag}>{after}" if tag and text else f"{before}{text}{after}"


def _readers(told: Comparison) -> Iterator[str]:
    rows = [
        f"| {for_github('/'.join(part for part in (found.role, found.audience) if part) or 'everybody')} "
        f"| {found.altered} | {found.added} | {found.removed} |"
        for found in told.readers
    ]
    if rows:
        table = "\n".join(("| reader | altered | added | removed |", "|---|--:|--:|--:|", *rows[:200]))
        yield _folded("How many pages change for each reader", table)


def _urls(pages: Sequence[PageName]) -> str:
    more = f", and {len(pages) - URLS} more" if len(pages) > URLS else ""
    return ", ".join(for_github(f"/{page.url}") for page in pages[:URLS]) + more


def _folded(summary: str, body: str) -> str:
    return f"<details><summary>{for_github(summary)}</summary>\n\n{body}\n\n</details>"
