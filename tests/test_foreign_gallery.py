"""Scripts from another gallery run unchanged, with either cell syntax, and their reST text is converted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from case_outcome import built_in
from executable_glossary.execution import SubprocessRunner
from executable_glossary.execution.example_markup import is_rest, split_heading
from executable_glossary.execution.example_parser import read_example
from executable_glossary.model.build import Build
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.run import Output, Run
from executable_glossary.stages.check import rest_text as rest_text_check
from executable_glossary.stages.execute.cache_key import _example_parts
from executable_glossary.stages.render import rest_text
from executable_glossary.stages.render.evidence_views import outputs_of
from glossaries import lay_out

# The older syntax, which the galleries of plotting libraries use.
SINE = '''\
# -*- coding: utf-8 -*-
# Author: the authors
# License: BSD
r"""
.. _sine-example:

===============
A sine, plotted
===============

Shows :func:`matplotlib.pyplot.plot`.

.. seealso:: another <b>page</b>
"""

import math

import matplotlib.pyplot as plt

###############################################################################
# Plot it
# -------
#
# The period is :math:`2\\pi`.
#
# .. raw:: html
#
#    <script>alert(1)</script>

xs = [x / 10 for x in range(63)]
plt.plot(xs, [math.sin(x) for x in xs])
plt.show()

####################
# Plot it
# -------
# ####################
# Again, in the other direction.

plt.plot(xs, [-math.sin(x) for x in xs])
plt.show()
'''

# The newer syntax: a heading in the text, a rule inside it, and code after it without an empty line.
SQUARES = '''\
"""
Squares
=======

