"""Text contains only Markdown: no raw HTML, no links that run scripts, no headings, and nothing left unclosed.

Markdown treats more text as HTML than an author would expect: a tag can span two lines, or be part of link text or of
a fenced block that is never closed. Therefore, anything that is not clearly harmless is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from executable_glossary.model.entry import Entry
from executable_glossary.model.findings import Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text
from executable_glossary.stages.check.links import BROKEN_LINK
from executable_glossary.stages.check.numbers import FORBIDDEN_EXPRESSION
from executable_glossary.text.confusables import INVISIBLE, described
from executable_glossary.text.markdown_spans import Span, is_closed, spans

RAW_HTML = Rule(
    code="raw-html",
    when="the content is checked",
    summary="Text contains HTML, or attributes that become HTML.",
    why="HTML could change the page around the text, or run a script in the reader's browser.",
    example="`<b>Sourdough</b> is sour.`",
    instead="`**Sourdough** is sour.`",
)
UNSAFE_LINK = Rule(
    code="unsafe-link",
    when="the content is checked",
    summary="The target of a link is not a web page, an email address, or a concept.",
    details="The rule also reports images, which must come from examples, with `show`.",
    why="Other links can run a script, or break when a block appears on a page with a different URL.",
    example="`[sourdough](../sourdough/)`",
    instead="`[[sourdough]]`",
)
HEADING_IN_BLOCK = Rule(
    code="heading-in-block",
    when="the content is checked",
    summary="Text contains a heading.",
    details="A line of `=` or `-` below a line of text also creates a heading.",
    why="Formats define the headings. A heading in the text would disrupt the structure of the page.",
    example="`## How it works`",
    instead="`**How it works.**`, at the beginning of a paragraph",
)
OPEN_FENCE = Rule(
    code="open-fence",
    when="the content is checked",
    summary="A code block is not closed, or its first line contains more than the name of a language.",
    why="Markdown would treat the code as text, including anything in it that looks like HTML.",
    example="A block that begins with four backticks and ends with three",
    instead="Use the same characters at the beginning and at the end.",
)
NOT_ONE_PARAGRAPH = Rule(
    code="not-one-paragraph",
    when="the content is checked",
    summary="A text that pages show within a line is not a single paragraph.",
    details="The rule applies to meanings, to points, to `why` under `see_also`, and to `because` under `prerequisites`.",
    why="In the middle of a line, Markdown does not recognize a code block, a list, or a quotation. It would be shown as text, "
    "and the rest of the list with it.",
    example="A list under `why`",
    instead="`why: Both need flour, water, and time.`",
)
NOT_PLAIN = Rule(
    code="not-plain",
    when="the content is checked",
    summary="Plain text contains Markdown, an expression, or an invisible character.",
    details="Names, titles, and captions are plain text. Invisible characters are not allowed in any text.",
    why="""
        Plain text appears where Markdown is not rendered, such as in the navigation and in previews. An invisible
        character can hide a word from searches, or reverse the direction of the text after it.
        """,
    example="`term: '**Sourdough**'`",
    instead="`term: Sourdough`",
)

# A block can appear on pages with different URLs, so relative paths and anchors could not be resolved.
_TARGET = r"(?:https?://|mailto:)[^\s<>{}\[\]\"`\\|^)]*(?:\s+\"[^\"]*\")?\s*\)"

_LINKED = re.compile(r"\]\(\s*(https?://[^\s)]*)")
# Some URLs contain parentheses, which pages escape. The excluded characters are not valid in a URL.
_URL = re.compile(r"https?://[^\s<>{}\[\]\"`\\|^]+")
_MOST = 20  # the maximum number of problems of one kind to report in one span
_MARKDOWN = "write Markdown; put code in backticks"
# What Python reads instead of \\a, \\b, \\f, and \\v, as in \\alpha and \\begin.
_ESCAPES = "\a\b\f\v"
_RAW = 'if it comes from a backslash, as in "\\beta", write r before the quotes, so that it stays one: r"""'
_HEADING = "use bold text at the beginning of the paragraph"
# A blank line, or a line that begins a list item, a quotation, or a row of a table.
_BLOCK = re.compile(r"\n[ \t]*(?=\n)|^[ \t]*(?:[-*+]|\d+[.)])[ \t]|^[ \t]*[>|]", re.MULTILINE)
_UNDERLINED = re.compile(r"^[^\n|]+\n(?:=+|-+)[ \t]*$", re.MULTILINE)
_HARMFUL = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), rule, help)
    for pattern, rule, help in (
        (r"<[a-z][a-z0-9+.-]*:[^\s>]*>?", UNSAFE_LINK, "write [text](https://...)"),
        (r"<[a-z/!?][^\s>]*>?", RAW_HTML, _MARKDOWN),
        (r"\{:[^}\n]*\}?|\{\s*[#.][^}\n]*\}?|\{[^{}\n]*=[^}\n]*\}?", RAW_HTML, "delete it; only templates can set attributes"),
        (rf"\]\((?!\s*{_TARGET})[^)\n]*\)?", UNSAFE_LINK, "link to https:// or to a concept, [[its-id]]"),
        (r"!\[[^\]]*\]\([^)\n]*\)?", UNSAFE_LINK, "images must come from examples: write show: [{figure: ...}]"),
        (r"^[ \t>*+\d.-]*\[[^\]\n]+\]:", UNSAFE_LINK, "write an inline link, [text](https://...)"),
        (r"^#+[^\s#][^\n]*", HEADING_IN_BLOCK, _HEADING),
    )
)  # fmt: skip
# The opening mark, the closing mark, the construct, and the rule that reports a construct without its closing mark.
_BRACKETS = (("{{", "}}", "expression", FORBIDDEN_EXPRESSION), ("[[", "]]", "link", BROKEN_LINK))


