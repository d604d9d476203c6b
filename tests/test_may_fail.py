"""A failing example need not stop the site: one that may fail, and a foreign script whose packages are missing."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from case_outcome import built_in
from executable_glossary.app.tables.problem_list import lines_without_results
from executable_glossary.execution import SubprocessRunner
from executable_glossary.execution.example_parser import read_example
from executable_glossary.model.build import Build
from executable_glossary.model.run import Run
from executable_glossary.stages.execute.skip_reason import missing_module
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
OTHER_WORDS = FOREIGN.replace(
    "import no_such_package.part",
    "raise ModuleNotFoundError('it requires the installation of an optional dependency, no_such_yeast.')",
)
# By hand, Python 2 would be needed.
INVALID = '"""Old"""\nprint "hello"\n'
# What a run reads and what its text shows; the rest of the script is not reached.
FILES = FOREIGN.replace(
    "\nSee", "\n.. image:: made.png\n\n.. image:: made.svg\n\n.. image:: none.png\n\nSee"
).replace(
    "import no_such_package.part",
    "open('more/data.txt').read(), open(__file__.replace('examples/files.py', 'mkdocs.yml')).read()\n"
    "from pathlib import Path\n"
    "Path('made.png').write_bytes(b'\\x89PNG\\r\\n\\x1a\\n')\nPath('made.svg').write_text('<svg/>')\n"
    "Path('none.png').write_text('no picture')\nraise SystemExit\n# %%\nprint('later')",
)
SCRIPTS = {
    "files": FILES,
    "other_words": OTHER_WORDS,
    "fails_to_parse": INVALID,
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
    scripts["examples/more/data.txt"] = b"3"
    root = lay_out(tmp_path_factory.mktemp("failing"), scripts)
    settings = "plugins:\n  - glossary: {runs: auto, may_fail: [fail*]}\n"
    Path(root, "mkdocs.yml").write_text(settings, encoding="utf-8")
    return built_in(root, SubprocessRunner())


def page(built: Build, path: str) -> str:
    return next(str(document.content) for document in built.documents if document.path == path)


def test_the_site_is_built_and_the_page_shows_the_error(built: Build) -> None:
    assert not built.failed, built.problems
    # Not even a warning, because it would stop a strict build.
    parts = {"examples/labels.py", "examples/files.py", "examples/fails_to_parse.py"}
    assert {problem.place.path for problem in built.problems} <= parts
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
    assert built.evidence["other_words"].reason == "no_such_yeast is not installed"
    assert '<span class="gallery-state">did not run</span>' in page(built, "examples/index.md")


@pytest.mark.parametrize(
    ("message", "package"),
    [
        ("ModuleNotFoundError: No module named 'rye.part'", "rye"),
        ("ModuleNotFoundError: The `no_such_rye` package is required", "no_such_rye"),
        ("ImportError: Use pip or conda to install no-such-rye.", "no-such-rye"),
        ("ModuleNotFoundError: install pytest first", None),
        ("ImportError: cannot import name 'no_such_rye' from 'bread'", None),
        ("ValueError: install no-such-rye", None),
    ],
)
def test_a_missing_package_is_known_by_the_words_of_the_error(message: str, package: str | None) -> None:
    example, _ = read_example("examples/x.py", FOREIGN)
    assert example is not None
    skipped = missing_module(example, [Run("x", 0, "raised", message)])
    assert (skipped and skipped.reason) == (package and f"{package} is not installed")


def test_a_script_that_is_not_valid_python_may_fail_too(built: Build) -> None:
    (problem,) = (each for each in built.problems if each.place.path == "examples/fails_to_parse.py")
    assert (problem.severity, problem.place.line) == ("warning", 2)
    assert "the site is built without it" in problem.message


def test_files_that_a_script_reads_and_writes_are_not_lost(built: Build) -> None:
    text = page(built, "examples/files/index.md")
    assert '<img src="beside/made.png"' in text
    assert '<img src="data:image/svg+xml;base64,PHN2Zy8+"' in text
    (problem,) = (each for each in built.problems if each.code == "output-incomplete")
    assert (problem.place.line, '"none.png"' in problem.message) == (9, True)
    packed = next(d.content for d in built.documents if d.path == "examples/files/files.zip")
    with ZipFile(io.BytesIO(bytes(packed))) as archive:
        assert archive.read("files/more/data.txt") == b"3"
        assert "mkdocs.yml" in archive.read("files/README.txt").decode()
    assert '<p class="missing">The script ended before this cell.</p>' in text


def test_the_build_names_each_example_without_results(built: Build) -> None:
    lines = [*lines_without_results(built.evidence.values())]
    assert len(lines) == sum(evidence.failed or evidence.skipped for evidence in built.evidence.values())
    assert any(re.fullmatch(r"fails: 1 run, .* failed, as it may \(KeyError.*\)", line) for line in lines)
    assert any(re.fullmatch(r"foreign: skipped \(.* is not installed\)", line) for line in lines)


def test_what_it_shows_before_the_package_is_needed_is_not_lost(built: Build) -> None:
    assert built.evidence["failed_later"].stopped
    text = page(built, "examples/failed_later/index.md")
    assert "kneaded\n" in text
    assert "**Stopped.** no_such_package is not installed, so this build could not run the whole" in text


def test_figures_of_a_foreign_script_may_share_a_label(built: Build) -> None:
    names = [figure.name for figure in built.evidence["labels"].runs[0].figures]
    assert names == ["a-b", "a-b-2"]