Adds up squares, see `the formula <https://example.org>`_.
"""
# %%
# Count
# ~~~~~
# First ten.
######################
# Then add.
total = sum(x * x for x in range(10))
total

# %%
# No heading here, only a role: :class:`int`.
print(type(total).__name__)


######################################################################
# Text without code ends it.
'''

# The text is not reST but Markdown, although it was not written for this tool.
PLAIN = '"""Plain\n\nNothing *special*.\n"""\n# %%\n# Some `code`.\n\nprint(1)\n'

SCRIPTS = {"plot_sine": SINE, "squares": SQUARES, "plain": PLAIN}


def read(name: str) -> Example:
    example, problems = read_example(f"examples/{name}.py", SCRIPTS[name])
    assert problems == ()
    assert example is not None
    return example


def test_a_line_of_number_signs_starts_a_cell() -> None:
    example = read("plot_sine")
    assert (example.title, example.markup) == ("A sine, plotted", "reST")
    assert example.introduction.startswith("Shows :func:")
    assert [(cell.name, cell.title) for cell in example.cells] == [
        ("start", ""),
        ("plot-it", "Plot it"),
        ("plot-it-2", "Plot it"),
    ]
    assert ".. raw:: html\n\n   <script>" in example.cells[1].text
    assert example.cells[1].code.startswith("xs = ")
    assert example.cells[2].text.endswith("Again, in the other direction.")


def test_a_line_of_number_signs_inside_a_text_is_an_ornament() -> None:
    cells = read("squares").cells
    assert [(cell.name, cell.title) for cell in cells] == [
        ("count", "Count"),
        ("cell-2", ""),
        ("cell-3", ""),
    ]
    assert cells[0].text == "First ten.\nThen add."
    assert (cells[2].text, cells[2].code) == ("Text without code ends it.", "")


def test_a_line_of_number_signs_underlines_the_first_line_of_a_cell() -> None:
    code = f"{'#' * 79}\n# Kinds of bread\n{'#' * 79}\n# Rye and\n{'#' * 79}\n# spelt.\n\nx = 1\n"
    example, problems = read_example("examples/x.py", f'"""T\n=\n"""\nx = 0\n{code}')
    assert problems == ()
    assert example is not None
    cell = example.cells[1]
    assert (cell.name, cell.title, cell.text) == ("kinds-of-bread", "Kinds of bread", "Rye and\nspelt.")
    assert cell.heading == f"Kinds of bread\n{'#' * 78}"


def test_a_heading_in_markdown_at_the_beginning_of_a_text_is_the_title() -> None:
    source = '"""T"""\n# %% [markdown]\n# # Kinds of bread\n#\n# Rye.\n\n# %%\nx = 1\n'
    example, problems = read_example("examples/x.py", source)
    assert problems == ()
    assert example is not None
    cell = example.cells[0]
    assert (cell.name, cell.title, cell.text) == ("kinds-of-bread", "Kinds of bread", "Rye.")
    assert cell.title.place.line == 3


def test_code_keeps_its_line() -> None:
    for name, source in SCRIPTS.items():
        lines = source.splitlines()
        for cell in read(name).code_cells:
            assert lines[cell.line - 1] == cell.code.splitlines()[0]


def test_text_without_rest_syntax_is_markdown() -> None:
    assert read("plain").markup == "Markdown"


@pytest.mark.parametrize(
    ("settings", "docstring", "markup"),
    [
        ("seeds = [0]", "T\n=\n\n.. note:: x", "reST"),
        ("seeds = [0]", "Title\n=====\n\nWords.", "reST"),
        ("seeds = [0]", "Title\n=====\n\nA [link](https://example.org).", "Markdown"),
        ("seeds = [0]", "T\n\nWords.", "Markdown"),
        ('format = "markdown"', "T\n\nThe role :ref:`x` is reST.", "Markdown"),
        ('format = "rest"', "T\n\nWords.", "reST"),
    ],
)
def test_the_text_decides_even_if_there_are_settings(settings: str, docstring: str, markup: str) -> None:
    head = f"# /// script\n# [tool.glossary]\n# {settings}\n# ///\n"
    example, problems = read_example("examples/x.py", f'{head}"""{docstring}\n"""\nx = 1\n')
    assert problems == ()
    assert example is not None
    assert example.markup == markup


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title\n=====\n\nText", ("Title\n=====", "Title", "Text")),
        ("=====\nTitle\n=====\nText", ("=====\nTitle\n=====", "Title", "Text")),
        ("\n.. _label:\n\nTitle\n-----", ("\n.. _label:\n\nTitle\n-----", "Title", "")),
        ("Only text\nin lines", ("", "", "Only text\nin lines")),
        ("---\n---\nx", ("", "", "---\n---\nx")),
        ("", ("", "", "")),
    ],
)
def test_a_heading_is_separated_from_its_text(text: str, expected: tuple[str, str, str]) -> None:
    assert split_heading(text) == expected


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (".. note:: x", True),
        (".. code-block:: python", True),
        ("see :ref:`that`", True),
        ("`words <https://example.org>`__", True),
        ("- a list\n- of *words* and `code`", False),
        ("at 10:30: `code`", False),
        ("a table\n| a | b |\n|---|---|", False),
        ("Words.\n\nParameters\n----------\nn : int", True),
        ("Words.\n\nParameters\n---\nn", False),
        ("name  value\n===========\n\n```\na\n```", False),
        ("Words.\n\n    Indented\n    --------", False),
    ],
)
def test_rest_syntax_is_detected(text: str, rest: bool) -> None:
    assert is_rest("", [text]) is rest


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The site of a glossary that contains the three scripts unchanged, run in real processes."""
    pytest.importorskip("matplotlib")
    folder = tmp_path_factory.mktemp("gallery")
    scripts: dict[str, bytes | None] = {
        f"examples/{name}.py": text.encode() for name, text in SCRIPTS.items()
    }
    root = lay_out(folder, scripts)
    # A run trusts a file only if the file is older than the run.
    for path in Path(root, "examples").glob("*.py"):
        os.utime(path, (1, 1))
    return built_in(root, SubprocessRunner(), runs="auto")


def test_scripts_of_another_gallery_run_unchanged(built: Build) -> None:
    assert not built.failed, built.problems
    assert [figure.name for figure in built.evidence["plot_sine"].runs[0].figures] == ["figure-1", "figure-2"]
    (first, second, *_) = built.evidence["squares"].runs[0].outputs
    assert (first.value, second.text) == ("285", "int\n")


def test_rest_is_converted(built: Build) -> None:
    page = text_of(built, "examples/plot_sine/index.md")
    assert "Shows <code>matplotlib.pyplot.plot</code>." in page
    assert 'The period is <span class="math">' in page
    assert "another &lt;b&gt;page&lt;/b&gt;" in page
    assert '## <span id="text-plot-it"></span>Plot it { #plot-it }' in page
    assert "{ #plot-it-2 }" in page


def test_html_in_rest_is_left_out_and_reported(built: Build) -> None:
    page = text_of(built, "examples/plot_sine/index.md")
    assert "alert(1)" not in page
    (problem,) = (problem for problem in built.problems if problem.code == "rest-left-out")
    line = SINE.splitlines().index("# .. raw:: html") + 1
    assert (problem.place.line, problem.place.column) == (line, 6)


