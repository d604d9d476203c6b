"""YAML as authors write it: every value has a location, and unintended syntax is a problem."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.model.problem import Problem
from executable_glossary.model.text import Text, YamlSource
from test_text import pointed_at


def read(content: str) -> YamlSource:
    source, problems = read_yaml("a.yml", content.encode())
    assert problems == ()
    assert source is not None
    return source


def only_problem(content: str | bytes) -> Problem:
    content = content if isinstance(content, bytes) else content.encode()
    _, (problem,) = read_yaml("a.yml", content)
    return problem


# Values


def test_values_are_plain_and_strings_are_text() -> None:
    value = read("term: Dropout\nyear: 2014\nopen: true\nshare: 0.5\ntags: [a, b]\nurl:\n").value
    assert value == {
        "term": "Dropout",
        "year": 2014,
        "open": True,
        "share": 0.5,
        "tags": ["a", "b"],
        "url": None,
    }
    assert isinstance(value["term"], Text)
    assert isinstance(value["tags"][0], Text)


def test_keys_are_text_even_if_they_look_like_other_types() -> None:
    assert list(read("no: 1\n404: 2\n").value) == ["no", "404"]


def test_a_byte_order_mark_is_not_part_of_the_first_key() -> None:
    source, _ = read_yaml("a.yml", b"\xef\xbb\xbfterm: Dropout")
    assert source is not None
    assert source.value == {"term": "Dropout"}


# Locations


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("term: Dropout", "Dropout"),
        ("term: 'Dropout'", "Dropout"),
        ('term: "Dropout"', "Dropout"),
        ("term:   Dropout  # sic", "Dropout"),
        ("{other: 1, term: Dropout}", "Dropout"),
    ],
)
def test_the_location_of_a_text_covers_all_its_characters(line: str, marked: str) -> None:
    assert pointed_at(read(line).value["term"].place) == marked


def test_values_and_keys_have_locations_by_path() -> None:
    source = read("blocks:\n  why:\n    - for: {audience: guest}\n      text: Because.\n")
    assert str(source.place(("blocks", "why", 0, "for", "audience"))) == "a.yml:3:23"
    assert str(source.place(("blocks", "why", 0, "text"), key=True)) == "a.yml:4:7"
    assert pointed_at(source.place(("blocks", "why"), key=True)) == "why"


BLOCK = "why: {sign}\n  It spreads\n    what is known\n\n  over many units.\nhow: so\n"


@pytest.mark.parametrize("sign", ["|", "|-", "|+", "|2", "|  # as it is"])
@pytest.mark.parametrize(
    ("word", "line", "column"), [("It", 2, 3), ("what", 3, 5), ("over", 5, 3), ("units", 5, 13)]
)
def test_words_of_a_literal_block_are_located_on_their_lines(
    sign: str, word: str, line: int, column: int
) -> None:
    text = read(BLOCK.replace("{sign}", sign)).value["why"]
    place = text.at(text.index(word), len(word))
    assert (place.line, place.column, pointed_at(place)) == (line, column, word)


def test_a_block_with_an_indented_first_line_has_correct_locations() -> None:
    text = read("why: |2\n      It spreads\n  what is known\n").value["why"]
    assert pointed_at(text.at(text.index("known"), 5)) == "known"


@pytest.mark.parametrize(
    "written", ["why: >\n  It spreads\n  what", "why: It spreads\n  what", 'why: "It\\tspreads what"']
)
def test_words_of_folded_and_escaped_text_have_the_location_of_the_whole_text(written: str) -> None:
    text = read(written).value["why"]
    assert text.at(text.index("what"), 4) == text.place


printable = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["C", "Z"]), min_size=1
)


@settings(max_examples=100, deadline=None)
@given(lines=st.lists(printable, min_size=1, max_size=6), indent=st.integers(1, 6), data=st.data())
def test_in_a_literal_block_every_character_has_its_location(
    lines: list[str], indent: int, data: st.DataObject
) -> None:
    content = "why: |\n" + "".join(f"{' ' * indent}{line}\n" for line in lines)
    text = read(content).value["why"]
    assert text == "".join(f"{line}\n" for line in lines)
    offset = data.draw(st.integers(0, len(text) - 1))
    place = text.at(offset)
    if text[offset] != "\n":
        assert content.splitlines()[place.line - 1][place.column - 1] == text[offset]


@settings(max_examples=100, deadline=None)
@given(
    key=st.from_regex(r"[a-z]{1,9}", fullmatch=True),
    words=st.from_regex(r"[A-Z][a-z ]{5,20}[a-z]", fullmatch=True),  # longer than Off and False
)
def test_a_plain_value_has_the_location_of_its_characters(key: str, words: str) -> None:
    content = f"first: 1\n{key}x: {words}\n"
    value = read(content).value[f"{key}x"]
    assert pointed_at(value.place) == value == words
    assert pointed_at(value.at(len(words) - 1)) == words[-1]


# Unintended syntax


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ("", "empty-file", "a.yml:1"),
        ("# only a comment\n", "empty-file", "a.yml:1"),
        (b"term: ok\nwhy: caf\xe9", "not-utf-8", "a.yml:2"),
        ("term: [a, b", "malformed-yaml", "a.yml:2:1"),
        ("term: a: b", "malformed-yaml", "a.yml:1:8"),
        ("term: %x", "malformed-yaml", "a.yml:1:7"),
        ("a: 1\n--- \nb: 2", "malformed-yaml", "a.yml:2:1"),
        ("a: \x00", "malformed-yaml", "a.yml:1"),
        ("reviewed: 2026-13-45", "malformed-yaml", "a.yml:1:11"),
        ("term: a\nterm: b", "duplicate-key", "a.yml:2:1"),
        ("a: &x [1]\nb: *x", "yaml-alias", "a.yml:1:4"),
        ("? [a]\n: 1", "bad-key", "a.yml:1:3"),
    ],
)
def test_each_mistake_has_its_code_and_location(content: str | bytes, code: str, place: str) -> None:
    problem = only_problem(content)
    assert (problem.code, str(problem.place)) == (code, place)
    assert problem.help


@pytest.mark.parametrize("quote", ["'", '"'])
def test_an_unclosed_quote_is_reported_where_it_opens(quote: str) -> None:
    problem = only_problem(f"term: {quote}Dropout\nyear: 2014\n\n# the end\n")
    assert str(problem.place) == "a.yml:1:7"
    assert problem.help == "close the quote"


def test_an_unknown_escape_is_reported_at_its_location() -> None:
    problem = only_problem('term: "Drop\\qout"\n')
    assert str(problem.place) == "a.yml:1:12"
    assert problem.message.startswith("this is not valid YAML: a backslash within double quotes")
    assert "single quotes" in problem.help


def test_an_incomplete_structure_is_reported_where_it_starts() -> None:
    assert "in the structure that begins on line 1" in only_problem("tags: [a,\n  b\nterm: c\n").message
    assert "begins in line" not in only_problem("tags: [a b}\n").message


def test_a_tab_is_reported_as_a_tab() -> None:
    problem = only_problem("blocks:\n\twhy: x\n")
    assert str(problem.place) == "a.yml:2:1"
    assert problem.help == "indent with spaces"


def test_a_duplicate_key_names_the_first_one_whose_value_is_used() -> None:
    source, (problem,) = read_yaml("a.yml", b"term: a\nyear: 1\nterm: b")
    assert source is not None
    assert source.value == {"term": "a", "year": 1}
    assert "line 1" in problem.message


def test_the_same_key_in_two_mappings_is_not_a_duplicate() -> None:
    assert read("one: {text: a}\ntwo: {text: a}\n").value == {"one": {"text": "a"}, "two": {"text": "a"}}


def test_all_mistakes_in_a_file_are_reported_at_once_in_line_order() -> None:
    _, problems = read_yaml("a.yml", b"a: 1\na: 2\nb: 2026-13-45\n? [x]\n: 1\n")
    assert [problem.code for problem in problems] == ["duplicate-key", "malformed-yaml", "bad-key"]


@pytest.mark.parametrize(
    "value",
    ["!!int ''", "!!bool perhaps", "!!timestamp x", "!!float x", "!!python/name:os.system", "<<", "0x_"],
)
def test_a_value_that_does_not_match_its_tag_is_a_problem(value: str) -> None:
    problem = only_problem(f"a: {value}")
    assert problem.code == "malformed-yaml"
    assert str(problem.place) == "a.yml:1:4"


@pytest.mark.parametrize("content", ["[" * 2000 + "]" * 2000, "- " * 2000, "{a: " * 2000 + "}" * 2000])
def test_endless_nesting_is_a_problem(content: str) -> None:
    assert "nested more than 50 levels deep" in only_problem(content).message


def test_a_recursive_list_is_handled() -> None:
    assert only_problem("&a [*a]").code == "yaml-alias"


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text("ab:-[]{}#&*!|>'\" \n\t,?%", max_size=40).map(str.encode)))
def test_any_bytes_can_be_parsed_or_reported(content: bytes) -> None:
    source, problems = read_yaml("a.yml", content)
    assert source is not None or problems
    assert all(problem.place.path == "a.yml" and problem.help for problem in problems)


# The YAML parser does not support JSON's surrogate pairs for characters above U+FFFF.
words = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["C"]), max_size=8)
simple = st.one_of(st.none(), st.booleans(), st.integers(), words)
documents = st.recursive(
    simple,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
)


@settings(max_examples=100, deadline=None)
@given(documents)
def test_json_output_is_parsed_unchanged(document: Any) -> None:
    source, problems = read_yaml("a.yml", json.dumps({"document": document}).encode())
    assert problems == ()
    assert source is not None
    assert source.value == {"document": document}
