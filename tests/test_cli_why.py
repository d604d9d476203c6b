"""`glossary why`: the first change since the last run of an example."""

from __future__ import annotations

from pathlib import Path

import pytest

from glossaries import glossary, lay_out


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


def test_why_names_the_seed_once(good: Path) -> None:
    assert glossary(good, "why", "by_heart").stdout.splitlines() == [
        "by_heart, seed 0: there is no stored run",
        "by_heart, seed 1: there is no stored run",
    ]


def test_a_new_default_of_the_project_is_a_change_unless_the_header_sets_it(good: Path) -> None:
    settings = good / "mkdocs.yml"
    written = settings.read_text()

    def why(defaults: str) -> str:
        settings.write_text(f"{written.rstrip()}\n      example_defaults: {defaults}\n")
        return glossary(good, "why", "by_heart").stdout

    assert glossary(good, "run", "--runs", "auto").returncode == 0
    assert "nothing changed" in why("{timeout: 600, memory: 512, threads: 1}")
    assert "by_heart, seed 0: threads 1 → 2" in why("{threads: 2}")
    script = good / "examples/by_heart.py"
    script.write_text(script.read_text().replace("[tool.glossary]", "[tool.glossary]\n# threads = 1"))
    assert "nothing changed" in why("{threads: 2}")


def test_why_reports_the_first_change(good: Path) -> None:
    glossary(good, "run", "--runs", "auto")
    assert glossary(good, "why", "by_heart").stdout.splitlines() == [
        "by_heart, seed 0: nothing changed",
        "by_heart, seed 1: nothing changed",
    ]
    script = good / "examples/by_heart.py"
    script.write_text(script.read_text().replace("1000, 2", "1000, 4"))
    assert (
        "by_heart, seed 1: cell 1, “Make the examples”, changed" in glossary(good, "why", "by_heart").stdout
    )
