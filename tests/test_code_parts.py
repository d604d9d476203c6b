"""Long imports and recorded results are separated from the steps of an example, and no line is lost."""

from __future__ import annotations

import pytest

from executable_glossary.execution.example_parser import read_example
from executable_glossary.stages.render.code_parts import FEWEST_LINES, code_parts
from glossaries import REPOSITORY

WALL = "\n".join(f"import m{number}" for number in range(FEWEST_LINES))
EXAMPLES = sorted((REPOSITORY / "examples").glob("[a-z]*.py"))


def kinds(code: str) -> list[tuple[str, int]]:
    return [(part.kind, part.lines) for part in code_parts(code)]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (WALL, [("imports", FEWEST_LINES)]),
        (f"{WALL}\n\nx = 1", [("imports", FEWEST_LINES), ("code", 1)]),
        ("import a\nimport b\n\nx = 1", [("code", 4)]),
        ("from a import (\n    b,\n    c,\n    d,\n    e,\n)", [("imports", 6)]),
        ('metrics = {"a": 1}', [("records", 1)]),
        ("x = 1\nmetrics = {}\nmetrics |= {}\nfigures = {}\nmetrics", [("code", 1), ("records", 4)]),
        ("# Why\nmetrics = {}\n# After all", [("records", 2), ("code", 1)]),
        ('metrics["a"] = 1\nother = metrics', [("code", 2)]),
        ("x = 1; metrics = {}", [("code", 1)]),
        ("# only a comment", [("code", 1)]),
        ("", []),
    ],
)
def test_parts(code: str, found: list[tuple[str, int]]) -> None:
    assert kinds(code) == found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_no_line_is_lost(path) -> None:  # type: ignore[no-untyped-def]
    example, _ = read_example(f"examples/{path.name}", path.read_text("utf-8"))
    assert example is not None
    for cell in example.code_cells:
        shown = [line for part in code_parts(cell.code) for line in part.text.splitlines() if line]
        assert shown == [line for line in cell.code.splitlines() if line]
