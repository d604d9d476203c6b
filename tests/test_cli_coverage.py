"""`glossary coverage`: its formats, and problems in the content."""

from __future__ import annotations

from pathlib import Path

import pytest

from glossaries import glossary, lay_out


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "broken", {"concepts/dropout.yml": b"term: Dropout\ntermm: x\n"})


@pytest.mark.parametrize(("shape", "begins"), [("text", "Questions"), ("json", "{"), ("markdown", "## What")])
def test_every_format_includes_what_to_write_next(good: Path, shape: str, begins: str) -> None:
    run = glossary(good, "coverage", "--format", shape)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(begins)
    assert "overfitting" in run.stdout


def test_coverage_of_broken_content_reports_the_problems(broken: Path) -> None:
    run = glossary(broken, "coverage")
    assert (run.returncode, run.stdout) == (1, "")
    assert "concepts/dropout.yml" in run.stderr
