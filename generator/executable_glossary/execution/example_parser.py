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
from typing import Literal

from executable_glossary.execution.example_cells import Script, cells_of, divided_statements, slug, tree_of
from executable_glossary.execution.example_header import Header, read_header
from executable_glossary.execution.example_markup import is_rest, split_first_line, split_heading
from executable_glossary.model.example import Cell, Example
from executable_glossary.model.example_names import example_address, example_name
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import LONGEST_TEXT, TOO_LARGE, Text

__all__ = ["read_example", "slug"]

EXAMPLE_NAME = Rule(
    code="example-name",
    when="an example is read",
    summary="The file name of an example, or of a module that examples share, contains characters that are not allowed.",
    details="""
        The names of files and folders can contain only letters (a to z, A to Z), digits, `_`, and `-`. The example's own
        name has lowercase letters and underscores instead of capitals and hyphens, and `n_` before a digit at the
        beginning; no two examples can have the same name.
        """,
    why="Expressions such as `{{ loaves.risen }}` use the name, and so do URLs.",
    example="`examples/My Loaves.py`, or both `examples/My-Loaves.py` and `examples/my_loaves.py`",
    instead="`examples/my_loaves.py`",
)
EXAMPLE_SYNTAX = Rule(
    code="example-syntax",
    when="an example is read",
    summary="An example is not valid Python, or a line that begins a cell divides a statement.",
    details="""
        Each cell must be valid Python on its own, so a loop cannot continue in the next cell. A line `# %%` that is
        indented, or inside brackets or a string, does not begin a cell.
        """,
    why="The example cannot run.",
    example="`print(height`",
    instead="`print(height)`; `python -m py_compile examples/loaves.py` shows the error.",
)
EXAMPLE_DOCSTRING = Rule(
    code="example-docstring",
    when="an example is read",
    summary="An example has no docstring.",
    details="""
        A notebook that Jupytext converted (`jupytext --to py:percent`) can instead begin with a cell of text whose first
        line is a heading: `# # Title`.
        """,
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

LINE_END = re.compile(r"\r\n|\r|\n")  # as Python counts lines: a form feed does not end a line


def read_example(path: str, text: str, inside: str = "") -> tuple[Example | None, tuple[Problem, ...]]:
    """The example in `text`, or all problems that make it invalid.

    path: relative to the project, with forward slashes. text: the whole script. inside: the path relative to the
    examples folder, from which the example's name is derived; by default, the file's name. The example is None if and
    only if there are problems.
    """
    place = PurePosixPath(inside or PurePosixPath(path).name)
    script = Script(path, tuple(LINE_END.split(text)))
    head, problems = read_header(script)
    tree = _tree(script, text)
    problems = (*_name_problems(script, place), *problems)
    if isinstance(tree, Problem):
        return None, (*problems, tree)
    divided = tuple(_division_problems(script, text, tree))
    cells = () if divided else cells_of(script, text, _first_line_after_docstring(tree))
    opening, cells = _opening(tree, cells)
    problems += (*divided, *(() if opening else _docstring_problems(script, tree, place)))
    if problems or head is None:
        return None, problems
    example, problems = _with_text(script, place, tree, head, cells)
    if example and opening:
        example = replace(example, title=opening.title, introduction=opening.text)
    return (replace(example, source=text) if example else None), problems


def _opening(tree: ast.Module, cells: tuple[Cell, ...]) -> tuple[Cell | None, tuple[Cell, ...]]:
    """The first cell, if it has the title and the introduction in place of a docstring, as in a notebook that Jupytext
    converted; and all other cells."""
    first = cells[0] if cells and not ast.get_docstring(tree) else None
    return (first, cells[1:]) if first and first.title and not first.code else (None, cells)


def _with_text(
    script: Script, place: PurePosixPath, tree: ast.Module, head: Header, cells: tuple[Cell, ...]
) -> tuple[Example | None, tuple[Problem, ...]]:
    """The example, whose code and settings are valid, or the problems with its text and its cells."""
    docstring = ast.get_docstring(tree) or ""
    markup = _markup(head, docstring, cells)
    cells = _distinct(cells) if markup == "reST" else cells
    problems = (*_cell_problems(script, cells), *_text_problems(script, docstring, cells))
    if problems:
        return None, problems
    measures = markup == "Markdown" or head.has_settings
    example = replace(_example(script, place, tree, head, cells), markup=markup, measures=measures)
    return _titled(script, example, docstring), ()


def _markup(head: Header, docstring: str, cells: Iterable[Cell]) -> Literal["Markdown", "reST"]:
    """The markup language of the script's text. If its settings do not say it, the text decides."""
    written = head.tool.glossary.format
    if written is not None:
        return "reST" if written == "rest" else "Markdown"
    return "reST" if is_rest(docstring, [cell.text for cell in cells], head.has_settings) else "Markdown"


def _example(
    script: Script, place: PurePosixPath, tree: ast.Module, head: Header, cells: tuple[Cell, ...]
) -> Example:
    docstring, line = ast.get_docstring(tree) or "", tree.body[0].lineno if tree.body else 1
    written, title, introduction = split_heading(docstring)
    if not title:
        title, _, introduction = docstring.partition("\n")
    heading = script.text(title.strip(), line)
    return Example(
        name=example_name(place),
        address=example_address(place),
        heading=script.text(written, line),
        path=script.path,
        title=heading,
        introduction=script.text(introduction.strip(), heading.place.line + 1),
        source="",
        settings=head.tool.glossary,
        dependencies=head.dependencies,
        cells=cells,
    )


def _titled(script: Script, example: Example, docstring: str) -> Example:
    """The example. If its text is reST without a heading, its title is the first line that is not part of a directive."""
    before, first, rest = split_first_line(docstring)
    if example.markup == "Markdown" or example.heading or not before:
        return example
    title = script.text(first or example.stem, example.title.place.line)
    upper, lower = script.text(before, example.title.place.line), script.text(rest, title.place.line + 1)
    between = upper.lines[-1:]
    introduction = Text(f"{before}\n\n{rest}", (*upper.lines, *between, *lower.lines))
    return replace(example, title=title, introduction=introduction)


def _name_problems(script: Script, place: PurePosixPath) -> tuple[Problem, ...]:
    if example_name(place):
        return ()
    message = f'"{place.with_suffix("")}" is not a valid example name: use only letters without accents, digits, _, and -'
    odd = next((part for part in place.parts[:-1] if not example_name(PurePosixPath(f"{part}.py"))), "")
    name = slug(odd or place.stem).replace("-", "_") or "example"
    help = (
        f'rename the folder "{odd}", for example to "{name}"'
        if odd
        else f'rename the file, for example to "{name}.py"'
    )
    return (script.problem(EXAMPLE_NAME, message, help),)


def _tree(script: Script, text: str) -> ast.Module | Problem:
    """The syntax tree of the script, or the syntax error."""
    try:
        return tree_of(text)
    # Python raises the other exceptions for very deeply nested code.
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        at, column = getattr(error, "lineno", None) or 1, getattr(error, "offset", None) or 0
        message = f"not valid Python: {getattr(error, 'msg', None) or str(error) or 'nested too deeply'}"
        help = f"check it with: python -m py_compile {script.path}"
        return script.problem(EXAMPLE_SYNTAX, message, help, at, column)


def _division_problems(script: Script, text: str, tree: ast.Module) -> Iterator[Problem]:
    for line, begin in divided_statements(script, text, tree, _first_line_after_docstring(tree)):
        message = f"this line begins a cell in the middle of the statement that begins on line {begin}"
        help = f"move it above line {begin}, or indent it: an indented comment does not begin a cell"
        yield script.problem(EXAMPLE_SYNTAX, message, help, line, 1)


def _docstring_problems(script: Script, tree: ast.Module, place: PurePosixPath) -> tuple[Problem, ...]:
    if (ast.get_docstring(tree) or "").strip():
        return ()
    help = 'begin with """Title of the example, a blank line, and an introduction""", or with a cell that is only "# # Title"'
    if len(place.parts) > 1:
        help += f'; if it is not an example, add "{place}" to `exclude_examples` in mkdocs.yml'
    return (script.problem(EXAMPLE_DOCSTRING, "the script has no docstring, so its page has no title", help),)


def _text_problems(script: Script, docstring: str, cells: Iterable[Cell]) -> Iterator[Problem]:
    """Problems with text that is too long. The length of code is not limited."""
    for text, line in ((docstring, 1), *((cell.text, cell.line) for cell in cells)):
        if len(text) > LONGEST_TEXT:
            message = f"this text is {len(text):,} characters long; the limit is {LONGEST_TEXT:,}"
            yield script.problem(TOO_LARGE, message, "split or shorten it", line)


def _first_line_after_docstring(tree: ast.Module) -> int:
    return (tree.body[0].end_lineno or 0) + 1 if ast.get_docstring(tree) is not None else 1


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
    return tuple(problems)
