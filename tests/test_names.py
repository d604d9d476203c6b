"""The names by which text mentions concepts: regular forms, acronyms, and phrases that mean something else."""

from __future__ import annotations

import re

import pytest

from executable_glossary.model.names import Names, forms_of, is_acronym, names_of, plural
from executable_glossary.text.term_matcher import mentions

WRITTEN = (
    ("Mean average precision", "map", False),
    ("MAP", "map", True),
    ("Information technology", "it", False),
    ("IT", "it", False),
    ("C", "c", False),
    ("C++", "cpp", False),
    ("Pre-trained model", "pre-trained-model", False),
    ("Loss", "loss", False),
    ("Library", "library", False),
    ("Batch", "batch", False),
    ("Batches of the day", "special", False),
    ("GPU", "gpu", False),
    ("Head", "head", False),
    ("Data", "data", False),
    ("LLMs", "llm", True),
)


def linked(text: str, *unlinked: str, names: Names | None = None) -> list[tuple[str, str]]:
    names = names or names_of(WRITTEN, unlinked, "en")
    found = ((match[0], names.concept(match[0])) for match in mentions(names.phrases).finditer(text))
    return [(mention, concept) for mention, concept in found if concept]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a map of the sea, and a MAP of 0.5", [("MAP", "map")]),
        ("It is so. IT is a field; is it?", [("IT", "it")]),
        ("C++17 and c, C and C++", [("C", "c"), ("C++", "cpp")]),
        ("Gpus, GPUs, and a gpu", [("GPUs", "gpu")]),
        ("LLMs and llms", [("LLMs", "llm")]),
        (
            "pre trained models, PRE-TRAINED MODELS",
            [("pre trained models", "pre-trained-model"), ("PRE-TRAINED MODELS", "pre-trained-model")],
        ),
        ("losses, libraries, batches", [("losses", "loss"), ("libraries", "library"), ("batches", "batch")]),
        ("a network's loss, the library's files", [("loss", "loss"), ("library", "library")]),
        ("lossy, batched, heady", []),
        ("batches of the day", [("batches of the day", "special")]),
    ],
)
def test_mentions_in_text(text: str, found: list[tuple[str, str]]) -> None:
    assert linked(text) == found


def test_a_phrase_in_another_case_is_left_alone_only_in_that_case() -> None:
    assert linked("git HEAD, a head, and a Head", "HEAD") == [("head", "head"), ("Head", "head")]


def test_a_longer_phrase_is_left_alone_in_any_case() -> None:
    assert linked("a Head start, a head", "head start") == [("head", "head")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("network", "networks"),
        ("loss", "losses"),
        ("box", "boxes"),
        ("batch", "batches"),
        ("library", "libraries"),
        ("array", "arrays"),
        ("analysis", "analyses"),
        ("GPU", "GPUs"),
        ("C++", ""),
        ("Q&A page", "Q&A pages"),
    ],
)
def test_plurals(name: str, expected: str) -> None:
    assert plural(name) == expected


def test_other_languages_have_no_english_plural() -> None:
    assert forms_of("Netz", "de") == ()
    assert "Netzs" not in names_of((("Netz", "netz", False),), (), "de").concepts


def test_a_form_never_replaces_another_name() -> None:
    names = names_of((("Weight", "weight", False), ("Weights", "scales", False)), (), "en")
    assert names.concept("weights") == "scales"


def test_every_phrase_belongs_to_a_name_or_is_unlinked() -> None:
    names = names_of(WRITTEN, ("head start",), "en")
    assert all(phrase in names.concepts or phrase == "head start" for phrase in names.phrases)
    assert all(re.fullmatch(mentions(names.phrases), phrase) for phrase in names.phrases)


@pytest.mark.parametrize(
    ("name", "acronym"),
    [("GPU", True), ("R", True), ("C#", True), ("LoRA", False), ("A B", False), ("1", False)],
)
def test_acronyms(name: str, acronym: bool) -> None:
    assert is_acronym(name) is acronym
