"""The change report as GitHub-flavored Markdown, for a pull request comment and a job summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from executable_glossary.app.change_report import Review
from executable_glossary.app.change_report.escaping import for_github
from executable_glossary.app.change_report.grouping import Chapter, chapters
from executable_glossary.app.change_report.wording import (
    claim_lines,
    concept_lines,
    counted,
    file_lines,
    metric_lines,
    refuted_now,
    setting_lines,
    share_lines,
    summary,
)
from executable_glossary.model.comparison import Altered, Comparison, PageName, SharedEdit
from executable_glossary.model.problem import Problem
from executable_glossary.text.word_diff import Piece, shortened, word_diff

# GitHub rejects comments of more than 65,536 characters.
LIMIT = 60_000
# A workflow uses this marker to find and update its earlier comment.
MARK = "<!-- glossary report -->"
# The maximum number of list items that are not collapsed, and of characters in one collapsed section.
LISTED, FOLD_LIMIT = 60, 15_000
# Numbers of characters: an edit longer than FOLDED is collapsed, and an edit longer than MOST is truncated;
# AROUND is the context on each side of a change.
FOLDED, MOST, AROUND = 700, 4_000, 80
URLS = 200
_TAGS = {"gone": "del", "new": "ins"}


def review_as_markdown(review: Review) -> str:
    """The summary and then the other parts, the most important first. If they exceed the limit, the last
    line states how many parts were left out."""
    comparison = review.comparison
    head = "\n".join(f"- **{name}:** {for_github(rest)}" for name, rest in map(_split, summary(comparison)))
    base = for_github(f"{review.base}{f'. {review.note}' if review.note else ''}")
    text = f"{MARK}\n### How this changes the glossary\n\n{head}\n- **Compared with:** {base}\n"
    omitted = 0
    for part in _parts(comparison):
        if len(text) + len(part) > LIMIT:
            omitted += 1
            continue
        text += f"\n{part}\n"
    if omitted:
        text += f"\n{counted(omitted, 'part')} of this report did not fit. To see all of it, run `glossary report`.\n"
    return text


def _split(line: str) -> tuple[str, str]:
    name, _, rest = line.partition(": ")
    return name, rest


def _parts(comparison: Comparison) -> Iterator[str]:
    """Parts that may need a reviewer's response come first. Each is self-contained, so any of them can be omitted."""
    yield from _warnings(comparison)
    yield from _list("Concepts", concept_lines(comparison.concepts))
    yield from _list("Settings that changed", setting_lines(comparison.settings))
    fields = setting_lines(comparison.fields)
    yield from _list("Fields of entries that changed, but that no changed passage shows", fields)
    yield from _list("Claims and findings that changed", _claims(comparison))
    yield from _list("Recorded metrics that moved", metric_lines(comparison.evidence))
    published, others = (file_lines(comparison.files, published) for published in (True, False))
    yield from _list("Files that changed and that the site publishes", published)
    yield from _list("Other files: no page shows what changed in them", others)
    yield from _readers(comparison)
    for chapter in chapters(comparison.pages):
        yield from _chapter(chapter)
    if comparison.pages.markup:
        yield _fold(
            f"Only links or markup differ on {counted(len(comparison.pages.markup), 'page')}",
            _urls(comparison.pages.markup),
        )


def _warnings(comparison: Comparison) -> Iterator[str]:
    vanished = (
        f"/{removed.page.url}: {removed.reason}"
        + (f"; nearest remaining page: /{removed.instead}" if removed.instead else "")
        for removed in comparison.pages.removed
    )
    yield from _list("URLs that no longer work: external links to them will break", vanished)
    yield from _list("New problems", map(_problem, comparison.new_problems))
    yield from _list("Resolved problems", map(_problem, comparison.gone_problems))


def _problem(problem: Problem) -> str:
    return f"{problem.place}: {problem.severity} {problem.code}: {problem.message}"


def _claims(comparison: Comparison) -> Iterator[str]:
    for change in sorted(comparison.evidence.claims, key=lambda change: not refuted_now(change)):
        yield f"{change.concept}.{change.claim}: {'; '.join(claim_lines(change))}"


def _readers(comparison: Comparison) -> Iterator[str]:
    rows = [
        f"| {for_github(changes.reader)} | {changes.altered} | {changes.added} | {changes.removed} |"
        for changes in comparison.readers
    ]
    if rows:
        table = "\n".join(
            (
                "| reader | altered | added | removed |",
                "|---|--:|--:|--:|",
                *rows[:URLS],
                *_more_rows(len(rows) - URLS),
            )
        )
        yield _fold("Number of pages that change for each reader", table)


def _more_rows(count: int) -> list[str]:
    return [f"| and {count:,} more readers | | | |"] if count > 0 else []


# The changes to one concept


def _chapter(chapter: Chapter) -> Iterator[str]:
    """The parts of a chapter, with the chapter's heading above the first part."""
    size = f" ({counted(chapter.size, 'page')})" if chapter.size else ""
    heading = f"#### {for_github(chapter.name)}{size}"
    for number, part in enumerate(_chapter_parts(chapter)):
        yield part if number else f"{heading}\n\n{part}"