def test_without_docutils_rest_is_shown_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_text_check, "find_spec", lambda name: None)
    monkeypatch.setattr(rest_text, "rest_converter", lambda: None)
    scripts: dict[str, bytes | None] = {f"examples/{name}.py": SCRIPTS[name].encode() for name in SCRIPTS}
    built = built_in(lay_out(tmp_path, scripts), SubprocessRunner(), runs="frozen")
    (problem,) = (problem for problem in built.problems if problem.code == "rest-not-converted")
    assert "the text of 2 examples is reST" in problem.message
    assert "executable-glossary[gallery]" in problem.help
    page = text_of(built, "examples/plot_sine/index.md")
    assert "reStructuredText" in page
    assert "```text\nShows :func:`matplotlib.pyplot.plot`." in page


def test_markdown_in_a_foreign_script_stays_markdown(built: Build) -> None:
    page = text_of(built, "examples/plain/index.md")
    assert "reStructuredText" not in page
    assert "\nNothing *special*.\n" in page


def text_of(built: Build, path: str) -> str:
    return next(str(document.content) for document in built.documents if document.path == path)


@pytest.mark.parametrize(
    "before",
    [
        ".. meta::\n   :description: Other words\n\n   :keywords: a",
        ".. Copyright: the authors\n   of it",
        ".. |np| replace:: NumPy\n\n.. _label:\n",
        ":orphan:",
        ":orphan:\n\n.. moved-from:: /old\n",
        ".. _label: https://example.org",
        "..\n   A comment",
    ],
)
def test_the_title_comes_after_directives_comments_and_fields(before: str) -> None:
    docstring = f"{before}\n\n=====\nTitle\n=====\n\nWords here."
    example, _ = read_example("examples/x.py", f'"""\n{docstring}\n"""\nx = 1\n')
    assert example is not None
    assert (example.title, example.introduction, example.markup) == ("Title", "Words here.", "reST")
    assert example.title.place.line == docstring[: docstring.index("Title")].count("\n") + 2
    assert example.heading.startswith(before.rstrip())


def test_without_a_heading_the_title_is_the_first_line_of_the_text() -> None:
    script = '"""\n.. |np| replace:: NumPy\n\nWords about it\n\nMore on |np|.\n"""\nx = 1\n'
    example, _ = read_example("examples/x.py", script)
    assert example is not None
    assert example.title == "Words about it"
    assert example.introduction == ".. |np| replace:: NumPy\n\nMore on |np|."
    assert [place.line for place in example.introduction.lines] == [2, 2, 6]


def test_text_without_any_words_gets_the_name_as_its_title() -> None:
    example, _ = read_example("examples/plot_x.py", '".. meta::\\n   :keywords: a"\nx = 1\n')
    assert example is not None
    assert example.title == "plot_x"


def test_what_comes_before_the_title_counts(tmp_path: Path) -> None:
    script = (
        '"""\n:orphan:\n\n.. raw:: html\n\n   <b>x</b>\n\n.. |np| replace:: NumPy\n\n.. |no| replace:: a\n   :ref:`lost`\n\n'
        'Using |np|\n==========\n\nWhat is lost, with |np|.\n"""\n# %%\n# About |np|\n# ----------\n# Again |np|.\nx = 1\n'
    )
    root = lay_out(tmp_path, {"examples/plot_x.py": script.encode()})
    built = built_in(root, SubprocessRunner(), runs="auto")
    page = text_of(built, "examples/plot_x/index.md")
    assert "# Using NumPy\n" in page
    assert "What is lost, with NumPy." in page
    assert "About NumPy { #about-np }" in page
    assert "Again NumPy." in page
    assert "orphan" not in page
    places = {problem.code: problem.place.line for problem in built.problems}
    assert places["rest-left-out"] == 4
    assert places["rest-problem"] == 11


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("\nTitle\n=====\n\nWords. \n\n", ""),
        ("\nTitle\n=====\n\nWords. \n\n4\n", "4"),
        ("Title\n", "Title\n"),
    ],
)
def test_the_docstring_is_not_shown_again_as_an_output(printed: str, shown: str) -> None:
    script = '"""\nTitle\n=====\n\nWords. \n"""\nprint(__doc__)\n'
    example, _ = read_example("examples/x.py", script)
    assert example is not None
    evidence = Evidence(example, (Run("x", 0, "passed", outputs=(Output("start", printed),)),), "executed")
    assert outputs_of(evidence)[0].text == shown


BETA = '"""\nTitle\n=====\n\n\\beta is a letter.\n\nWords on \\alpha.\n"""\nx = 1\n'


