"""Parsing of scripts: their parts, and the location of each mistake."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from executable_glossary.execution.example_parser import read_example, slug
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem

GOOD = '''\
# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=2"]
# [tool.glossary]
# needs = ["first"]
# seeds = [0, 1]
# [tool.glossary.tolerance]
# "*.seconds" = "none"
# ///
"""The title

An introduction
in two lines.
"""
import os

text = """
# %% Not a cell
"""

# %% Look at it
# First line,
#
# - and a list.

print(text)

# %% [markdown] Only words
# Nothing runs here.

# %%
1 + 1
'''


def good(text: str) -> Example:
    example, problems = read_example("examples/good.py", text)
    assert problems == ()
    assert example is not None
    return example


def bad(text: str, path: str = "examples/bad.py") -> Problem:
    example, problems = read_example(path, text)
    assert example is None
    (problem,) = problems
    return problem


def head(*lines: str) -> str:
    return "\n".join(["# /// script", *(f"# {line}" for line in lines), "# ///", '"""Title"""', "x = 1\n"])


NOTEBOOK = """\
# ---
# jupyter:
#   kernelspec:
#     name: python3
# ---

# %% [markdown]
# # Sourdough
#
# Rises for $x^2$ hours.

# %%
import os

# %% [markdown] tags=["wide"]
# ## Bake it
# In the oven.

# %% Weigh it [markdown] slideshow={"slide_type": "slide"}
# On the scale.

# %% [raw] raw_mimetype="text/html"
# <hr>

