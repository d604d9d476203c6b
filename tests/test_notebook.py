"""The downloadable notebook opens in Jupyter without warnings and contains the outputs of the run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from case_outcome import built_in
from executable_glossary.adapters.word_catalog import english
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Cell, Example, Settings
from executable_glossary.model.run import Figure, Output, Run
from executable_glossary.stages.render.filters import with_formulas
from executable_glossary.stages.render.notebook import notebook
from glossaries import lay_out

CELLS = (
    Cell("start", "", "", "import os", 3),
    Cell("look", "Look", "Some *words*.", "print('two')\n3", 5),
    Cell("n" * 80, "Only text", "No code.", "", 9),
)
EXAMPLE = Example("one", "examples/one.py", "One", "Introduction.", "", Settings(), (), CELLS)


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    (tmp_path / "grid.png").write_bytes(b"a picture")
    figure = Figure("grid", tmp_path / "grid.png", "A grid.", "Nine flowers.", 20, 10)
    outputs = (Output("start"), Output("look", "two\n", "careful\n", "3", figures=(figure,)))
    run = Run("one", 4, "passed", outputs=outputs, seconds=1.25, key="c" * 64, date="2026-01-02T03:04:05")
    return Evidence(EXAMPLE, (run,), "executed")


def made(example: Example, results: Evidence | None) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(notebook(example, results, english()))
    return content


def validate(content: dict[str, Any]) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(content)


def test_it_is_a_valid_notebook(evidence: Evidence) -> None:
    validate(made(EXAMPLE, evidence))
    validate(made(EXAMPLE, None))
    validate(made(replace(EXAMPLE, markup="reST"), evidence))


def test_it_contains_the_narrative_the_code_and_the_outputs(evidence: Evidence) -> None:
    cells = made(EXAMPLE, evidence)["cells"]
    assert [(cell["cell_type"], cell["id"]) for cell in cells] == [
        ("markdown", "title"),
        ("markdown", "introduction"),
        ("code", "start"),
        ("markdown", "look-title"),
        ("markdown", "look-text"),
        ("code", "look"),
        ("markdown", ("n" * 80 + "-title")[-64:]),
        ("markdown", ("n" * 80 + "-text")[-64:]),
    ]
    assert cells[0]["source"] == "# One\n\n*Executed on 2 January 2026 with seed 4, in 1.2 s.*"
    assert [output["output_type"] for output in cells[5]["outputs"]] == [
        *("stream", "stream", "execute_result", "display_data")
    ]
    assert cells[5]["execution_count"] == 2
    picture = cells[5]["outputs"][3]["data"]
    assert b64decode(picture["image/png"]) == b"a picture"
    assert picture["text/plain"] == "Nine flowers."


def test_ids_of_cells_are_unique(evidence: Evidence) -> None:
    names = ("title", "introduction", "a" * 70, "b" + "a" * 70)
    cells = tuple(replace(EXAMPLE.cells[0], name=name) for name in names)
    content = made(replace(EXAMPLE, cells=cells), evidence)
    validate(content)
    ids = [cell["id"] for cell in content["cells"]]
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= 64


def test_html_stays_html(evidence: Evidence) -> None:
    run = evidence.runs[0]
    table = replace(run.outputs[1], value="<table></table>", value_is_html=True)
    results = replace(evidence, runs=(replace(run, outputs=(run.outputs[0], table)),))
    assert made(EXAMPLE, results)["cells"][5]["outputs"][2]["data"] == {"text/html": "<table></table>"}


def test_hand_written_html_in_a_record_is_sanitized(evidence: Evidence) -> None:
    run = evidence.runs[0]
    value = '<b onclick="x()">1</b><script>alert(1)</script><img src="https://example.org/spy.png">'
    hostile = replace(run.outputs[1], value=value, value_is_html=True)
    results = replace(evidence, runs=(replace(run, outputs=(run.outputs[0], hostile)),))
    assert made(EXAMPLE, results)["cells"][5]["outputs"][2]["data"] == {"text/html": "<b>1</b>"}


def test_an_example_without_runs_has_no_outputs() -> None:
    content = made(EXAMPLE, None)
    assert content["cells"][0]["source"].endswith("not executed.*")
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert {(cell["execution_count"], len(cell["outputs"])) for cell in code} == {(None, 0)}
    assert "glossary" not in content["metadata"]


def test_rest_is_shown_as_typed(evidence: Evidence) -> None:
    cells = made(replace(EXAMPLE, markup="reST"), evidence)["cells"]
    assert [cell["source"] for cell in cells if cell["cell_type"] == "raw"] == [
        *("Introduction.", "Some *words*.", "No code.")
    ]


# On a site

CONCEPT = """term: {term}
meaning: What remains.
see_also:
  - {{concept: dropout, relation: used-with, why: It adds noise on purpose.}}
