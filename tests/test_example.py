"""Examples: which cells run, and the locations of settings."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from executable_glossary.model.example import Cell, Example, Settings
from executable_glossary.model.problem import Place
from executable_glossary.model.text import Text

SOURCE = """\
# /// script
# [tool.glossary]
# needs = ["other"]
# ///
# seeds are kept in a drawer
needs = 3
"""


def example() -> Example:
    cells = (
        Cell("look", Text("Look"), Text(""), "x = 1", 3),
        Cell("read", Text("Read"), Text("Only text."), "", 6),
    )
    return Example("one", "examples/one.py", Text("One"), Text(""), SOURCE, Settings(), (), cells)


def test_only_cells_with_code_run() -> None:
    assert [cell.name for cell in example().code_cells] == ["look"]


def test_a_setting_is_located_at_its_name_in_the_header() -> None:
    assert example().setting_place("needs") == Place("examples/one.py", 3, 3)


def test_an_unset_setting_has_the_location_of_the_file() -> None:
    assert example().setting_place("seeds") == Place("examples/one.py")


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": 0},
        {"timeout": float("inf")},
        {"memory": -1},
        {"threads": 0},
        {"threads": "1"},
        {"seeds": []},
        {"seeds": [-1]},
        {"seeds": 3},
        {"outputs": ["../weights"]},
        {"outputs": [".hidden"]},
        {"tolerance": {"a": -0.1}},
        {"tolerance": {"a": "any"}},
        {"gpu": True},
    ],
)
def test_invalid_settings_are_rejected(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)