# %% tags=["hide-input"] jupyter={"outputs_hidden": true}
x = "tags=[1]"
"""


def test_a_notebook_that_jupytext_converted() -> None:
    example = good(NOTEBOOK)
    assert (example.title, example.introduction) == ("Sourdough", "Rises for $x^2$ hours.")
    assert example.title.place.line == 8
    assert [(cell.title, cell.text, cell.code) for cell in example.cells] == [
        ("", "", "import os"),
        ("Bake it", "In the oven.", ""),
        ("Weigh it", "On the scale.", ""),
        ("", "", 'x = "tags=[1]"'),
    ]


def test_a_title_may_look_like_metadata() -> None:
    cells = good('"""Title"""\n# %% Set rate=0.1 and name="x"\nx = 1\n# %% Look at [1]\n').cells
    assert [cell.title for cell in cells] == ['Set rate=0.1 and name="x"', "Look at [1]"]


@pytest.mark.parametrize(
    "code", ["x = 1\n", "# %% Only code\nx = 1\n", "# %% [markdown]\n# No title.\n\n# %%\nx = 1\n", ""]
)
def test_a_script_without_a_title(code: str) -> None:
    assert bad(code).code == "example-docstring"


def test_the_parts_of_a_script() -> None:
    example = good(GOOD)
    assert (example.name, example.path) == ("good", "examples/good.py")
    assert (example.title, example.introduction) == ("The title", "An introduction\nin two lines.")
    assert example.source == GOOD
    assert example.dependencies == ("numpy>=2",)
    assert (example.settings.needs, example.settings.seeds) == (("first",), (0, 1))
    assert example.settings.tolerance == {"*.seconds": "none"}


def test_the_cells_of_a_script() -> None:
    cells = {cell.name: cell for cell in good(GOOD).cells}
    assert list(cells) == ["start", "look-at-it", "only-words", "cell-3"]
    assert cells["start"].title == ""
    assert cells["start"].code.startswith("import os")
    assert "Not a cell" in cells["start"].code
    assert cells["look-at-it"].text == "First line,\n\n- and a list."
    assert cells["look-at-it"].code == "print(text)"
    assert (cells["only-words"].code, cells["only-words"].text) == ("", "Nothing runs here.")
    assert cells["cell-3"].code == "1 + 1"


def test_a_cell_knows_the_line_of_its_code() -> None:
    lines = GOOD.splitlines()
    for cell in good(GOOD).cells:
        if cell.code:
            assert lines[cell.line - 1] == cell.code.splitlines()[0]


@pytest.mark.parametrize(
    "code",
    [
        "sizes = {\n# %% Small\n'a': 1,\n####################\n'b': [\n# %%\n2],\n}",
        "text = '''\n# %% In a string\n'''",
        "def f():\n    x = 1\n    # %% Indented\n    return x",
    ],
)
def test_a_comment_inside_of_an_expression_begins_no_cell(code: str) -> None:
    assert [cell.code for cell in good(f'"""T"""\n# %% One\n{code}\n# %% Two\n2\n').cells] == [code, "2"]


def test_a_line_that_divides_a_statement_is_explained() -> None:
    problem = bad('"""T"""\nif 1:\n    x = 1\n# %% Cut\nelse:\n    x = 2\n')
    assert problem.message == "this line begins a cell in the middle of the statement that begins on line 2"
    assert problem.help == "move it above line 2, or indent it: an indented comment does not begin a cell"


def test_a_script_without_a_header_has_the_default_settings() -> None:
    example = good('"""Plain"""\nprint(1)\n')
    assert (example.dependencies, example.settings.seeds, example.settings.timeout) == ((), (0,), 300)


def test_comments_before_the_first_cell_are_not_a_cell() -> None:
    assert [cell.name for cell in good('"""T"""\n# a note\n\n# %% One\nx = 1\n').cells] == ["one"]


def test_other_tools_may_have_settings_in_the_header() -> None:
    assert good(head("[tool.ruff]", "line-length = 80")).settings.seeds == (0,)


@pytest.mark.parametrize(
    ("lines", "line", "column", "said"),
    [
        (["[tool.glossary]", "seed = [0]"], 3, 3, 'unknown setting "tool.glossary.seed"'),
        (["[tool.glossary]", 'env = ["DATA_YEAR", "TZ"]'], 3, 3, 'env: "TZ" is the same in every run'),
        (["[tool.glossary]", "timeout = -1"], 3, 3, "timeout must be a number of seconds above 0"),
        (
            ["[tool.glossary]", 'threads = "2"'],
            3,
            3,
            "threads must be a whole number above 0",
        ),
        (["[tool.glossary]", "seeds = []"], 3, 3, "seeds must be a list of one to a thousand whole numbers"),
        (["[tool.glossary]", "needs = 'first'"], 3, 3, "needs must be a list of example names"),
        (["dependencys = []"], 2, 3, 'unknown setting "dependencys"'),
        (["dependencies = [1]"], 2, 3, "dependencies must be a list of packages"),
        (["dependencies = ['numpy >']"], 2, 3, "dependencies must be a list of packages in pip's format"),
        (["[tool]", "glossary = 3"], 3, 3, "glossary must be a table"),
    ],
)
def test_a_wrong_setting_has_a_location(lines: list[str], line: int, column: int, said: str) -> None:
    problem = bad(head(*lines))
    assert problem.code == "example-setting"
    assert (problem.place.line, problem.place.column) == (line, column)
    assert problem.message.startswith(said)
    assert problem.help


def test_a_wrong_tolerance_is_reported_once() -> None:
    problem = bad(head("[tool.glossary.tolerance]", '"*.seconds" = "some"'))
    assert (problem.place.line, problem.place.column) == (3, 4)
    assert problem.message.startswith("tolerance must be a table whose values are numbers")


def test_all_wrong_settings_are_reported_at_once() -> None:
    _, problems = read_example("examples/bad.py", head("[tool.glossary]", "seed = 1", "memory = 0"))
    assert sorted(problem.place.line for problem in problems) == [3, 4]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        (head("[tool.glossary]", "seeds = [0,"), "example-head", 3, 1),
        (head("seeds == 1"), "example-head", 2, 10),
        ('# /// script\n# a = 1\n"""T"""\n', "example-head", 1, 1),
        ("# /// script\n# a = 1\n", "example-head", 1, 1),
        (head() + head(), "example-head", 5, 1),
        ("x = 1\n", "example-docstring", 1, 0),
        ('"""  """\nx = 1\n', "example-docstring", 1, 0),
        ("", "example-docstring", 1, 0),
        ('"""T"""\nx = = 1\n', "example-syntax", 2, 5),
        ('"""T"""\nx = "\0"\n', "example-syntax", 1, 0),
        ('"""T"""\ndef f():\n    x = 1\n# %% Cut\n    return x\n', "example-syntax", 4, 1),
        ('"""T"""\nfor x in "ab":\n    y = x\n# %% Cut\n    print(y)\n', "example-syntax", 4, 1),
        ('"""T"""\n@print\n# %% Cut\ndef f(): ...\n', "example-syntax", 3, 1),
        ('"""T"""\n# %% One\nx = 1\n# %% One!\nx = 2\n', "example-cell", 5, 1),
    ],
)
def test_every_other_mistake_has_a_location(text: str, code: str, line: int, column: int) -> None:
    _, problems = read_example("examples/bad.py", text)
    problem = next(problem for problem in problems if problem.code == code)
    assert problem.place.path == "examples/bad.py"
    assert (problem.place.line, problem.place.column) == (line, column)


@pytest.mark.parametrize("stem", ["a b", "a.b", "größe", "-", "面包", "[x](y)"])
def test_an_invalid_name_is_rejected(stem: str) -> None:
    problem = bad('"""T"""\n', f"examples/{stem}.py")
    assert problem.code == "example-name"
    assert "rename" in problem.help


@pytest.mark.parametrize(
    ("path", "name", "folder"),
    [
        ("plot_x.py", "plot_x", "examples/plot_x"),
        ("Fine-Tuning.py", "fine_tuning", "examples/fine-tuning"),
        ("2nd.py", "n_2nd", "examples/2nd"),
        ("cluster/plot_x.py", "cluster/plot_x", "examples/cluster/plot-x"),
        ("01-First_Steps/Plot-2D.py", "n_01_first_steps/plot_2d", "examples/01-first-steps/plot-2d"),
    ],
)
def test_names_and_addresses_come_from_the_path(path: str, name: str, folder: str) -> None:
    example, _ = read_example(f"examples/{path}", '"""T"""\n', path)
    assert example is not None
    assert (example.name, example.folder, example.file) == (name, folder, path.rpartition("/")[2])


def test_different_kinds_of_mistakes_are_reported_together() -> None:
    _, problems = read_example("examples/b d.py", head("unknown = 1").replace('"""Title"""', ""))
    assert {problem.code for problem in problems} == {"example-name", "example-setting", "example-docstring"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Train only the last block", "train-only-the-last-block"),
        ("What's left, and why?", "whats-left-and-why"),
        ("Café: 0.5", "cafe-0-5"),
        ("  ", ""),
    ],
)
def test_slug(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_the_examples_of_this_project_can_be_parsed() -> None:
    root = Path(__file__).parent.parent
    for path in sorted((root / "examples").glob("[!_]*.py")):
        example, problems = read_example(f"examples/{path.name}", path.read_text("utf-8"))
        assert problems == ()
        assert example is not None
        assert example.code_cells


def test_python_warnings_are_not_repeated_each_time_a_file_is_parsed() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        example, _ = read_example("examples/good.py", '"""Odd"""\nx = "\\d"\n# %% Two\ny = "\\d"\n')
    assert example is not None
    assert caught == []


@pytest.mark.parametrize(
    ("inside", "help"),
    [
        ("02 with space/plot_deep.py", 'rename the folder "02 with space", for example to "02_with_space"'),
        ("fine/plot deep.py", 'rename the file, for example to "plot_deep.py"'),
    ],
)
def test_the_part_of_a_path_that_must_change_is_named(inside: str, help: str) -> None:
    example, (problem,) = read_example(f"examples/{inside}", '"""T"""\n', inside)
    assert (example, problem.code, problem.help) == (None, "example-name", help)
