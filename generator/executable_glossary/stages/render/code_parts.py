"""Splits a cell's code for display: long imports and recorded results are folded, so the steps of an example stand out."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from executable_glossary.execution.example_cells import tree_of
from executable_glossary.execution.example_markup import shown_code

Kind = Literal["code", "imports", "records"]

FEWEST_LINES = 6  # fewer lines of imports do not distract a reader
RECORDS = frozenset(("metrics", "figures"))  # the variables from which a run takes its metrics and captions


@dataclass(frozen=True)
class CodePart:
    """Consecutive statements of one kind. `text` contains the comments above them as well."""

    kind: Kind
    text: str

    @property
    def lines(self) -> int:
        return self.text.count("\n") + 1


def code_parts(code: str, measures: bool = True) -> list[CodePart]:
    """The parts of a cell, which must be valid Python, in order. Together, they contain every line that is not blank,
    except those that the script hides. measures: see `Example`."""
    code = shown_code(code)
    lines, begin, parts = code.splitlines(), 0, list[CodePart]()
    body = list(_kinds_by_last_line(tree_of(code), RECORDS if measures else frozenset()))
    for kind, group in groupby(body, lambda item: item[0]):
        end = max(last for _, last in group)
        parts.append(_part(kind, lines[begin:end]))
        begin = end
    rest = "\n".join(lines[begin:])
    if rest.strip():
        parts.append(CodePart("code", rest.strip("\n")))
    return _merged(parts)


def _kinds_by_last_line(tree: ast.Module, records: Collection[str]) -> Iterator[tuple[Kind, int]]:
    """The kind and last line of each statement. Statements that share a line with another one are ordinary code. records:
    names of the variables that contain recorded results."""
    body = tree.body
    shared = {
        number for number, (one, other) in enumerate(pairwise(body)) if other.lineno <= (one.end_lineno or 0)
    }
    for number, statement in enumerate(body):
        alone = number not in shared and number - 1 not in shared
        yield _kind(statement, records) if alone else "code", statement.end_lineno or statement.lineno


def _kind(statement: ast.stmt, records: Collection[str]) -> Kind:
    match statement:
        case ast.Import() | ast.ImportFrom():
            return "imports"
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
            return "records" if name in records else "code"
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Expr(value=ast.Name(id=name)):
            return "records" if name in records else "code"
        case _:
            return "code"


def _part(kind: Kind, lines: list[str]) -> CodePart:
    part = CodePart(kind, "\n".join(lines).strip("\n"))
    return CodePart("code", part.text) if kind == "imports" and part.lines < FEWEST_LINES else part


def _merged(parts: list[CodePart]) -> list[CodePart]:
    """The parts, with neighbors of the same kind joined by a blank line."""
    groups = groupby(parts, lambda part: part.kind)
    return [CodePart(kind, "\n\n".join(part.text for part in group)) for kind, group in groups]
