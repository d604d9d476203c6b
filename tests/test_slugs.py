"""Ids derived from names, and comparison of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.model.slugs import ID, alias_type, slug


@pytest.mark.parametrize(
    ("term", "id"),
    [
        ("Knowledge distillation", "knowledge-distillation"),
        ("F1 score (macro)", "f1-score-macro"),
        ("Naïve Bayes", "naive-bayes"),
        ("Größe", "grosse"),
        ("Bellman's equation", "bellmans-equation"),
        ("C++", "c"),
        ("__init__", "init"),
        ("概念", ""),
    ],
)
def test_a_term_becomes_an_id(term: str, id: str) -> None:
    assert slug(term) == id


@given(st.text())
def test_a_slug_is_an_id_or_empty(term: str) -> None:
    assert not slug(term) or ID.fullmatch(slug(term))


@pytest.mark.parametrize(
    ("term", "alias", "type"),
    [
        ("Label", "labels", "form"),
        ("Label", "labelled", "form"),
        ("LoRA", "LoRAs", "form"),
        ("Knowledge distillation", "KD", "acronym"),
        ("Receiver operating characteristic", "ROC", "acronym"),
        ("Drop out", "drop-out", "spelling"),
        ("Gray value", "grey value", "spelling"),
        ("master document", "root document", "synonym"),
        ("LoRA", "low-rank adaptation", "synonym"),
        ("Warp", "ends", "synonym"),
    ],
)
def test_an_alias_may_differ_in_one_of_four_ways(term: str, alias: str, type: str) -> None:
    assert alias_type(term, alias) == type
