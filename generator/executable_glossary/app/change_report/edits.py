"""Single edits as Markdown that GitHub shows: words gone and new, or the sections of a page that is one or the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from executable_glossary.app.change_report.escaping import for_github
from executable_glossary.model.comparison import PageName, SharedEdit
from executable_glossary.text.word_diff import Piece, shortened, word_diff

# Characters: of an edit before it is folded, of an edit at all, and of what stayed at either side of a change.
FOLDED, MOST, AROUND = 700, 4_000, 80
URLS = 200
_TAGS = {"gone": "del", "new": "ins"}


def edit_part(shared: SharedEdit) -> str:
    """A passage that was there before and is there now, its words marked; a long one folded."""
    pieces = tuple(shortened(word_diff(shared.edit.before, shared.edit.after), AROUND))
    body = f"> {_cut(pieces)}"
    if sum(len(piece.text) for piece in pieces) > FOLDED:
        body = folded("before and after", body)
    return _placed(shared, "the same change on", body)


def section_part(shared: SharedEdit) -> str:
    """A section of a page that is new or gone, in its paragraphs: all of it would be marked."""
    text = shared.edit.after or shared.edit.before
    over = f" … ({len(text) - MOST:,} more characters)" if len(text) > MOST else ""
    paragraphs = (f"> {for_github(paragraph)}" for paragraph in text[:MOST].split("\n\n"))
    return _placed(shared, "the same on", "\n>\n".join(paragraphs) + over)


def _placed(shared: SharedEdit, alike: str, body: str) -> str:
    count = len(shared.pages)
    where = f"{alike} {count} pages" if count > 1 else for_github(f"/{shared.pages[0].url}")
    pages = f"\n\n{folded('which pages', addresses(shared.pages))}" if count > 1 else ""
    return f"**{for_github(shared.edit.heading) or 'at the top'}** · {where}\n\n{body}{pages}"


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


def addresses(pages: Sequence[PageName]) -> str:
    more = f", and {len(pages) - URLS} more" if len(pages) > URLS else ""
    return ", ".join(for_github(f"/{page.url}") for page in pages[:URLS]) + more


def folded(summary: str, body: str) -> str:
    return f"<details><summary>{for_github(summary)}</summary>\n\n{body}\n\n</details>"
