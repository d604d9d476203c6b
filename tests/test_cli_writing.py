"""The commands for whoever writes, as a newcomer meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from glossaries import glossary, lay_out, tree


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


# glossary new


def test_new_says_what_comes_next(good: Path) -> None:
    told = glossary(good, "new", "Early  stopping", "--alias", "ES")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("wrote concepts/early-stopping.yml")
    assert "glossary check" in told.stdout
    assert "/early-stopping/" in told.stdout
    text = (good / "concepts/early-stopping.yml").read_text("utf-8")
    assert "\nterm: Early stopping\n" in text
    assert "\n  - {text: ES, type: acronym}\n" in text


def test_check_after_new_names_what_is_missing(good: Path) -> None:
    glossary(good, "new", "Early stopping", "--see-also", "overfitting")
    told = glossary(good, "check")
    assert told.returncode == 1
    assert told.stdout.count("error[missing-text]") == 4
    assert told.stdout.count("error[") == 4


def test_new_twice_overwrites_nothing(good: Path) -> None:
    glossary(good, "new", "Early stopping")
    before = tree(good)
    told = glossary(good, "new", "Early stopping")
    assert told.returncode == 1
    assert "error[clashing-id]" in told.stderr
    assert tree(good) == before


def test_new_without_a_term_is_wrong_use(good: Path) -> None:
    before = tree(good)
    told = glossary(good, "new", " ", "--id", "early-stopping")
    assert (told.returncode, tree(good)) == (2, before)
    assert "the term is empty" in told.stderr


def test_new_with_an_unknown_neighbor_is_wrong_use(good: Path) -> None:
    before = tree(good)
    told = glossary(good, "new", "Early stopping", "--see-also", "overfiting")
    assert told.returncode == 2
    assert "did you mean overfitting?" in told.stderr
    assert tree(good) == before


def test_new_can_be_given_an_address(good: Path) -> None:
    assert glossary(good, "new", "概念", "--id", "concept").returncode == 0
    assert (good / "concepts/concept.yml").is_file()


# glossary schema


def test_schema_writes_what_is_out_of_date_once(good: Path) -> None:
    assert glossary(good, "schema").stdout.count("wrote concepts/") == 4
    before = tree(good)
    assert glossary(good, "schema").stdout == "the schemas are up to date\n"
    assert tree(good) == before


def test_schema_says_what_is_out_of_date_and_leaves_with_1(good: Path) -> None:
    before = tree(good)
    told = glossary(good, "schema", "--check")
    assert told.returncode == 1
    assert "concepts/_entry.schema.json is out of date" in told.stdout
    assert tree(good) == before
    glossary(good, "schema")
    assert glossary(good, "schema", "--check").returncode == 0


def test_schema_of_axes_that_cannot_be_read_tells_why(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "broken", {"concepts/_axes.yml": b"roles: 3\n"})
    told = glossary(folder, "schema")
    assert told.returncode == 1
    assert "concepts/_axes.yml:1:8: error[wrong-type]" in told.stderr
