"""Small filters for templates: text arrives in Markdown, HTML, and YAML unchanged."""

from __future__ import annotations

import json

import markdown
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.stages.render.filters import (
    FILTERS,
    alternative,
    attribute,
    capitalized,
    fenced,
    indented,
    quoted,
)

lines = st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20), max_size=5)


def html(text: str) -> str:
    return markdown.markdown(text, extensions=["fenced_code"])


# Code


def test_code_is_fenced_with_its_language() -> None:
    assert fenced("x = 1\n", "python") == "```python\nx = 1\n```"


@pytest.mark.parametrize(("inside", "fence"), [("a ` b", "```"), ("a\n```\nb", "````"), ("`````", "``````")])
def test_the_fence_is_longer_than_any_run_of_backticks_in_the_code(inside: str, fence: str) -> None:
    assert fenced(inside) == f"{fence}text\n{inside}\n{fence}"


def test_indentation_at_the_start_of_code_is_kept() -> None:
    assert fenced("    x = 1") == "```text\n    x = 1\n```"


# Pictures and attributes


@pytest.mark.parametrize(
    "text", ["two *kinds* of [rose]", 'a "rose" \\ `x`', "under_score <b> & more", "two\n  lines\n\nof text"]
)
def test_alternative_text_is_shown_as_written(text: str) -> None:
    rendered = html(f"![{alternative(text)}](rose.png)")
    assert f'alt="{attribute(" ".join(text.split()))}"' in rendered


def test_text_in_an_attribute_cannot_close_it() -> None:
    assert attribute('a "b" <c> & d') == "a &quot;b&quot; &lt;c&gt; &amp; d"


# Lists and folded boxes


def test_all_lines_are_indented_and_empty_ones_stay_empty() -> None:
    assert indented("one\n\n  two\n   ") == "    one\n\n      two\n"
    assert indented("one", 2) == "  one"


@settings(max_examples=100, deadline=None)
@given(lines)
def test_indented_text_is_the_same_text_further_right(written: list[str]) -> None:
    text = "\n".join(written)
    moved = indented(text).split("\n")
    assert [line.removeprefix("    ") for line in moved] == (text.splitlines() or [""])


# Front matter


@pytest.mark.parametrize(
    "text", ["Fine-tuning: why?", 'a "rose"', "# no comment", "back\\slash", "naïve – 7 °C", "two\nlines"]
)
def test_a_quoted_text_is_the_same_text_in_yaml_and_in_json(text: str) -> None:
    line = " ".join(text.split())
    assert yaml.safe_load(f"title: {quoted(text)}") == {"title": line}
    assert json.loads(quoted(text)) == line


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["C"])))
def test_front_matter_survives_every_text(text: str) -> None:
    assert yaml.safe_load(quoted(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "large"),
    [("supported", "Supported"), ("ML engineer", "ML engineer"), ("", ""), ("élan", "Élan")],
)
def test_only_the_first_letter_is_capitalized(text: str, large: str) -> None:
    assert capitalized(text) == large


def test_every_filter_is_registered_under_its_own_name() -> None:
    assert {"fenced", "alternative", "attribute", "indented", "quoted", "capitalized"} <= set(FILTERS)
    assert all(filter.__name__ == name for name, filter in FILTERS.items())