def test_an_escape_in_a_docstring_is_explained_at_its_line(tmp_path: Path) -> None:
    built = built_in(lay_out(tmp_path, {"examples/plot_x.py": BETA.encode()}), SubprocessRunner())
    found = [problem for problem in built.problems if problem.code == "not-plain"]
    assert [problem.place.line for problem in found] == [5, 7]
    assert 'r"""' in found[0].help
    assert built.failed


def test_a_script_that_may_fail_can_have_an_escape_and_any_encoding(tmp_path: Path) -> None:
    latin = '"""Title\n=====\n\n.. note:: \xe9"""\n'.encode("latin-1")
    files = {
        "examples/a/plot_x.py": BETA.replace("beta", "begin :ref:`x`").encode(),
        "examples/a/plot_y.py": latin,
    }
    built = built_in(lay_out(tmp_path, files), SubprocessRunner(), may_fail=("a/*",))
    severities = {
        problem.code: problem.severity
        for problem in built.problems
        if problem.place.path.startswith("examples/a/")
    }
    assert severities["not-plain"] == severities["not-utf-8"] == "warning"
    assert not built.failed, built.problems
    assert "\b" not in text_of(built, "examples/a/plot-x/index.md")


def test_a_table_from_a_file_is_explained(tmp_path: Path) -> None:
    script = '"""\nT\n=\n\n.. csv-table::\n   :file: a.csv\n"""\nx = 1\n'
    built = built_in(lay_out(tmp_path, {"examples/plot_x.py": script.encode()}), SubprocessRunner())
    (problem,) = (problem for problem in built.problems if problem.code == "rest-problem")
    assert "no other files are read" in problem.help


def test_the_place_of_a_reference_is_not_that_of_its_words(tmp_path: Path) -> None:
    script = '"""\nT\n=\n\nWhat is lost\nis :ref:`lost`.\n"""\nx = 1\n'
    built = built_in(lay_out(tmp_path, {"examples/plot_x.py": script.encode()}), SubprocessRunner())
    (problem,) = (problem for problem in built.problems if problem.code == "rest-problem")
    assert (problem.place.line, problem.place.column) == (6, 4)


METRICS = '"""\nModels\n======\n\nScores of :class:`dict`.\n"""\nmetrics = {"Mean error": [0.5], 3: "x", "n": 1}\nprint(len(metrics))\n'
SETTINGS = "# /// script\n# [tool.glossary]\n# # none\n# ///\n"


def test_a_variable_called_metrics_is_an_ordinary_one(tmp_path: Path) -> None:
    good = METRICS.replace('{"Mean error": [0.5], 3: "x", "n": 1}', '{"error": 0.5}')
    changes = {
        "examples/plot_m.py": METRICS,
        "examples/plot_g.py": good,
        "examples/plot_own.py": SETTINGS + good,
    }
    root = lay_out(tmp_path, {path: text.encode() for path, text in changes.items()})
    built = built_in(root, SubprocessRunner(), runs="auto")
    assert [problem for problem in built.problems if "plot" in problem.place.path] == []
    metrics = {name: built.evidence[name].runs[0].metrics for name in ("plot_m", "plot_g", "plot_own")}
    assert metrics == {"plot_m": {}, "plot_g": {}, "plot_own": {"error": 0.5}}
    pages = {d.path: str(d.content) for d in built.documents}
    assert "recorded results" not in pages["examples/plot_g/index.md"].lower()
    assert "recorded results" in pages["examples/plot_own/index.md"].lower()


def test_the_key_tells_whether_metrics_count() -> None:
    plain, own = (read_example("examples/plot_m.py", text)[0] for text in (METRICS, SETTINGS + METRICS))
    assert plain
    assert own
    assert (plain.measures, own.measures) == (False, True)
    assert _example_parts(plain) != _example_parts(own)


def test_a_temporary_file_that_a_script_opens_has_no_name(tmp_path: Path) -> None:
    code = '"""\nOpens\n=====\n\nSee :func:`open`.\n"""\nimport webbrowser\nwebbrowser.open("file:///tmp/tmpx1y2.html")\n'
    root = lay_out(tmp_path, {"examples/plot_open.py": code.encode()})
    built = built_in(root, SubprocessRunner(), runs="auto")
    messages = [problem.message for problem in built.problems if "plot_open" in problem.place.path]
    assert messages == [
        'cell "start": the script opens a view in a browser, which is not shown (a file that it wrote)'
    ]
