"""A failing example need not stop the site: one that may fail, and a foreign script whose packages are missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from case_outcome import built_in
from executable_glossary.app.tables.problem_list import lines_without_results
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from glossaries import lay_out

FAILS = '"""Fails"""\n# %% Say\nprint("before")\n# %% Break\n{}["key"]\n# %% After\nprint("after")\n'
HIDDEN = FAILS.replace(
    '"""Fails"""',
    '# /// script\n# [tool.glossary]\n# may_fail = true\n# stderr = "hidden"\n# ///\n"""Fails"""',
)
FOREIGN = '"""\nForeign\n=======\n\nSee :func:`print`.\n"""\nimport no_such_package.part\n'
DECLARED = '# /// script\n# dependencies = ["no-such-package"]\n# ///\n' + FOREIGN
LABELS = FOREIGN.replace(
    "import no_such_package.part",
    "import matplotlib.pyplot as plt\nfor _ in range(2):\n    plt.figure('a b', figsize=(1, 1)).text(0, _, 'x')\n    plt.show()",
)
LATER = FOREIGN.replace("import", "print('kneaded')\n# %%\nimport")
SCRIPTS = {
    "fails": FAILS,
    "hidden": HIDDEN,
    "foreign": FOREIGN,
    "failed_later": LATER,
    "declared": DECLARED,
    "labels": LABELS,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    pytest.importorskip("matplotlib")
    scripts: dict[str, bytes | None] = {
        f"examples/{name}.py": text.encode() for name, text in SCRIPTS.items()
    }
    root = lay_out(tmp_path_factory.mktemp("failing"), scripts)
    settings = "plugins:\n  - glossary: {runs: auto, may_fail: [fail*]}\n"
    Path(root, "mkdocs.yml").write_text(settings, encoding="utf-8")
    return built_in(root, SubprocessRunner())


def page(built: Build, path: str) -> str:
    return next(str(document.content) for document in built.documents if document.path == path)


def test_the_site_is_built_and_the_page_shows_the_error(built: Build) -> None:
    assert not built.failed, built.problems
    # Not even a warning, because it would stop a strict build.
    assert {problem.place.path for problem in built.problems} <= {"examples/labels.py"}
    text = page(built, "examples/fails/index.md")
    assert (
        "**Failed.** The example raised an exception; this page shows what it did until then. `KeyError: 'key'`"
        in text
    )
    assert "before\n" in text
    assert '<details class="output output--errors" open markdown>' in text
    assert "[Fails](fails/index.md) | 1 |" in page(built, "examples/index.md")
    assert built.evidence["fails"].reproduced is None


def test_the_error_is_shown_even_if_standard_error_is_hidden(built: Build) -> None:
    assert "KeyError: 'key'\n```" in page(built, "examples/hidden/index.md")
    notebook = next(d.content for d in built.documents if d.path == "examples/hidden/hidden.ipynb")
    outputs = [cell["outputs"] for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]
    assert [len(cell) for cell in outputs] == [1, 1, 0]
    assert outputs[1][0]["text"].endswith("KeyError: 'key'\n")


def test_a_foreign_script_whose_package_is_missing_is_skipped(built: Build) -> None:
    evidence = built.evidence["foreign"]
    assert (evidence.skipped, evidence.reason) == (True, "no_such_package is not installed")
    assert "**Skipped.** This build did not run the example" in page(built, "examples/foreign/index.md")
    assert built.evidence["declared"].skipped


def test_the_build_names_each_example_without_results(built: Build) -> None:
    lines = [*lines_without_results(built.evidence.values())]
    assert len(lines) == sum(evidence.failed or evidence.skipped for evidence in built.evidence.values())
    assert any(re.fullmatch(r"fails: 1 run, .* failed, as it may \(KeyError.*\)", line) for line in lines)
    assert any(re.fullmatch(r"foreign: skipped \(.* is not installed\)", line) for line in lines)


def test_what_it_shows_before_the_package_is_needed_is_not_lost(built: Build) -> None:
    assert built.evidence["failed_later"].runs[0].outcome == "raised"
    text = page(built, "examples/failed_later/index.md")
    assert "kneaded\n" in text
    assert "**Failed.** The example raised an exception" in text


def test_figures_of_a_foreign_script_may_share_a_label(built: Build) -> None:
    names = [figure.name for figure in built.evidence["labels"].runs[0].figures]
    assert names == ["a-b", "a-b-2"]
