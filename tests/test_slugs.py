"""Ids derived from names, and comparison of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.model.slugs import alias_type, is_concept_id, slug


@pytest.mark.parametrize(
    ("term", "id"),
    [
        ("Knowledge distillation", "knowledge-distillation"),
        ("F1 score (macro)", "f1-score-macro"),
        ("Naïve Bayes", "naive-bayes"),
        ("Größe", "grosse"),
        ("Bellman's equation", "bellmans-equation"),
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        (".NET", "dot-net"),
        ("A*", "a-star"),
        ("*args", "args"),
        ("__init__", "init"),
        ("概念", "概念"),
        ("GPU 计算", "gpu-计算"),
        ("Пошук", "пошук"),
        ("Їжа", "їжа"),
        ("हिन्दी भाषा", "हिन्दी-भाषा"),
        ("تعلم الآلة", "تعلم-الآلة"),
        ("→", "rightwards-arrow"),
    ],
)
def test_a_term_becomes_an_id(term: str, id: str) -> None:
    assert slug(term) == id


def test_umlauts_are_written_out_in_german() -> None:
    assert (slug("Ökosystem für Größen", "de"), slug("Ökosystem")) == (
        "oekosystem-fuer-groessen",
        "okosystem",
    )


@given(st.text())
def test_a_slug_is_an_id_or_empty(term: str) -> None:
    assert not slug(term) or is_concept_id(slug(term))


@pytest.mark.parametrize("id", ["", "a--b", "-a", "A", "ﬁ", "e\u0301", "a b", "a.b", "a/b", "\u200d", "a²"])
def test_an_id_has_one_spelling(id: str) -> None:
    assert not is_concept_id(id)


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
