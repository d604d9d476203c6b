"""Parses an example: a Python script whose comments are its text, and whose header specifies what a run needs.

The header is inline script metadata (PEP 723). A cell begins with a comment `# %%`, as in Jupytext and
sphinx-gallery, or with a line of `#` characters; the comment lines after it are Markdown. Scripts from other
galleries, whose text is reStructuredText, are accepted unchanged. The script is not executed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from executable_glossary.execution.example_cells import Script, cells_of, slug, tree_of
from executable_glossary.execution.example_header import Header, read_header
from executable_glossary.execution.example_markup import is_rest, split_heading
from executable_glossary.model.example import Cell, Example
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import LONGEST_TEXT, TOO_LARGE

__all__ = ["read_example", "slug"]

EXAMPLE_NAME = Rule(
    code="example-name",
    when="an example is read",
    summary="The file name of an example, or of a module that examples share, contains characters that are not allowed.",
    details="The name must start with a lowercase letter (a to z) and contain only lowercase letters, digits, and _.",
    why="Expressions such as `{{ loaves.risen }}` use the name, and so do URLs.",
    example="`examples/My Loaves.py`",
    instead="`examples/my_loaves.py`",
)
EXAMPLE_SYNTAX = Rule(
    code="example-syntax",
    when="an example is read",
    summary="An example is not valid Python.",
    details="Each cell must be valid Python on its own, so a loop cannot continue in the next cell.",
    why="The example cannot run.",
    example="`print(height`",
    instead="`print(height)`; `python -m py_compile examples/loaves.py` shows the error.",
)
EXAMPLE_DOCSTRING = Rule(
    code="example-docstring",
    when="an example is read",
    summary="An example has no docstring.",
    why="Its page takes the title from the first line of the docstring, and the introduction from the rest.",
    example="A script that starts with `import numpy`",
    instead="A script that starts with a docstring: a title, a blank line, and an introduction",
)
EXAMPLE_CELL = Rule(
    code="example-cell",
    when="an example is read",
    summary="Two cells in an example have the same title.",
    why="Entries refer to a cell by its title. If two cells had the same title, a page could show the wrong one.",
    example="`# %% Bake` twice",
    instead="`# %% Bake the first loaf` and `# %% Bake the second loaf`",
)

NAME = re.compile(r"[a-z][a-z0-9_]*")
LINE_END = re.compile(r"\r\n|\r|\n")  # as Python counts lines: a form feed does not end a line


def read_example(path: str, text: str) -> tuple[Example | None, tuple[Problem, ...]]:
    """The example in `text`, or all problems that make it invalid.

    path: relative to the project, with forward slashes; its stem is the example's name.
    text: the whole script. The example is None if and only if there are problems.
    """
    script = Script(path, tuple(LINE_END.split(text)))
    head, problems = read_header(script)
    tree = _tree(script, text)
    problems = (*_name_problems(script), *problems)
    if isinstance(tree, Problem):
        return None, (*problems, tree)
    problems += _docstring_problems(script, tree)
    if problems or head is None:
        return None, problems
    cells = cells_of(script, text, _first_line_after_docstring(tree))
    foreign = not head.is_ours and is_rest(ast.get_docstring(tree) or "", (cell.text for cell in cells))
    cells = _distinct(cells) if foreign else cells
    problems = (*_cell_problems(script, cells), *_text_problems(script, ast.get_docstring(tree) or "", cells))
    if problems:
        return None, problems
    example = _example(script, text, tree, head, cells)
    return replace(example, markup="reST" if foreign else "Markdown"), ()


def _example(script: Script, text: str, tree: ast.Module, head: Header, cells: tuple[Cell, ...]) -> Example:
    docstring = ast.get_docstring(tree) or ""
    title, introduction = split_heading(docstring)
    if not title:
        title, _, introduction = docstring.partition("\n")
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
    help = f'rename the file, for example to "{slug(name).replace("-", "_") or "example"}.py"'
    message = (
        f'"{name}" is not a valid example name: it must start with a lowercase letter (a to z) '
        "and contain only lowercase letters, digits, and _"
    )
    return (script.problem(EXAMPLE_NAME, message, help),)


def _tree(script: Script, text: str, line: int = 1) -> ast.Module | Problem:
    """The syntax tree of `text`, which starts at `line` of the script, or the syntax error."""
    try:
        return tree_of(text)
    # Python raises the other exceptions for very deeply nested code.
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        at, column = getattr(error, "lineno", None) or 1, getattr(error, "offset", None) or 0
        message = f"not valid Python: {getattr(error, 'msg', None) or str(error) or 'nested too deeply'}"
        help = f"check it with: python -m py_compile {script.path}"
        return script.problem(EXAMPLE_SYNTAX, message, help, at + line - 1, column)


def _docstring_problems(script: Script, tree: ast.Module) -> tuple[Problem, ...]:
    if (ast.get_docstring(tree) or "").strip():
        return ()
    help = 'begin with """Title of the example, a blank line, and an introduction"""'
    return (script.problem(EXAMPLE_DOCSTRING, "the script has no docstring, so its page has no title", help),)


def _text_problems(script: Script, docstring: str, cells: Iterable[Cell]) -> Iterator[Problem]:
    """Problems with text that is too long. The length of code is not limited."""
    for text, line in ((docstring, 1), *((cell.text, cell.line) for cell in cells)):
        if len(text) > LONGEST_TEXT:
            message = f"this text is {len(text):,} characters long; the limit is {LONGEST_TEXT:,}"
            yield script.problem(TOO_LARGE, message, "split or shorten it", line)


def _first_line_after_docstring(tree: ast.Module) -> int:
    return (tree.body[0].end_lineno or 0) + 1


def _distinct(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Cells with unique names. Scripts from other galleries may repeat a heading, so later cells with the
    same heading get a number."""
    counts: dict[str, int] = {}
    renamed = []
    for cell in cells:
        counts[cell.name] = number = counts.get(cell.name, 0) + 1
        renamed.append(cell if number == 1 else replace(cell, name=f"{cell.name}-{number}"))
    return tuple(renamed)


def _cell_problems(script: Script, cells: Iterable[Cell]) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    earlier: dict[str, Cell] = {}
    for cell in cells:
        if cell.name in earlier:
            line = earlier[cell.name].line
            message = f'two cells are called "{cell.name}"; the other one begins on line {line}'
            help = "give each cell its own title"
            problems.append(script.problem(EXAMPLE_CELL, message, help, cell.line, 1))
        earlier[cell.name] = cell
        if isinstance(tree := _tree(script, cell.code, cell.line), Problem):
            problems.append(tree)
    return tuple(problems)
