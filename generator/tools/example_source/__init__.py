"""Reads an example: a script whose comments are its narrative and whose head says what it needs.

The head is inline script metadata (PEP 723). Cells begin with a comment `# %%`, as in Jupytext and
sphinx-gallery; the comment lines that follow are Markdown. Nothing is imported and nothing is run.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import PurePosixPath

from generator.model.example import Cell, Example
from generator.model.problem import Problem
from generator.model.text import Text
from generator.tools.example_source.head import Head, read_head
from generator.tools.example_source.script import Script

NAME = re.compile(r"[a-z][a-z0-9_]*")
MARKER = re.compile(r"# ?%%+ *(?:\[markdown\])? *(?P<title>.*)")


def read_example(path: str, text: str) -> tuple[Example | None, tuple[Problem, ...]]:
    """The example in `text`, or all that keeps it from being one.

    path: relative to the project, with forward slashes; its stem is the example's name.
    text: the whole script. The example is None exactly when there are problems.
    """
    script = Script(path, tuple(text.splitlines()))
    head, problems = read_head(script)
    tree = _tree(script, text)
    problems = (*_name_problems(script), *problems)
    if isinstance(tree, Problem):
        return None, (*problems, tree)
    problems += _docstring_problems(script, tree)
    if problems or head is None:
        return None, problems
    cells = _cells(script, text, _first_line_after_docstring(tree))
    problems = _cell_problems(script, cells)
    return (None, problems) if problems else (_example(script, text, tree, head, cells), ())


def slug(title: str) -> str:
    """A title as it stands in an address: lower case ASCII letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "").lower()))


def _example(script: Script, text: str, tree: ast.Module, head: Head, cells: tuple[Cell, ...]) -> Example:
    title, _, introduction = (ast.get_docstring(tree) or "").partition("\n")
    heading = script.text(title.strip(), tree.body[0].lineno)
    return Example(
        name=PurePosixPath(script.path).stem,
        path=script.path,
        title=heading,
        introduction=script.text(introduction.strip(), heading.place.line + 1),
        source=text,
        settings=head.tool.glossary,
        dependencies=head.dependencies,
        cells=cells,
    )


def _name_problems(script: Script) -> tuple[Problem, ...]:
    name = PurePosixPath(script.path).stem
    if NAME.fullmatch(name):
        return ()
    mend = f'rename the file, for example to "{slug(name).replace("-", "_") or "example"}.py"'
    message = f'"{name}" cannot be the name of an example: a to z first, then a to z, 0 to 9 and _'
    return (script.problem("example-name", message, mend),)


def _tree(script: Script, text: str, line: int = 1) -> ast.Module | Problem:
    """The syntax tree of `text`, which starts at `line` of the script."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as bad:
        at, column = getattr(bad, "lineno", None) or 1, getattr(bad, "offset", None) or 0
        message = f"not Python: {getattr(bad, 'msg', None) or bad}"
        mend = f"python -m py_compile {script.path}"
        return script.problem("example-syntax", message, mend, at + line - 1, column)


def _docstring_problems(script: Script, tree: ast.Module) -> tuple[Problem, ...]:
    if (ast.get_docstring(tree) or "").strip():
        return ()
    mend = 'begin with """Title of the example, an empty line, and an introduction"""'
    return (script.problem("example-docstring", "the script has no docstring to take a title from", mend),)


def _first_line_after_docstring(tree: ast.Module) -> int:
    return (tree.body[0].end_lineno or 0) + 1


def _cells(script: Script, text: str, first: int) -> tuple[Cell, ...]:
    markers = [number for number in _comment_lines(text) if MARKER.fullmatch(script.lines[number - 1])]
    starts = [number for number in markers if number >= first]
    end = len(script.lines) + 1
    cells = [_untitled(script, first, starts[0] if starts else end)]
    for position, (start, stop) in enumerate(pairwise([*starts, end]), 1):
        cells.append(_cell(script, start, stop, position))
    return tuple(cell for cell in cells if cell.title or cell.text or cell.code)


def _comment_lines(text: str) -> Iterator[int]:
    """Lines that are nothing but a comment; the same signs inside a string are none."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and token.start[1] == 0:
            yield token.start[0]


def _untitled(script: Script, start: int, stop: int) -> Cell:
    """What stands between the docstring and the first marker: often the imports, often nothing."""
    code, line = _code(script, start, stop)
    return Cell("start", Text(""), Text(""), code if ast.parse(code).body else "", line)


def _cell(script: Script, start: int, stop: int, position: int) -> Cell:
    marker = MARKER.fullmatch(script.lines[start - 1])
    title = marker["title"].strip() if marker else ""
    after = start + 1
    while after < stop and script.lines[after - 1].startswith("#"):
        after += 1
    text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in script.lines[start : after - 1])
    code, line = _code(script, after, stop)
    name = slug(title) or f"cell-{position}"
    return Cell(name, script.text(title, start), script.text(text.strip(), start + 1), code, line)


def _code(script: Script, start: int, stop: int) -> tuple[str, int]:
    """The lines from `start` up to `stop` without empty ones around them, and where they begin."""
    while start < stop and not script.lines[start - 1].strip():
        start += 1
    return "\n".join(script.lines[start - 1 : stop - 1]).rstrip(), start


def _cell_problems(script: Script, cells: Iterable[Cell]) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    seen: dict[str, Cell] = {}
    for cell in cells:
        if cell.name in seen:
            message = (
                f'two cells are called "{cell.name}"; the other one begins at line {seen[cell.name].line}'
            )
            mend = "give each cell a title of its own"
            problems.append(script.problem("example-cell", message, mend, cell.line, 1))
        seen[cell.name] = cell
        if isinstance(tree := _tree(script, cell.code, cell.line), Problem):
            problems.append(tree)
    return tuple(problems)
