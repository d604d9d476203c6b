"""Finds the functions, classes, and modules of packages that a script uses, without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from executable_glossary.execution.example_cells import tree_of
from executable_glossary.model.example import Example

_ROLE = re.compile(
    r":(?:py:)?(?:class|func|meth|mod|attr|data|exc|obj):`(?:[^`<]{0,200}<)?[~!]?(?P<name>[A-Za-z_][\w.]{0,200})(?:\(\))?>?`"
)


def used_objects(example: Example) -> frozenset[str]:
    """The full names of the objects that the script imports and uses, such as `numpy.linspace`, and of those that its
    text refers to with a role."""
    return _used(example.source, (example.introduction, *(cell.text for cell in example.cells)))


@lru_cache(maxsize=2**12)
def _used(source: str, texts: tuple[str, ...]) -> frozenset[str]:
    mentioned = {match["name"] for text in texts for match in _ROLE.finditer(text)}
    try:
        tree = tree_of(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return frozenset(mentioned)
    names = dict(_imported(tree))
    return frozenset({*mentioned, *_of_statements(tree), *_chains(tree, names)})


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name in the script that stands for an object of a package, with the object's full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _of_statements(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*")


def _chains(tree: ast.AST, names: dict[str, str]) -> Iterator[str]:
    """The full name of each expression such as `np.random.default_rng` that begins with an imported name."""
    for node in ast.walk(tree):
        parts: list[str] = []
        inner: ast.AST = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if parts and isinstance(inner, ast.Name) and inner.id in names:
            yield ".".join([names[inner.id], *reversed(parts)])
