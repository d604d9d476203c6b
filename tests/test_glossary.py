"""The whole glossary: which words name which concept, and which blocks authors may write."""

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


def test_terms_and_aliases_name_their_concept_in_any_case() -> None:
    names = glossary(entry("fine-tuning", "Fine-tuning", "Fine-tuned")).names
    assert names == {"fine-tuning": "fine-tuning", "fine-tuned": "fine-tuning"}


def test_names_of_all_entries_are_known_together() -> None:
    names = glossary(entry("dropout", "Dropout"), entry("batch", "Batch", "mini-batch")).names
    assert set(names.values()) == {"dropout", "batch"}


def test_a_phrase_that_hides_a_name_is_looked_for_and_names_nothing() -> None:
    hiding = entry("head", "Head").model_copy(update={"unlinked": (Text("Head start"), Text("head start"))})
    found = glossary(hiding, entry("layer", "Layer"))
    assert found.phrases == ("head", "layer", "head start")
    assert set(found.names) == {"head", "layer"}


def test_a_kind_of_block_is_a_template_in_the_folder_of_blocks() -> None:
    templates = frozenset({"blocks/why.md.j2", "blocks/when-not-to.md.j2", "formats/entry.md.j2"})
    assert glossary(templates=templates).block_kinds == {"why", "when-not-to"}


def test_templates_that_others_include_are_no_kind_of_block() -> None:
    assert glossary(templates=frozenset({"blocks/_links.md.j2"})).block_kinds == frozenset()


def test_what_the_model_knows_by_itself_is_not_for_authors_to_write() -> None:
    templates = frozenset({"blocks/see-also.md.j2", "blocks/sources.md.j2", "blocks/why.md.j2"})
    assert {"see-also", "sources"} <= DERIVED
    assert glossary(templates=templates).block_kinds == {"why"}


def test_the_names_of_the_site_s_own_pages_are_reserved() -> None:
    own = {"glossary", "examples", "runs", "evidence", "map", "path", "coverage", "about", "docs", "assets"}
    assert own | {"search", "feed", "404", "index"} <= RESERVED


# Files that are there, but could not be read


def test_a_concept_whose_file_could_not_be_read_is_not_missing() -> None:
    known = glossary(entry("dropout", "Dropout"), unread=frozenset({"batch"}))
    assert known.has_entry("dropout")
    assert known.has_entry("batch")
    assert not known.has_entry("epoch")


def test_an_example_whose_file_could_not_be_read_is_not_missing() -> None:
    digits = Example("digits", "examples/digits.py", "Digits", "", "", Settings(), (), ())
    known = glossary(examples={"digits": digits}, unread_examples=frozenset({"flowers"}))
    assert known.has_example("digits")
    assert known.has_example("flowers")
    assert not known.has_example("objects")


def test_what_could_not_be_read_names_nothing() -> None:
    assert glossary(unread=frozenset({"batch"})).names == {}


# A glossary is a value


def test_two_glossaries_of_the_same_parts_are_equal() -> None:
    assert glossary(entry("dropout", "Dropout")) == glossary(entry("dropout", "Dropout"))
    assert glossary(entry("dropout", "Dropout")) != glossary(entry("dropout", "Drop-out"))


def test_nobody_adds_an_entry_to_a_glossary_that_was_read() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        glossary().entries = {"dropout": entry("dropout", "Dropout")}  # type: ignore[misc]


def test_an_empty_glossary_has_no_names_and_no_blocks() -> None:
    assert glossary().names == {}
    assert glossary().block_kinds == frozenset()
