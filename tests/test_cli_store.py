"""`glossary store gc`: runs that are needed are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from glossaries import glossary, lay_out


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


def test_store_gc_keeps_needed_runs(good: Path) -> None:
    glossary(good, "run", "--runs", "auto")
    dry = glossary(good, "store", "gc", "--keep", "1kB", "--dry-run")
    assert (dry.returncode, dry.stderr) == (0, "")
    assert dry.stdout.startswith("nothing to remove; the store contains ")
    assert "needed by the current content" in dry.stdout
    script = good / "examples/by_heart.py"
    script.write_text(script.read_text().replace("1000, 2", "1000, 4"))
    (good / "examples/recorded/by_heart.json").unlink()
    glossary(good, "run", "--runs", "auto")
    assert glossary(good, "store", "gc", "--keep", "0").stdout.startswith("removed 2 runs and ")
    assert "stored" in glossary(good, "run", "--runs", "auto").stdout


def test_store_gc_removes_nothing_if_the_needed_runs_are_unknown(good: Path) -> None:
    glossary(good, "run", "--runs", "auto")
    (good / "examples/by_heart.py").write_text("no docstring = 1\n")
    result = glossary(good, "store", "gc", "--keep", "0")
    assert result.returncode == 1
    assert "nothing was removed" in result.stderr
    assert list((good / ".glossary/runs").glob("*/*.json"))
