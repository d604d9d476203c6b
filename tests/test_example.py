"""An example as a value: which of its cells run, what may be set, and where it is set."""

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


def test_a_setting_stands_in_the_head_where_its_name_is_followed_by_a_value() -> None:
    assert example().setting_place("needs") == Place("examples/one.py", 3, 3)


def test_a_setting_that_nobody_made_has_the_place_of_the_file() -> None:
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
def test_settings_refuse(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)
