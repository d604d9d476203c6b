"""Splits a script into cells, which can be written in either of sphinx-gallery's notations.

A cell begins with `# %%`, or with a line of at least twenty `#` characters. The comment lines that follow are
the cell's text, which ends at the first line that is not a comment. Within the text, a line of `#` characters is
ignored. A comment inside brackets does not begin a cell.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from executable_glossary.execution.example_markup import split_heading
from executable_glossary.model.example import Cell
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text


def tree_of(code: str) -> ast.Module:
    """The syntax tree of `code`. Raises the same exceptions as `ast.parse`. Warnings, such as those about "\\d", are
    ignored, because they are reported when the code runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


@dataclass(frozen=True)
class Script:
    """The lines of a script, with methods that locate text in them. `path` is relative to the project."""

    path: str
    lines: tuple[str, ...]

    def problem(self, rule: Rule, message: str, help: str, line: int = 1, column: int = 0) -> Problem:
        """A problem at this line and column, both counted from 1."""
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return rule.at(Place(self.path, line, column, excerpt=excerpt), message, help)

    def text(self, value: str, line: int) -> Text:
        """The value as a `Text` with the location of each of its lines. The value begins on `line` or later."""
        parts = value.split("\n")
        written = parts[0].translate(_ESCAPES)
        rows = enumerate(self.lines[line - 1 :], line)
        begin = next((number for number, row in rows if parts[0] in row or written in row), line)
        return Text(value, tuple(self._place(row, part) for row, part in enumerate(parts, begin)))

    def name_place(self, start: int, where: Iterable[str]) -> tuple[int, int]:
        """Line and column of the innermost name in `where` that appears in the header after line `start`.

        The search for each name starts on the line where the enclosing name was found.
        """
        place, first = (start, 1), start
        for name in where:
            written = re.compile(rf"#\s*\[?(?:[\w.-]+\.)?[\"']?({re.escape(name)})[\"']?\s*[=\]]")
            head = takewhile(lambda row: row[1].rstrip() != "# ///", enumerate(self.lines[first:], first + 1))
            hit = next(((number, match) for number, line in head if (match := written.match(line))), None)
            if hit is not None:
                place, first = (hit[0], hit[1].start(1) + 1), hit[0] - 1
        return place

    def _place(self, line: int, part: str) -> Place:
        excerpt = self.lines[line - 1] if line <= len(self.lines) else ""
        return Place(self.path, line, max(0, excerpt.find(part)) + 1, excerpt=excerpt)


# How a script writes characters that are not in its text as they are, often without intending it: \beta.
_ESCAPES = str.maketrans({"\a": r"\a", "\b": r"\b", "\f": r"\f", "\v": r"\v"})
MARKER = re.compile(r"# ?%%+ *(?P<title>.*)")
# What Jupytext writes on that line besides a title: the type of the cell, and its metadata.
TYPES, RAW = ("[markdown]", "[md]", "[raw]"), "[raw]"
METADATA = re.compile(
    r" (?:tags|jupyter|slideshow|editable|deletable|collapsed|scrolled|id|colab|vscode|pycharm|nbsphinx|raw_mimetype)"
    r"=(?:[\[{\"]|true|false).*"
)
# A heading at the beginning of a cell's text, as Jupytext writes it, is the title of the cell.
MARKDOWN_TITLE = re.compile(r"#{1,6}[ \t]+(?P<title>[^\s#][^\n]*)")
RULE = re.compile(r"#{20,}.*")


def cells_of(script: Script, text: str, first: int) -> tuple[Cell, ...]:
    """All cells from line `first` onward. Several cells may have the same name."""
    starts = list(_starts(script, text, first))
    end = len(script.lines) + 1
    cells = [_untitled(script, first, starts[0] if starts else end)]
    for position, (start, stop) in enumerate(pairwise([*starts, end]), 1):
        cells.append(_cell(script, start, stop, position))
    return tuple(cell for cell in cells if cell.title or cell.text or cell.code)


def divided_statements(script: Script, text: str, tree: ast.Module, first: int) -> Iterator[tuple[int, int]]:
    """For each line that begins a cell in the middle of a statement, such as a loop: the numbers of that line and of the
    statement's first line."""
    statements = [(_first_line(statement), statement.end_lineno or 0) for statement in tree.body]
    for start in _starts(script, text, first):
        yield from ((start, begin) for begin, end in statements if begin < start <= end)


def slug(title: str) -> str:
    """A title as used in URLs: lowercase ASCII letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "").lower()))


def _starts(script: Script, text: str, first: int) -> Iterator[int]:
    """The numbers of the lines that begin a cell."""
    last = 0  # the last line of the comment at the start of the previous cell
    for number in _comment_lines(text):
        line = script.lines[number - 1]
        follows = number == last + 1
        if number < first:
            continue
        if MARKER.fullmatch(line) or (RULE.fullmatch(line) and not follows):
            yield number
            last = number
        elif follows:
            last = number


def _comment_lines(text: str) -> Iterator[int]:
    """The numbers of the lines that contain only a comment; those inside brackets or strings do not count."""
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
        elif token.type == tokenize.COMMENT and token.start[1] == 0 and depth == 0:
            yield token.start[0]


def _first_line(statement: ast.stmt) -> int:
    """The number of a statement's first line, which can be that of a decorator."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return decorators[0].lineno if decorators else statement.lineno


def _untitled(script: Script, start: int, stop: int) -> Cell:
    """The cell between the docstring and the first marker, which often contains only imports or nothing."""
    code, line = _code(script, start, stop)
    return Cell("start", Text(""), Text(""), code if tree_of(code).body else "", line)


def _cell(script: Script, start: int, stop: int, position: int) -> Cell:
    title, kind = _title_and_type(script.lines[start - 1])
    after = start + 1
    while after < stop and script.lines[after - 1].startswith("#"):
        after += 1
    text = "" if kind == RAW else _text(script.lines[start : after - 1], bool(title))
    heading = ""
    if not title:
        heading, title, text = split_heading(text)
    if not title and (found := MARKDOWN_TITLE.match(text)):
        title, text = found["title"].rstrip("# \t"), text[found.end() :].strip()
    code, line = _code(script, after, stop)
    name = slug(title) or f"cell-{position}"
    return Cell(
        name,
        script.text(title, start),
        script.text(text, start + 1),
        code,
        line,
        script.text(heading, start + 1),
    )


def _title_and_type(line: str) -> tuple[str, str]:
    """The title on the line that begins a cell, and the cell's type, in brackets; empty if there is none."""
    marker = MARKER.fullmatch(line)
    title = METADATA.sub("", f" {marker['title']}").strip() if marker else ""
    for kind in TYPES:
        if title.startswith(kind) or title.endswith(kind):
            return title.removeprefix(kind).removesuffix(kind).strip(), kind
    return title, ""


def _text(comment: Sequence[str], titled: bool) -> str:
    """The text of a comment. A line of number signs underlines the first line, as in reST, unless the cell already has a
    title; elsewhere it is an ornament."""
    underline = 1 if comment and comment[0].strip("# ") and not titled else None
    lines = (line for at, line in enumerate(comment) if at == underline or not RULE.fullmatch(line))
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines).strip()


def _code(script: Script, start: int, stop: int) -> tuple[str, int]:
    """The lines from `start` to `stop` (exclusive) without surrounding blank lines, and the first line's number."""
    while start < stop and not script.lines[start - 1].strip():
        start += 1
    return "\n".join(script.lines[start - 1 : stop - 1]).rstrip(), start
