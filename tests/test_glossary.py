"""The whole glossary: the names of its concepts, and the blocks available to authors."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from executable_glossary.model.axes import Axes
from executable_glossary.model.entry import Entry
from executable_glossary.model.example import Example, Settings
from executable_glossary.model.glossary import DERIVED, RESERVED, Glossary
from executable_glossary.model.text import Text

AXES = Axes.model_validate(
    {"formats": [{"id": "entry", "label": "Entry", "path": "", "parts": [{"block": "definition"}]}]}
)


def entry(id: str, term: str, *aliases: str) -> Entry:
    return Entry.model_validate(
        {
            "id": id,
            "term": term,
            "aliases": [{"text": alias, "type": "form"} for alias in aliases],
            "meaning": "Something.",
            "see_also": [{"concept": "other", "relation": "contrasts", "why": "To compare."}],
            "blocks": {"definition": "Something."},
        }
    )


def glossary(*entries: Entry, **given: Any) -> Glossary:
    return Glossary(AXES, {entry.id: entry for entry in entries}, **given)


def test_terms_and_aliases_match_in_any_case() -> None:
    names = glossary(entry("fine-tuning", "Fine-tuning", "Fine-tuned")).names
    assert names == {"fine-tuning": "fine-tuning", "fine-tuned": "fine-tuning"}


def test_names_of_all_entries_are_combined() -> None:
    names = glossary(entry("dropout", "Dropout"), entry("batch", "Batch", "mini-batch")).names
    assert set(names.values()) == {"dropout", "batch"}


def test_an_unlinked_phrase_is_matched_but_names_nothing() -> None:
    hiding = entry("head", "Head").model_copy(update={"unlinked": (Text("Head start"), Text("head start"))})
    found = glossary(hiding, entry("layer", "Layer"))
    assert {"head", "layer", "head start"} <= set(found.mentioned.phrases)
    assert found.mentioned.concept("head start") is None
    assert set(found.names) == {"head", "layer"}


def test_each_kind_of_block_is_a_template_in_the_blocks_folder() -> None:
    templates = frozenset({"blocks/why.md.j2", "blocks/when-not-to.md.j2", "formats/entry.md.j2"})
    assert glossary(templates=templates).block_kinds == {"why", "when-not-to"}


def test_templates_for_inclusion_are_not_kinds_of_blocks() -> None:
    assert glossary(templates=frozenset({"blocks/_links.md.j2"})).block_kinds == frozenset()


def test_built_in_blocks_are_not_available_to_authors() -> None:
    templates = frozenset({"blocks/see-also.md.j2", "blocks/sources.md.j2", "blocks/why.md.j2"})
    assert {"see-also", "sources"} <= DERIVED
    assert glossary(templates=templates).block_kinds == {"why"}


def test_names_of_the_site_s_own_pages_are_reserved() -> None:
    own = {"glossary", "examples", "runs", "evidence", "map", "path", "coverage", "about", "docs", "assets"}
    assert own | {"search", "feed", "404", "index"} <= RESERVED


# Files that exist but cannot be parsed


def test_a_concept_whose_file_cannot_be_parsed_is_not_missing() -> None:
    known = glossary(entry("dropout", "Dropout"), unread=frozenset({"batch"}))
    assert known.has_entry("dropout")
    assert known.has_entry("batch")
    assert not known.has_entry("epoch")


def test_an_example_whose_file_cannot_be_parsed_is_not_missing() -> None:
    digits = Example("digits", "examples/digits.py", "Digits", "", "", Settings(), (), ())
    known = glossary(examples={"digits": digits}, unread_examples=frozenset({"flowers"}))
    assert known.has_example("digits")
    assert known.has_example("flowers")
    assert not known.has_example("objects")


def test_unparsed_files_have_no_names() -> None:
    assert glossary(unread=frozenset({"batch"})).names == {}


# Glossaries as values


def test_two_glossaries_with_equal_parts_are_equal() -> None:
    assert glossary(entry("dropout", "Dropout")) == glossary(entry("dropout", "Dropout"))
    assert glossary(entry("dropout", "Dropout")) != glossary(entry("dropout", "Drop-out"))


def test_a_glossary_is_immutable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        glossary().entries = {"dropout": entry("dropout", "Dropout")}  # type: ignore[misc]


def test_an_empty_glossary_has_no_names_and_no_blocks() -> None:
    assert glossary().names == {}
    assert glossary().block_kinds == frozenset()
