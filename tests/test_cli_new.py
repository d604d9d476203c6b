"""`glossary new`: a new entry and the next steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from glossaries import glossary, lay_out, tree


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


def test_new_shows_the_next_steps(good: Path) -> None:
    result = glossary(good, "new", "Early  stopping", "--alias", "ES")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("wrote concepts/early-stopping.yml")
    assert "glossary check" in result.stdout
    assert "/early-stopping/" in result.stdout
    text = (good / "concepts/early-stopping.yml").read_text("utf-8")
    assert "\nterm: Early stopping\n" in text
    assert "\n  - {text: ES, type: acronym}\n" in text


def test_check_after_new_reports_each_missing_text(good: Path) -> None:
    glossary(good, "new", "Early stopping", "--see-also", "overfitting")
    result = glossary(good, "check")
    assert result.returncode == 1
    assert result.stdout.count("error[missing-text]") == 4
    assert result.stdout.count("error[") == 4


def test_a_second_new_overwrites_nothing(good: Path) -> None:
    glossary(good, "new", "Early stopping")
    before = tree(good)
    result = glossary(good, "new", "Early stopping")
    assert result.returncode == 1
    assert "error[clashing-id]" in result.stderr
    assert tree(good) == before


def test_new_without_a_term_is_wrong_usage(good: Path) -> None:
    before = tree(good)
    result = glossary(good, "new", " ", "--id", "early-stopping")
    assert (result.returncode, tree(good)) == (2, before)
    assert "the term is empty" in result.stderr


def test_new_with_an_unknown_related_concept_is_wrong_usage(good: Path) -> None:
    before = tree(good)
    result = glossary(good, "new", "Early stopping", "--see-also", "overfiting")
    assert result.returncode == 2
    assert "did you mean overfitting?" in result.stderr
    assert tree(good) == before


def test_new_with_an_id(good: Path) -> None:
    assert glossary(good, "new", "概念", "--id", "concept").returncode == 0
    assert (good / "concepts/concept.yml").is_file()
