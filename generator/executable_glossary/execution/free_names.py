"""Finds the names that Python code uses but does not define, without running it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from symtable import SymbolTable, symtable

# Names that Python defines in every file.
_GIVEN = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}


def free_names(code: str) -> list[str]:
    """The names that a file with this code, which must be valid Python, uses but never binds, in alphabetical order."""
    used, bound = set[str](), set(_GIVEN)
    for table in _tables(symtable(code, "code", "exec")):
        for symbol in table.get_symbols():
            is_global = table.get_type() == "module" or symbol.is_global()
            if is_global and symbol.is_referenced():
                used.add(symbol.get_name())
            if is_global and (symbol.is_assigned() or symbol.is_imported()):
                bound.add(symbol.get_name())
    return sorted(used - bound)


def _tables(table: SymbolTable) -> Iterator[SymbolTable]:
    """The table of a scope and of all scopes inside it."""
    yield table
    for child in table.get_children():
        yield from _tables(child)