"""
SAYS = "blocks:\n  definition: It is right {{ by_heart.rule.unseen | percent }} of the time.\n"
SHOWS = "blocks:\n  definition:\n    - show: [{output: by_heart.compare-the-learners}]\n"
CLAIMS = """claims:
  - {id: beats, text: The rule wins., example: by_heart, check: rule.unseen >= table.unseen + 0.1}
blocks:
  definition: It is claimed.
"""
# Each uses the example in its own way; "silent" does not use it.
USERS: dict[str, bytes | None] = {
    f"concepts/{name}.yml": (CONCEPT.format(term=name.title()) + rest).encode()
    for name, rest in {
        "says": SAYS,
        "shows": SHOWS,
        "claims": CLAIMS,
        "silent": "blocks: {definition: by_heart is said here.}\n",
    }.items()
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    root = lay_out(tmp_path_factory.mktemp("runs"), USERS)
    return built_in(root, SubprocessRunner(), runs="frozen")


def content(built: Build, path: str) -> str:
    text = next(document.content for document in built.documents if document.path == path)
    return text if isinstance(text, str) else text.decode()


def test_each_example_offers_its_notebook(built: Build) -> None:
    assert "(by_heart.ipynb){ download='' }" in content(built, "examples/by_heart/index.md")
    downloaded = json.loads(content(built, "examples/by_heart/by_heart.ipynb"))
    validate(downloaded)
    assert downloaded["cells"][0]["source"].startswith("# By heart, or by rule\n\n*Recorded on ")


def test_an_example_lists_the_concepts_that_use_it(built: Build) -> None:
    page = content(built, "examples/by_heart/index.md")
    used = page.partition("## Concepts that use this")[2].partition("\n## ")[0]
    assert re.findall(r"^- \[(\w+)\]", used, re.MULTILINE) == ["Claims", "Says", "Shows"]
    assert "](../../says/index.md): What remains." in used


def test_an_example_shows_how_it_ran(built: Build) -> None:
    page = content(built, "examples/by_heart/index.md").partition("## How it ran")[2]
    run = built.evidence["by_heart"].runs[0]
    assert f"| {run.date[:10]} |" in page
    assert f"`{run.key[:12]}`" in page
    assert "this is the record." in page
    assert "**Isolation:**" not in page


def test_all_runs_are_on_a_page(built: Build) -> None:
    page = content(built, "runs/index.md")
    rows = [line for line in page.splitlines() if line.startswith("| [")]
    assert len(rows) == 2
    assert all("| passed | not re-run | " in row for row in rows)
    assert "(../runs/index.md)" in content(built, "examples/index.md")


def test_a_downloaded_example_runs_in_its_folder(tmp_path: Path) -> None:
    changes = {
        "examples/lib/steps.py": b"from _rates import RATE\nSTEPS = RATE * 2\n",
        "examples/_rates.py": b"RATE = 3\n",
        "examples/counts.py": b'"""Counts"""\n\n# %% Show\nfrom lib.steps import STEPS\nprint(STEPS)\n',
    }
    made = built_in(lay_out(tmp_path / "glossary", changes), SubprocessRunner(), runs="auto")
    for document in made.documents:
        if document.path.startswith("examples/counts/") and isinstance(document.content, bytes):
            file = tmp_path / "downloads" / document.path.removeprefix("examples/counts/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(document.content)
    command = [
        sys.executable,
        "-I",
        "-c",
        "import runpy, sys; sys.path.insert(0, '.'); runpy.run_path('counts.py')",
    ]
    ran = subprocess.run(command, cwd=tmp_path / "downloads", capture_output=True, text=True, check=True)
    assert ran.stdout == "6\n"


def test_formulas_in_markdown_are_written_for_viewers() -> None:
    example = replace(EXAMPLE, introduction="Take $\\argmin_x x < 1$; `$\\argmin$` stays, and so does 1 < 2.")
    _, introduction, *_ = made(example, None)["cells"]
    expected = "Take $\\operatorname*{argmin}_x x \\lt  1$; `$\\argmin$` stays, and so does 1 < 2."
    assert introduction["source"] == expected


def test_the_page_shows_formulas_in_markdown() -> None:
    shown = with_formulas("Costs $5 and $6, rises as $x^2$ and `$y$`, and ends with $\\nothing{$.")
    assert shown.startswith('Costs $5 and $6, rises as <span class="math"><math ')
    assert shown.endswith("</math></span> and `$y$`, and ends with $\\nothing{$.")
