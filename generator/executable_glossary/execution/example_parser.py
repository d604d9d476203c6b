"""Reads an example: a script whose comments are its narrative and whose head says what it needs.

The head is inline script metadata (PEP 723). Cells begin with a comment `# %%`, as in Jupytext and
sphinx-gallery, or with a line of `#`; the comment lines that follow are Markdown. A script of a foreign
gallery is read unchanged: its text is reStructuredText. Nothing is imported and nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from executable_glossary.execution.example_cells import Script, cells_of, slug, tree_of
from executable_glossary.execution.example_head import Head, read_head
from executable_glossary.execution.example_markup import is_rest, split_heading
from executable_glossary.model.example import Cell, Example
from executable_glossary.model.problem import Problem

__all__ = ["read_example", "slug"]

NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_TEXT = 20_000  # characters
LINE_END = re.compile(r"\r\n|\r|\n")  # as Python counts lines; a form feed ends none


def read_example(path: str, text: str) -> tuple[Example | None, tuple[Problem, ...]]:
    """The example in `text`, or all that keeps it from being one.

    path: relative to the project, with forward slashes; its stem is the example's name.
    text: the whole script. The example is None exactly when there are problems.
    """
    script = Script(path, tuple(LINE_END.split(text)))
    head, problems = read_head(script)
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


def _example(script: Script, text: str, tree: ast.Module, head: Head, cells: tuple[Cell, ...]) -> Example:
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
    message = f'"{name}" cannot be the name of an example: a to z first, then a to z, 0 to 9 and _'
    return (script.problem("example-name", message, help),)


def _tree(script: Script, text: str, line: int = 1) -> ast.Module | Problem:
    """The syntax tree of `text`, which starts at `line` of the script."""
    try:
        return tree_of(text)
    # Python gives up in these ways too where code is nested more deeply than anybody writes.
    except (SyntaxError, ValueError, MemoryError, RecursionError) as bad:
        at, column = getattr(bad, "lineno", None) or 1, getattr(bad, "offset", None) or 0
        message = f"not Python: {getattr(bad, 'msg', None) or str(bad) or 'nested too deeply'}"
        help = f"python -m py_compile {script.path}"
        return script.problem("example-syntax", message, help, at + line - 1, column)


def _docstring_problems(script: Script, tree: ast.Module) -> tuple[Problem, ...]:
    if (ast.get_docstring(tree) or "").strip():
        return ()
    help = 'begin with """Title of the example, an empty line, and an introduction"""'
    return (script.problem("example-docstring", "the script has no docstring to take a title from", help),)


def _text_problems(script: Script, docstring: str, cells: Iterable[Cell]) -> Iterator[Problem]:
    """Of Markdown; how long the code is nobody asks."""
    for text, line in ((docstring, 1), *((cell.text, cell.line) for cell in cells)):
        if len(text) > LONGEST_TEXT:
            message = (
                f"this text has {len(text):,} characters, and {LONGEST_TEXT:,} are the most that is read"
            )
            yield script.problem("too-large", message, "divide it, or shorten it", line)


def _first_line_after_docstring(tree: ast.Module) -> int:
    return (tree.body[0].end_lineno or 0) + 1


def _distinct(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Foreign scripts may use a heading twice: the later cell gets a number behind its name."""
    seen: dict[str, int] = {}
    found = []
    for cell in cells:
        seen[cell.name] = number = seen.get(cell.name, 0) + 1
        found.append(cell if number == 1 else replace(cell, name=f"{cell.name}-{number}"))
    return tuple(found)


def _cell_problems(script: Script, cells: Iterable[Cell]) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    seen: dict[str, Cell] = {}
    for cell in cells:
        if cell.name in seen:
            message = (
                f'two cells are called "{cell.name}"; the other one begins at line {seen[cell.name].line}'
            )
            help = "give each cell a title of its own"
            problems.append(script.problem("example-cell", message, help, cell.line, 1))
        seen[cell.name] = cell
        if isinstance(tree := _tree(script, cell.code, cell.line), Problem):
            problems.append(tree)
    return tuple(problems)
