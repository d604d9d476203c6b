"""Pages and notebooks show the outputs of cells alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from case_outcome import built_in
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.example import Example, Settings
from executable_glossary.model.run import Missing, Output, Run
from executable_glossary.stages.execute.output_problems import incomplete_outputs
from executable_glossary.stages.render.value_views import value_view
from glossaries import lay_out

EXAMPLE = Example("one", "examples/one.py", "One", "", "", Settings(), (), ())
SCRIPT = '''\
# /// script
# [tool.glossary]
# stderr = {hide = "hidden", default = "open"}
# ///
"""Shows everything"""

# %% Log
import sys
print("a line", file=sys.stderr)
# %% Hide
print("nobody", file=sys.stderr)
# %% Long
print("\\n".join(map(str, range(100))))
# %% Table
class Table:
    def _repr_html_(self):
        return '<style>#T_1 td {color: red}</style><table id="T_1"><tr><td style="color: blue">7</td></tr></table>'
    def __repr__(self):
        return "Table(7)"
Table()
# %% Plot
class Plot:
    def _repr_html_(self): return "<div></div><script>draw()</script>"
    def __repr__(self): return "Plot(7)"
Plot()
# %% Raw
print(repr("ESC"), "\\x1b[31m")
'''.replace("ESC", "\x1b")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    root = lay_out(tmp_path_factory.mktemp("outputs"), {"examples/all.py": SCRIPT.encode()})
    Path(root, "mkdocs.yml").write_text("plugins:\n  - glossary: {runs: auto}\n", encoding="utf-8")
    return built_in(root, SubprocessRunner())


@pytest.fixture
def page(built: Build) -> str:
    assert not built.failed, built.problems
    return next(str(file.content) for file in built.documents if file.path == "examples/all/index.md")


@pytest.fixture
def cells(built: Build) -> dict[str, list[dict[str, Any]]]:
    notebook = next(file.content for file in built.documents if file.path == "examples/all/all.ipynb")
    return {cell["id"]: cell["outputs"] for cell in json.loads(notebook)["cells"] if "outputs" in cell}


def test_standard_error_is_shown_as_the_header_says(
    page: str, cells: dict[str, list[dict[str, Any]]]
) -> None:
    assert page.count('<details class="output output--errors" open markdown>') == 1
    assert "```text\na line\n```" in page
    assert "```text\nnobody" not in page
    assert (cells["log"][0]["text"], cells["hide"]) == ("a line\n", [])


def test_a_long_output_is_a_box_that_a_keyboard_reaches(page: str) -> None:
    assert (
        '<div class="output output--long" data-label="Output" tabindex="0" role="group" aria-label="Output"'
        in page
    )
    assert page.count("tabindex") == 1


def test_styles_are_in_a_file_of_their_own(
    built: Build, page: str, cells: dict[str, list[dict[str, Any]]]
) -> None:
    sheet = next(file.content for file in built.documents if file.path == "examples/all/values.css")
    rules = (
        ".value-all-table:not(.a):not(.a) #value-all-table-1 td {color:red}\n"
        '.value-all-table [data-style="1"]:not(#a):not(#a):not(#a) {color:blue}'
    )
    assert sheet == rules.encode()
    assert '<link rel="stylesheet" href="values.css">' in page
    assert (
        '<div class="value-all-table" data-md-color-scheme="default">\n<table id="value-all-table-1">' in page
    )
    assert '<td data-style="1">7</td>' in page
    data = cells["table"][0]["data"]
    assert data["text/plain"] == "Table(7)"
    assert data["text/html"].startswith(
        f'<style>\n{rules}\n</style>\n<div class="value-all-table"><table id='
    )


def test_what_needs_scripts_is_shown_as_text(page: str, cells: dict[str, list[dict[str, Any]]]) -> None:
    assert "```text\nPlot(7)\n```" in page
    assert page.count('<p class="missing">') == 1
    assert cells["plot"][0]["data"] == {"text/plain": "Plot(7)"}


def test_no_control_character_is_in_a_page(built: Build, page: str) -> None:
    assert 'print(repr("␛"), "\\x1b[31m")' in page
    assert "```text\n'\\x1b'\n```" in page
    for file in built.documents:
        if isinstance(file.content, str) or file.path.endswith((".json", ".txt")):
            content = file.content if isinstance(file.content, str) else file.content.decode()
            assert not set(content) & {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}


@pytest.mark.parametrize(
    ("media", "value", "html", "text"),
    [
        ("text/markdown", "**b** <script>x</script>\n\n| a |\n|---|\n| 1 |", "<strong>b</strong>", ""),
        ("text/markdown", "_a_ is $x_1$ &#xe000;9&#xe001;", '<em>a</em> is <span class="math">', ""),
        ("text/markdown", "$$\\frac{1}{2}$$", "<mfrac>", ""),
        ("text/markdown", "`$x$` costs $5, not $6; $\\nonsense$", "$5, not $6; $&#92;nonsense$", ""),
        ("text/latex", r"$\displaystyle \frac{1}{2}$", "<mfrac>", ""),
        ("text/latex", r"\begin{equation}x\end{equation}", "<mi>x</mi>", ""),
        ("text/latex", r"$\nonsense$", "", "as text"),
        ("image/svg+xml", "<svg><rect onclick='x()'/></svg>", "<svg><rect></rect></svg>", ""),
    ],
)
def test_each_kind_of_value_becomes_harmless_html(media: Any, value: str, html: str, text: str) -> None:
    view = value_view(Output("cell", value=value, media=media, plain="as text"), EXAMPLE)
    assert html in view.html
    assert view.text == text
    assert "<script" not in view.html


@pytest.mark.parametrize(
    ("media", "value", "missing"),
    [
        ("text/latex", r"$\nonsense$", Missing("value", "text/latex")),
        ("text/latex", "a text with $x$ in it", Missing("value", "text/latex")),
        ("text/html", "<!-- a comment <p>1</p>", Missing("value", "text/html")),
        ("text/html", "<div><p> </p></div>", Missing("value", "text/html")),
        (
            "image/svg+xml",
            "<svg xmlns='http://www.w3.org/2000/svg'><unclosed",
            Missing("value", "image/svg+xml"),
        ),
        ("text/html", "<p>1</p><input type='text' value='2'>", Missing("parts", "input")),
        (
            "text/html",
            "<p>1</p><svg><foreignObject><p>2</p></foreignObject></svg>",
            Missing("parts", "foreignObject"),
        ),
        ("text/markdown", "![a](https://example.org/a.png)", Missing("pictures")),
        (
            "text/html",
            "<audio controls src='data:audio/wav;base64,UklG'></audio>",
            Missing("kind", "<audio>"),
        ),
        ("text/html", "<iframe srcdoc='&lt;script>1&lt;/script>'></iframe>", Missing("scripts")),
    ],
)
def test_what_a_value_loses_is_on_the_page_and_reported(media: Any, value: str, missing: Missing) -> None:
    html = media == "text/html"
    output = Output("cell", value=value, value_is_html=html, media="" if html else media, plain="as text")
    view = value_view(output, EXAMPLE)
    assert view.missing == (missing,)
    assert view.text == ("as text" if missing.what in ("value", "kind", "scripts") else "")
    reported = [
        problem.message for problem in incomplete_outputs(EXAMPLE, Run("one", 0, "passed", outputs=(output,)))
    ]
    assert len(reported) == 1


def test_pictures_of_other_sites_are_mentioned() -> None:
    output = Output("cell", value='<p>1</p><img src="https://example.org/a.png">', value_is_html=True)
    assert value_view(output, EXAMPLE).missing == (Missing("pictures"),)
