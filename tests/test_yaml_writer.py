"""Written YAML is parsed back to the same value and looks handwritten."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.adapters.yaml_writer import yaml_text, yaml_value
from executable_glossary.model.text import Text

# YAML cannot contain an unpaired surrogate.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def test_it_looks_handwritten() -> None:
    value = {
        "term": "Dropout",
        "see_also": [{"concept": "a", "why": "It is: so."}],
        "blocks": {"how": "One.\n\nTwo.\n"},
    }
    assert yaml_text(value) == (
        "term: Dropout\nsee_also:\n  - concept: a\n    why: 'It is: so.'\nblocks:\n  how: |\n    One.\n\n    Two.\n"
    )


def test_a_long_sentence_stays_on_one_line() -> None:
    assert yaml_text({"meaning": "word " * 100 + "end"}).count("\n") == 1


def test_text_with_a_location_is_written_as_text() -> None:
    assert yaml_text({Text("term"): Text("Dropout")}) == "term: Dropout\n"


@given(st.recursive(TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)))
def test_written_yaml_is_parsed_back_unchanged(value: object) -> None:
    assert yaml.safe_load(yaml_text(value)) == value


@given(TEXT)
def test_a_value_can_be_written_inline_between_braces(value: str) -> None:
    written = yaml_value(value)
    assert yaml.safe_load(f"term: {written}\nlist:\n  - {{text: {written}, type: form}}\n") == {
        "term": value,
        "list": [{"text": value, "type": "form"}],
    }


@pytest.mark.parametrize("plain", ["Knowledge distillation", "C#", "it's"])
def test_quotes_are_written_only_if_needed(plain: str) -> None:
    assert yaml_value(plain) == plain
