"""`glossary schema`: JSON Schemas for editors."""

from __future__ import annotations

from pathlib import Path

import pytest

from glossaries import glossary, lay_out, tree


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


def test_schema_writes_only_outdated_files(good: Path) -> None:
    assert glossary(good, "schema").stdout.count("wrote concepts/") == 4
    before = tree(good)
    assert glossary(good, "schema").stdout == "the schemas are up to date\n"
    assert tree(good) == before


def test_schema_check_lists_outdated_files_and_exits_with_1(good: Path) -> None:
    before = tree(good)
    result = glossary(good, "schema", "--check")
    assert result.returncode == 1
    assert "concepts/_entry.schema.json is out of date" in result.stdout
    assert tree(good) == before
    glossary(good, "schema")
    assert glossary(good, "schema", "--check").returncode == 0


def test_schema_reports_unreadable_axes(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "broken", {"concepts/_axes.yml": b"roles: 3\n"})
    result = glossary(folder, "schema")
    assert result.returncode == 1
    assert "concepts/_axes.yml:1:8: error[wrong-type]" in result.stderr
