"""Finds the import statements in Python code, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from executable_glossary.execution.example_cells import tree_of


@dataclass(frozen=True)
class ImportStatement:
    """A module that a statement imports, such as `matplotlib.pyplot`, and the names that it imports from the module.

    `column` is counted from 1. `nested` is true inside a function, whose imports run only if the function is called.
    """

    module: str
    names: tuple[str, ...]
    line: int
    column: int
    nested: bool = False

    @property
    def top(self) -> str:
        """The top-level module: `matplotlib` for `matplotlib.pyplot`."""
        return self.module.partition(".")[0]


@lru_cache(maxsize=2**10)
def imports_in(code: str) -> tuple[ImportStatement, ...]:
    """The absolute imports in `code`, in order; none if the code is not valid Python.

    Imports that are only for type checkers (`if TYPE_CHECKING:`) are left out.
    """
    try:
        return tuple(_statements(tree_of(code), nested=False))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ()


def _statements(node: ast.AST, nested: bool) -> Iterator[ImportStatement]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield ImportStatement(alias.name, (), child.lineno, child.col_offset + 1, nested)
        elif isinstance(child, ast.ImportFrom) and not child.level and child.module:
            names = tuple(alias.name for alias in child.names)
            yield ImportStatement(child.module, names, child.lineno, child.col_offset + 1, nested)
        elif isinstance(child, ast.If) and _is_for_type_checkers(child.test):
            yield from _statements(ast.Module(child.orelse, []), nested)
        elif not isinstance(child, ast.expr):
            yield from _statements(child, nested or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))


def _is_for_type_checkers(test: ast.expr) -> bool:
    return getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING"
