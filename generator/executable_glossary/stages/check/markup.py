"""Text is Markdown only: no raw HTML, no links that run scripts, no headings that break the page's order.

What Markdown reads as HTML is more than what looks like it: a tag may go over two lines, stand in a link's
words or in a fence that never closes. So everything is refused here that is not plainly harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from executable_glossary.model.entry import Entry
from executable_glossary.model.example import Example
from executable_glossary.model.findings import Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.text import Text
from executable_glossary.text.confusables import INVISIBLE, described
from executable_glossary.text.markdown_spans import Span, is_closed, spans

# A path or an anchor could not be resolved in the model: which page it stands on depends on the reader.
_TARGET = r"(?:https?://|mailto:)[^\s)]*(?:\s+\"[^\"]*\")?\s*\)"

# Round brackets belong to some addresses, and are written otherwise on a page; the other characters to none.
_ADDRESS = re.compile(r"https?://[^\s<>{}\[\]\"`\\|^]+")
_ENOUGH = 20  # complaints of one kind about one stretch of text
_MARKDOWN = "write Markdown; put code in backticks"
_HEADING = "use bold for a lead-in"
_UNDERLINED = re.compile(r"^[^\n|]+\n(?:=+|-+)[ \t]*$", re.MULTILINE)
_HARMFUL = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), code, help)
    for pattern, code, help in (
        (r"<[a-z][a-z0-9+.-]*:[^\s>]*>?", "unsafe-link", "write [words](https://...)"),
        (r"<[a-z/!?][^\s>]*>?", "raw-html", _MARKDOWN),
        (r"\{:[^}\n]*\}?|\{\s*[#.][^}\n]*\}?|\{[^{}\n]*=[^}\n]*\}?", "raw-html", "leave attributes to the templates"),
        (rf"\]\((?!\s*{_TARGET})[^)\n]*\)?", "unsafe-link", "link to https:// or to a concept, [[its-id]]"),
        (r"!\[[^\]]*\]\([^)\n]*\)?", "unsafe-link", "pictures come from examples: write show: [{figure: ...}]"),
        (r"^[ \t>*+\d.-]*\[[^\]\n]+\]:", "unsafe-link", "write [words](https://...) in place"),
        (r"^#+[^\s#][^\n]*", "heading-in-block", _HEADING),
    )
)  # fmt: skip


def problems(glossary: Glossary) -> Iterator[Problem]:
    for written in glossary.written:
        for text in written.prose:
            yield from _invisible(text)
            yield from _underlined(text)
            for span in spans(text):
                yield from _unsafe(text, span)
        yield from _in_sources(written)
    for entry in glossary.entries.values():
        yield from _in_names(entry)
        yield from (problem for text in entry.drawn for problem in _invisible(text))
    if glossary.findings is not None:
        yield from not_plain(glossary.findings.headings)


def common_problems(glossary: Glossary) -> Iterator[Problem]:
    """In what is no entry's own: the axes and the examples."""
    yield from not_plain(glossary.axes.texts)
    for example in glossary.examples.values():
        yield from _in_example(example)


def _invisible(text: Text) -> Iterator[Problem]:
    """Markdown takes some characters that nobody sees for the end of a line, and others for marks of its own."""
    for sign in INVISIBLE.finditer(text):
        message = f"there is a character that cannot be seen, {described(sign[0])}"
        yield Problem(
            text.at(sign.start()), "not-plain", message, "delete it, and write what stands around it anew"
        )


def _underlined(text: Text) -> Iterator[Problem]:
    """A line of = or - makes the line above it a heading, whatever that holds: a formula or a number as well."""
    solid = "".join(span.text if span.kind == "prose" else _masked(span) for span in spans(text))
    for match in _UNDERLINED.finditer(solid):
        shown = " ".join(text[match.start() : match.end()].split())[:60]
        place = text.at(match.start(), match.end() - match.start())
        yield Problem(place, "heading-in-block", f'"{shown}" is not allowed in text', _HEADING)


def _masked(span: Span) -> str:
    """A block of code holds no line that belongs to the text around it; all else is a word in its line."""
    filler = "|" if span.kind == "fence" else "x"
    return re.sub(r"[^\n]", filler, span.text)


def _unsafe(text: Text, span: Span) -> Iterator[Problem]:
    place = text.at(span.offset, len(span.text))
    if span.kind == "heading":
        yield Problem(place, "heading-in-block", "headings come from the format", _HEADING)
    elif span.kind == "fence" and not is_closed(span.text):
        help = "end it with the same characters, and write only the name of a language behind the first ones"
        yield Problem(place, "open-fence", "this code block is not one: Markdown would read it as text", help)
    elif span.kind == "code" and re.search(r"^\s*<", span.text, re.MULTILINE):
        help = "keep it in one line, or put it in a fenced block"
        yield Problem(place, "raw-html", "a line of this code begins with a tag, which HTML would take", help)
    elif span.kind in ("prose", "link", "concept", "tag"):
        yield from _harmful(text, span)


def _harmful(text: Text, span: Span) -> Iterator[Problem]:
    """What stands first in the list wins where two patterns meet at one place."""
    found: dict[int, Problem] = {}
    for pattern, code, help in _HARMFUL:
        for match in islice(pattern.finditer(span.text), _ENOUGH):
            shown = span.text if span.kind == "tag" else match[0]
            place = text.at(span.offset + match.start(), len(shown))
            message = f'"{" ".join(shown.split())[:60]}" is not allowed in text'
            found.setdefault(match.start(), Problem(place, code, message, help))
    yield from found.values()


def _in_sources(written: Entry | Findings) -> Iterator[Problem]:
    """Publications are no Markdown, and their characters would be taken for it."""
    for source in written.sources:
        if source.url is not None and not _ADDRESS.fullmatch(source.url):
            yield Problem(
                source.url.place, "unsafe-link", f'"{source.url}" is no web address', "write https://..."
            )
    yield from not_plain(
        text for source in written.sources for text in (source.id, source.authors, source.title)
    )


def _in_names(entry: Entry) -> Iterator[Problem]:
    yield from not_plain((*entry.names, *entry.keywords, *(change.what for change in entry.changes)))
    for text in (*entry.names, *entry.headings):
        if "\n" in text.strip():
            yield Problem(text.place, "not-plain", "a heading is one line", "write it on one line, in quotes")


def _in_example(example: Example) -> Iterator[Problem]:
    """A script may come from a stranger, and what it says goes to a page. Expressions are none there."""
    titles = (example.title, *(cell.title for cell in example.cells))
    texts = (example.introduction, *(cell.text for cell in example.cells))
    if example.markup == "reST":
        # Shown character by character, it can do no harm; only what nobody sees could.
        yield from (problem for text in (*titles, *texts) for problem in _invisible(text))
        return
    yield from not_plain(titles)
    for text in texts:
        yield from _invisible(text)
        yield from _underlined(text)
        for span in spans(text):
            yield from _harmful(text, span) if span.kind in ("expression", "math") else _unsafe(text, span)


def not_plain(texts: Iterable[Text]) -> Iterator[Problem]:
    for text in texts:
        yield from _invisible(text)
        for span in spans(text):
            if span.kind != "prose" or any(pattern.search(span.text) for pattern, _, _ in _HARMFUL):
                message = f'this is plain text: "{span.text[:60]}" does not belong here'
                yield Problem(text.at(span.offset, len(span.text)), "not-plain", message, "leave it out")
