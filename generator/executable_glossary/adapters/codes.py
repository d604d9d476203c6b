"""Reads our own source for the names of mistakes: a list that is written by hand forgets the newest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from executable_glossary.model.manual import Code

PACKAGE = Path(__file__).parent.parent
# What a problem is reported with; its name is one of the first two arguments.
_REPORTING = {"Problem", "problem", "_report", "_problem", "_head_problem"}
_CODE = re.compile(r"[a-z0-9*]+(?:-[a-z0-9*]+)*")
# When a part of the program finds what is wrong; the first that the module's path begins with.
_FOUND: Mapping[str, str] = {
    "execution/example": "an example is read",
    "adapters/mkdocs_config": "mkdocs.yml is read",
    "mkdocs_plugin": "mkdocs.yml is read",
    "adapters/jinja_env": "a template is read or filled",
    "execution/records": "a record is read",
    "adapters": "an entry or the axes are read",
    "stages/load/examples": "an example is read",
    "stages/load": "an entry or the axes are read",
    "stages/execute": "an example runs",
    "stages/claims": "numbers and claims are compared with runs",
    "": "the content is checked",
}


@cache
def codes() -> tuple[Code, ...]:
    """Every code once, by name, for the first part of the program that knows it.

    `*` stands for the key whose value is not known: `unknown-audience`.
    """
    found: dict[str, Code] = {}
    for code in _all():
        found.setdefault(code.name, code)
    return tuple(found[name] for name in sorted(found))


def _all() -> Iterator[Code]:
    for path in sorted(PACKAGE.rglob("*.py")):
        within = path.relative_to(PACKAGE).as_posix()
        when = next(told for start, told in _FOUND.items() if within.startswith(start))
        for name, severity in _reported(ast.parse(path.read_text("utf-8"))):
            if _CODE.fullmatch(name):
                yield Code(name, severity, when)


def _reported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Names with their severity, and what else stands in the place of a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in _REPORTING:
            severity = "warning" if any("warning" in _texts(each) for each in node.args) else "error"
            yield from ((text, severity) for each in node.args[:2] for text in _texts(each))
        elif isinstance(node, ast.Assign) and [_called(target) for target in node.targets] == ["code"]:
            yield from ((text, "error") for text in _texts(node.value))


def _called(node: ast.expr) -> str:
    return str(getattr(node, "id", None) or getattr(node, "attr", None) or "")


def _texts(node: ast.expr) -> tuple[str, ...]:
    """What the expression may be, with * for a part that varies."""
    if isinstance(node, ast.Constant):
        return (str(node.value),)
    if isinstance(node, ast.IfExp):
        return (*_texts(node.body), *_texts(node.orelse))
    if isinstance(node, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
        return ("".join(parts),)
    return ()
