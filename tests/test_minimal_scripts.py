"""Each concept with pages for developers has a script to start from, and the script runs in an empty folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from executable_glossary.model.example import Cell, Example
from glossaries import REPOSITORY
from repository_glossary import repository_build

FULL = ("catastrophic-forgetting", "domain-shift", "feature-extraction", "few-shot-learning", "fine-tuning",
        "gradual-unfreezing", "layer-freezing", "learning-rate", "linear-probe", "lora", "negative-transfer",
        "pre-trained-model", "transfer-learning")  # fmt: skip
# An address that refuses connections immediately, so that no test downloads weights.
NOWHERE = "http://127.0.0.1:9"
LONGEST = 70  # lines


def script_of(concept: str) -> tuple[Example, Cell]:
    """The script that the concept shows to developers."""
    plan = repository_build().plan
    assert plan is not None
    pages = (page for page in plan.of_concept(concept) if page.key.audience == "developer")
    shown = next(shown for page in pages for shown in page.shown if shown.kind == "script")
    return shown.example, next(cell for cell in shown.example.cells if cell.name == shown.name)


def test_the_full_concepts_are_those_with_pages_for_developers() -> None:
    plan = repository_build().plan
    assert plan is not None
    assert {page.key.concept for page in plan.published if page.key.audience == "developer"} == set(FULL)


@pytest.mark.parametrize("concept", FULL)
def test_every_page_for_developers_shows_it_before_other_code(concept: str) -> None:
    plan = repository_build().plan
    assert plan is not None
    pages = [page for page in plan.of_concept(concept) if page.key.audience == "developer"]
    for page in pages:
        code = [shown for shown in page.shown if shown.kind in ("script", "cell")]
        assert code, page.url
        assert code[0].kind == "script", page.url
        assert sum(shown.kind == "script" for shown in code) == 1, page.url


@pytest.mark.parametrize("concept", FULL)
def test_it_is_short_saves_and_loads(concept: str) -> None:
    _, cell = script_of(concept)
    assert cell.code.count("\n") < LONGEST
    assert "torch.save(" in cell.code
    assert "torch.load(" in cell.code


@pytest.mark.parametrize("concept", FULL)
def test_its_recorded_output_is_committed_and_says_if_weights_are_random(concept: str) -> None:
    example, cell = script_of(concept)
    (run,) = repository_build().evidence[example.name].runs
    (output,) = (output.text for output in run.outputs if output.cell == cell.name)
    assert output.strip()
    assert ("weights=" in cell.code) == ("random weights stand in" in output)


@pytest.mark.slow
@pytest.mark.parametrize("concept", FULL)
def test_it_runs_in_an_empty_folder(concept: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    example, cell = script_of(concept)
    pytest.importorskip("sklearn" if "sklearn" in cell.code else "PIL")
    if "torchvision" in cell.code and importlib.util.find_spec("torchvision") is None:
        pytest.skip("torchvision is needed")
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / f"{example.name}.py").write_text(cell.code, "utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "OMP_NUM_THREADS": "1",
        "https_proxy": NOWHERE,
    }
    ran = subprocess.run(
        [sys.executable, f"{example.name}.py"],
        cwd=folder,
        env=environment | _guard(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()
    assert ("random weights stand in" in ran.stdout) == ("weights=" in cell.code)


def _guard(folder: Path) -> dict[str, str]:
    """Settings with which Python loads torchvision even if it was built for a different version of torch, as it may be
    here."""
    startup = folder / "startup"
    startup.mkdir()
    shutil.copy(REPOSITORY / "examples/_torchvision_guard.py", startup)
    (startup / "sitecustomize.py").write_text("import _torchvision_guard\n")
    return {"PYTHONPATH": str(startup)}
