"""An entry as its author writes it: which content is valid, and which variant a reader gets."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from executable_glossary.model.block import For
from executable_glossary.model.entry import Entry
from executable_glossary.model.text import Text

LEAST: dict[str, Any] = {
    "id": "dropout",
    "term": "Dropout",
    "meaning": "Training with a part of the network switched off at random.",
    "see_also": [{"concept": "overfitting", "relation": "used-with", "why": "What it works against."}],
    "blocks": {"definition": "Dropout switches units off at random while training."},
}


def entry(**given: Any) -> Entry:
    return Entry.model_validate({**LEAST, **given})


# The minimal entry, and the required parts of every entry


def test_the_minimal_entry_is_a_meaning_one_block_and_one_see_also() -> None:
    assert entry().term == "Dropout"


@pytest.mark.parametrize("key", ["term", "blocks"])
def test_an_entry_needs_a_term_and_a_block(key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        Entry.model_validate({name: value for name, value in LEAST.items() if name != key})


@pytest.mark.parametrize("key", ["meaning", "see_also"])
def test_a_draft_has_neither_a_meaning_nor_relations(key: str) -> None:
    draft = Entry.model_validate({name: value for name, value in LEAST.items() if name != key})
    assert getattr(draft, key) == ()


@pytest.mark.parametrize("key", ["meaning", "blocks"])
def test_a_text_that_is_given_cannot_be_empty(key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        entry(**{key: {} if key == "blocks" else []})


def test_an_unknown_key_is_rejected() -> None:
    with pytest.raises(ValidationError, match="meening"):
        entry(meening="Training with a part switched off.")


def test_an_entry_is_immutable() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        entry().term = Text("Drop-out")  # type: ignore[misc]


def test_a_plain_text_is_the_variant_for_everyone() -> None:
    (only,) = entry().blocks[Text("definition")]
    assert only.reader == For()
    assert only.text == "Dropout switches units off at random while training."


def test_an_entry_s_names_are_its_term_and_its_aliases() -> None:
    named = entry(aliases=[{"text": "drop-out", "type": "spelling"}, {"text": "DO", "type": "acronym"}])
    assert named.names == ("Dropout", "drop-out", "DO")


@pytest.mark.parametrize("relation", ["friend", "", "Broader"])
def test_only_known_relations_are_allowed(relation: str) -> None:
    with pytest.raises(ValidationError, match="relation"):
        entry(see_also=[{"concept": "overfitting", "relation": relation, "why": "What it works against."}])


@pytest.mark.parametrize("year", [1599, 2101])
def test_the_year_of_a_source_must_be_plausible(year: int) -> None:
    with pytest.raises(ValidationError, match="year"):
        entry(sources=[{"id": "x", "authors": "A. Author", "year": year, "title": "On everything"}])


def test_a_block_is_looked_up_by_kind_and_reader() -> None:
    asked = entry(blocks={"why": [{"text": "for all"}, {"for": {"audience": "guest"}, "text": "for guests"}]})
    for_guests = asked.block("why", "chef", "guest")
    assert for_guests is not None
    assert for_guests.text == "for guests"
    assert asked.block("history") is None


# All texts, for the checks

FULL = entry(
    titles={"blog": "Dropout, told"},
    prerequisites=[{"concept": "network", "because": "It is what is switched off."}],
    claims=[{"id": "helps", "text": "It helps.", "example": "digits", "check": "a > b"}],
)


def test_every_text_comes_with_its_key() -> None:
    assert [key for key, _ in FULL.variants] == ["meaning", "blog", "definition", "helps"]


def test_all_text_published_as_markdown_is_prose() -> None:
    assert sorted(FULL.prose) == [
        "Dropout switches units off at random while training.",
        "Dropout, told",
        "It helps.",
        "It is what is switched off.",
        "Training with a part of the network switched off at random.",
        "What it works against.",
    ]


def test_a_claim_is_found_by_its_id() -> None:
    found = FULL.claim("helps")
    assert found is not None
    assert found.check == "a > b"
    assert FULL.claim("hurts") is None


def test_a_claim_must_hold_for_every_seed_unless_it_is_about_the_mean() -> None:
    assert FULL.claims[0].over == "every"
