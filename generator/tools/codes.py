"""Reads our own source for the names of mistakes: a list that is written by hand forgets the newest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from generator.model.manual import Code

PACKAGE = Path(__file__).parent.parent
# What a problem is reported with; its name is one of the first two arguments.
_REPORTING = {"Problem", "problem", "_report", "_problem", "_head_problem"}
_CODE = re.compile(r"[a-z0-9*]+(?:-[a-z0-9*]+)*")
# The line, the name and the value of an assignment.
_Assigned = tuple[int, str, ast.expr]
# When a part of the program finds what is wrong; the first that the module's path begins with.
_FOUND: Mapping[str, str] = {
    "tools/example_source": "an example is read",
    "tools/mkdocs_yml": "mkdocs.yml is read",
    "tools/jinja_env": "a template is read or filled",
    "tools/records": "a record is read",
    "tools": "an entry or the axes are read",
    "stages/load": "an entry or the axes are read",
    "stages/execute": "an example runs",
    "stages/judge": "numbers and claims are compared with runs",
    "": "the content is checked",
}


@cache
def codes() -> tuple[Code, ...]:
    """Every code once, by name, for the first part of the program that knows it.

    `*` stands for the key whose value is not known: `unknown-audience`.
    """
    found: dict[str, Code] = {}
    for code in _all():
        if not found.get(code.name, code).says or code.name not in found:
            found[code.name] = code
    return tuple(found[name] for name in sorted(found))


def _all() -> Iterator[Code]:
    for path in sorted(PACKAGE.rglob("*.py")):
        within = path.relative_to(PACKAGE).as_posix()
        when = next(told for start, told in _FOUND.items() if within.startswith(start))
        tree = ast.parse(path.read_text("utf-8"))
        for scope in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            found = _of(scope, tuple(_assigned(scope)), when)
            yield from (code for code in found if _CODE.fullmatch(code.name))


def _assigned(scope: ast.AST) -> Iterator[_Assigned]:
    """What a function gives names to, with the line in which it does."""
    for node in (node for node in ast.walk(scope) if isinstance(node, ast.Assign)):
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            yield from ((node.lineno, name.id, value) for name, value in pairs if isinstance(name, ast.Name))


def _of(scope: ast.AST, assigned: Sequence[_Assigned], when: str) -> Iterator[Code]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Call) and _called(node.func) in _REPORTING:
            severity = "warning" if any("warning" in _texts(each) for each in node.args) else "error"
            for place, each in enumerate(node.args[:2]):
                says = _message(node.args[place + 1 : place + 2], assigned)
                yield from (Code(name, severity, when, says) for name in _texts(each))
    yield from (
        Code(text, "error", when) for _, name, value in assigned if name == "code" for text in _texts(value)
    )


def _message(given: Sequence[ast.expr], assigned: Sequence[_Assigned]) -> str:
    """What the problem says, as far as it stands in the source; … for what varies, nothing if all of it does."""
    for each in given:
        before = {
            line: value for line, name, value in assigned if name == _called(each) and line < each.lineno
        }
        texts = _texts(before[max(before)] if before else each, "…")
        return texts[0] if texts and re.search(r"\w{2}.*\w", texts[0]) else ""
    return ""


def _called(node: ast.expr) -> str:
    return str(getattr(node, "id", None) or getattr(node, "attr", None) or "")


def _texts(node: ast.expr, varying: str = "*") -> tuple[str, ...]:
    """What the expression may be, with a sign for each part that varies."""
    if isinstance(node, ast.Constant):
        return (str(node.value),)
    if isinstance(node, ast.IfExp):
        return (*_texts(node.body, varying), *_texts(node.orelse, varying))
    if isinstance(node, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else varying for part in node.values)
        return ("".join(parts),)
    return ()
