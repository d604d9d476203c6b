"""The generator's source files, each read and parsed only once per test process."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "generator/executable_glossary"
SOURCES = tuple(sorted(PACKAGE.rglob("*.py")))


def relative(path: Path) -> str:
    """The path relative to the repository's root, for failure messages."""
    return path.relative_to(ROOT).as_posix()


@cache
def text_of(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of the file's syntax tree."""
    return tuple(ast.walk(tree_of(path)))