def problems(glossary: Glossary) -> Iterator[Problem]:
    for written in glossary.written:
        for text in written.prose:
            yield from _invisible(text)
            yield from _underlined(text)
            for span in spans(text):
                yield from _unsafe(text, span)
                yield from _unclosed(text, span)
        yield from _in_sources(written)
    for entry in glossary.entries.values():
        yield from _in_names(entry)
        for text in entry.one_paragraph:
            yield from _in_blocks(text)
        yield from (problem for text in entry.drawn for problem in _invisible(text))
    if glossary.findings is not None:
        yield from not_plain(glossary.findings.headings)


def common_problems(glossary: Glossary) -> Iterator[Problem]:
    """Problems outside entries: in the axes and in the examples."""
    yield from not_plain(glossary.axes.texts)
    for example in glossary.examples.values():
        titles = (example.title, *(cell.title for cell in example.cells))
        texts = (example.introduction, *(cell.text for cell in example.cells))
        found = _in_example(example.markup, titles, texts)
        yield from map(_allowed, found) if example.is_foreign and example.settings.may_fail else found
    for folder in glossary.folders.values():
        yield from _in_example(folder.markup, (folder.title,), (folder.text,))


def _allowed(problem: Problem) -> Problem:
    """The problem of a script from another gallery that may fail: pages show a sign for an invisible character."""
    return replace(problem, severity="warning")


def _invisible(text: Text) -> Iterator[Problem]:
    """Markdown treats some invisible characters as line breaks and uses others as its own internal markers."""
    for character in INVISIBLE.finditer(text):
        message = f"the text contains an invisible character, {described(character[0])}"
        yield NOT_PLAIN.at(text.at(character.start()), message, "delete it, and retype the text around it")


def _in_docstring(text: Text) -> Iterator[Problem]:
    """Invisible characters in the text of a script, which can come from an escape such as \\b."""
    for problem, character in zip(_invisible(text), INVISIBLE.finditer(text), strict=True):
        line = text[: character.start()].count("\n")
        is_escape = character[0] in _ESCAPES and line < len(text.lines)
        yield replace(problem, place=text.lines[line], help=_RAW) if is_escape else problem


def _underlined(text: Text) -> Iterator[Problem]:
    """A line of = or - turns the line above it into a heading, even if that line has a formula or a number in it."""
    solid = "".join(span.text if span.kind == "prose" else _masked(span) for span in spans(text))
    for match in _UNDERLINED.finditer(solid):
        shown = " ".join(text[match.start() : match.end()].split())[:60]
        place = text.at(match.start(), match.end() - match.start())
        yield HEADING_IN_BLOCK.at(place, f'"{shown}" is a heading, which is not allowed in text', _HEADING)


def _in_blocks(text: Text) -> Iterator[Problem]:
    """The first part of a text that is not in a paragraph with the rest."""
    stripped = text.rstrip()
    fences = (span.offset for span in spans(text) if span.kind == "fence")
    blocks = (match.start() for match in _BLOCK.finditer(stripped))
    starts = sorted((*fences, *blocks))
    if starts:
        rest = stripped[starts[0] :].lstrip()
        place = text.at(len(stripped) - len(rest), len(rest.partition("\n")[0]))
        message = "this text is shown within a line, so it must be a single paragraph"
        yield NOT_ONE_PARAGRAPH.at(place, message, "write sentences, or move this to a block such as `how`")