def _chapter_parts(chapter: Chapter) -> Iterator[str]:
    if chapter.added:
        yield f"New: {_urls([change.page for change in chapter.added])}"
    yield from map(_edit, chapter.words)
    yield from _folded_edits(_edit, chapter.numbers, "passage", "in which only numbers differ")
    yield from _folded_edits(_section, chapter.written, "section", "of new pages, each shown once")
    yield from _folded_edits(_section, chapter.lost, "section", "of removed pages, each shown once")
    yield from _shares(chapter.altered)


def _folded_edits(
    render: Callable[[SharedEdit], str], edits: Sequence[SharedEdit], noun: str, description: str
) -> Iterator[str]:
    if edits:
        body = "\n\n".join(_fitting(map(render, edits)))
        yield _fold(f"{counted(len(edits), noun)} {description}", body)


def _fitting(parts: Iterable[str]) -> Iterator[str]:
    """The parts that fit in one collapsed section. Its size is limited to leave room for the rest of the report."""
    room, omitted = FOLD_LIMIT, 0
    for part in parts:
        if len(part) <= room:
            yield part
            room -= len(part)
        else:
            omitted += 1
    if omitted:
        yield f"… and {omitted} more"


def _shares(altered: Iterable[Altered]) -> Iterator[str]:
    lines = [
        f"- {for_github(f'/{change.page.url}: ' + ', '.join(shares))}"
        for change in altered
        if (shares := list(share_lines(change)))
    ]
    if lines:
        title = f"Grade, overlap, and coverage of {counted(len(lines), 'page')}"
        yield _fold(title, "\n".join(lines[: 5 * LISTED]))


# One edit


def _edit(shared: SharedEdit) -> str:
    """An altered passage with its deleted and inserted words marked, collapsed if it is long."""
    pieces = tuple(shortened(word_diff(shared.edit.before, shared.edit.after), AROUND))
    body = f"> {_marked_up(pieces)}"
    if sum(len(piece.text) for piece in pieces) > FOLDED:
        body = _fold("before and after", body)
    return _with_pages(shared, "the same change on", body)


def _section(shared: SharedEdit) -> str:
    """The paragraphs of a section of a new or removed page, without marks, which would cover all of the text."""
    text = shared.edit.after or shared.edit.before
    rest = f" … ({len(text) - MOST:,} more characters)" if len(text) > MOST else ""
    paragraphs = (f"> {for_github(paragraph)}" for paragraph in text[:MOST].split("\n\n"))
    return _with_pages(shared, "the same text on", "\n>\n".join(paragraphs) + rest)


def _with_pages(shared: SharedEdit, same_on: str, body: str) -> str:
    count = len(shared.pages)
    where = f"{same_on} {count} pages" if count > 1 else for_github(f"/{shared.pages[0].url}")
    pages = f"\n\n{_fold('which pages', _urls(shared.pages))}" if count > 1 else ""
    return f"**{for_github(shared.edit.heading) or 'at the top'}** · {where}\n\n{body}{pages}"


def _marked_up(pieces: Iterable[Piece]) -> str:
    """The first MOST characters of an edit, counted before escaping so that no tag is cut in half."""
    parts: list[str] = []
    room = MOST
    for piece in pieces:
        if parts and parts[-1].endswith("</del>") and piece.kind == "new":
            parts.append(" ")
        parts.append(_tagged(Piece(piece.kind, piece.text[: max(0, room)])))
        room -= len(piece.text)
    rest = f" … ({-room:,} more characters)" if room < 0 else ""
    return "".join(parts) + rest


def _tagged(piece: Piece) -> str:
    if piece.kind == "cut":
        return "…"
    text = for_github(piece.text)
    tag = _TAGS.get(piece.kind)
    before, after = (" " if edge.isspace() else "" for edge in (piece.text[:1], piece.text[-1:]))
    return f"{before}<{tag}>{text}</{tag}>{after}" if tag and text else f"{before}{text}{after}"


# Building blocks


def _list(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading and its lines; the lines after the first LISTED are collapsed."""
    items = [f"- {for_github(line)}" for line in lines]
    if items[LISTED:]:
        folded = items[LISTED : 10 * LISTED] + _unlisted(len(items) - 10 * LISTED)
        rest = _fold(f"{len(items) - LISTED} more", "\n".join(folded))
        yield f"#### {heading}\n\n" + "\n".join(items[:LISTED]) + f"\n\n{rest}"
    elif items:
        yield f"#### {heading}\n\n" + "\n".join(items)


def _unlisted(count: int) -> list[str]:
    """The last item of a list that is cut."""
    return [f"- and {count:,} more, which `glossary report` shows"] if count > 0 else []


def _urls(pages: Sequence[PageName]) -> str:
    more = f", and {len(pages) - URLS} more" if len(pages) > URLS else ""
    return ", ".join(for_github(f"/{page.url}") for page in pages[:URLS]) + more


def _fold(title: str, body: str) -> str:
    return f"<details><summary>{for_github(title)}</summary>\n\n{body}\n\n</details>"