def _masked(span: Span) -> str:
    """Filler for a span, so that a code block counts as a separate paragraph and any other span as a word."""
    filler = "|" if span.kind == "fence" else "x"
    return re.sub(r"[^\n]", filler, span.text)


def _unclosed(text: Text, span: Span) -> Iterator[Problem]:
    """Readers would see the braces or brackets of an expression or a link that is never closed."""
    for begin, end, what, rule in _BRACKETS if span.kind == "prose" else ():
        if (at := span.text.find(begin)) >= 0:
            message = f'the {what} that begins here is never closed with "{end}"'
            help = f'close it with "{end}", or put it in backticks if it is code'
            yield rule.at(text.at(span.offset + at, len(begin)), message, help)


def _unsafe(text: Text, span: Span) -> Iterator[Problem]:
    place = text.at(span.offset, len(span.text))
    if span.kind == "heading":
        yield HEADING_IN_BLOCK.at(
            place, "a heading is not allowed in text: the format defines the headings", _HEADING
        )
    elif span.kind == "fence" and not is_closed(span.text):
        help = "end it with the characters that begin it, and put nothing but the name of a language on its first line"
        yield OPEN_FENCE.at(place, "Markdown would treat this code block as text", help)
    elif span.kind == "code" and re.search(r"^\s*<", span.text, re.MULTILINE):
        help = "keep it on one line, or put it in a fenced block"
        yield RAW_HTML.at(place, "a line of this code begins with a tag and would be treated as HTML", help)
    elif span.kind in ("prose", "link", "concept", "tag"):
        yield from _harmful(text, span)


def _harmful(text: Text, span: Span) -> Iterator[Problem]:
    """If two patterns match at the same position, the first one in the list wins."""
    problems: dict[int, Problem] = {}
    for pattern, rule, help in _HARMFUL:
        for match in islice(pattern.finditer(span.text), _MOST):
            shown = span.text if span.kind == "tag" else match[0]
            place = text.at(span.offset + match.start(), len(shown))
            message = f'"{" ".join(shown.split())[:60]}" is not allowed in text'
            problems.setdefault(match.start(), rule.at(place, message, help))
    yield from problems.values()
    for match in _LINKED.finditer(span.text):
        if match.start() not in problems and not _is_address(match[1]):
            place = text.at(span.offset + match.start(1), len(match[1]))
            yield UNSAFE_LINK.at(
                place, f'"{match[1]}" is not the address of a web page', "correct the address"
            )


def _in_sources(written: Entry | Findings) -> Iterator[Problem]:
    """The titles of publications must be plain text, because Markdown could misinterpret their characters."""
    for source in written.sources:
        if source.url is not None and not _is_address(source.url):
            yield UNSAFE_LINK.at(source.url.place, f'"{source.url}" is not a web URL', "write https://...")
    yield from not_plain(
        text for source in written.sources for text in (source.id, source.authors, source.title)
    )


def _is_address(url: str) -> bool:
    """Whether a URL is one that browsers and MkDocs can read, and that readers see as it is."""
    try:
        urlsplit(url)
    except ValueError:
        return False
    return bool(_URL.fullmatch(url)) and not INVISIBLE.search(url)


def _in_names(entry: Entry) -> Iterator[Problem]:
    yield from not_plain(
        (*entry.names, *entry.search, *entry.keywords, *(change.what for change in entry.changes))
    )
    for text in (*entry.names, *entry.headings):
        if "\n" in text.strip():
            yield NOT_PLAIN.at(text.place, "a heading must be on one line", "write it on one line, in quotes")


def _in_example(markup: str, titles: Sequence[Text], texts: Sequence[Text]) -> Iterator[Problem]:
    """An example can come from an untrusted author. Its text appears on a page, but its expressions have no effect."""
    if markup == "reST":
        # HTML that is made from reST is sanitized, so only invisible characters can do harm.
        yield from (problem for text in (*titles, *texts) for problem in _in_docstring(text))
        return
    yield from not_plain(titles)
    for text in texts:
        yield from _in_docstring(text)
        yield from _underlined(text)
        for span in spans(text):
            yield from _harmful(text, span) if span.kind in ("expression", "math") else _unsafe(text, span)


def not_plain(texts: Iterable[Text]) -> Iterator[Problem]:
    """Reports anything that is not plain text."""
    for text in texts:
        yield from _invisible(text)
        for span in spans(text):
            if span.kind != "prose" or any(pattern.search(span.text) for pattern, _, _ in _HARMFUL):
                place = text.at(span.offset, len(span.text))
                message = f'"{span.text[:60]}" is not allowed in plain text'
                yield NOT_PLAIN.at(place, message, "delete it")
