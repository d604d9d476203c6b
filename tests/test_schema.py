"""Validating a file against its model: every mistake is explained to authors with its location and a fix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from executable_glossary.adapters.schema import validated
from executable_glossary.adapters.schema_tables import field_tables
from executable_glossary.adapters.unknown_value import UNKNOWN_VALUES
from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.model.axes import Axes
from executable_glossary.model.entry import Entry
from executable_glossary.model.findings import Findings
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule_settings import Rules

LEAST = """\
term: Dropout
meaning: Training with a part of the network switched off.
see_also:
  - {concept: overfitting, relation: used-with, why: What it works against.}
blocks:
  definition: Dropout switches units off.
"""


def problems(content: str, model: type[BaseModel] = Entry, **given: Any) -> tuple[Problem, ...]:
    source, _ = read_yaml("a.yml", content.encode())
    assert source is not None
    _, found = validated(model, source, **given)
    return found


def of_entry(more: str) -> tuple[Problem, ...]:
    return problems(LEAST + more, id="dropout")


def shown(problem: Problem) -> tuple[str, str, str, str]:
    return str(problem.place), problem.code, problem.message, problem.help


def test_a_valid_file_becomes_its_model_with_values_from_elsewhere() -> None:
    source, _ = read_yaml("a.yml", LEAST.encode())
    assert source is not None
    entry, found = validated(Entry, source, id="dropout")
    assert found == ()
    assert entry is not None
    assert (entry.id, entry.term) == ("dropout", "Dropout")


def test_values_keep_their_locations_in_the_model() -> None:
    source, _ = read_yaml("a.yml", LEAST.encode())
    assert source is not None
    entry, _ = validated(Entry, source, id="dropout")
    assert entry is not None
    assert str(entry.see_also[0].why.place) == "a.yml:4:54"


# Each kind of mistake


def test_a_missing_key_is_reported_with_its_description_at_its_parent() -> None:
    (problem,) = problems(LEAST.replace("term: Dropout\n", ""), id="dropout")
    assert shown(problem) == (
        *("a.yml:1:1", "missing-key", '"term" is missing'),
        'add "term: ..." (The concept\'s preferred name)',
    )


def test_a_missing_key_of_a_nested_part_is_reported_at_that_part() -> None:
    (problem,) = of_entry("sources:\n  - {id: x, year: 2014, title: On dropout}\n")
    assert (str(problem.place), problem.message) == ("a.yml:8:5", '"authors" is missing')


def test_for_an_unknown_key_the_message_suggests_the_intended_one() -> None:
    (problem,) = of_entry("sorces: []\n")
    assert shown(problem) == (*("a.yml:7:1", "unknown-key", 'unknown key "sorces"', 'write "sources"'),)


def test_for_a_dissimilar_unknown_key_the_message_lists_all_keys() -> None:
    (problem,) = of_entry("keywords: [a]\ncolour: red\n")
    assert problem.help.startswith("use one of term, aliases, search, unlinked, theme, meaning, ")


def test_a_key_after_the_blocks_may_have_lost_its_indentation() -> None:
    (problem,) = of_entry("why: So that no unit relies on another.\n")
    assert problem.help.startswith('indent it if it belongs to "blocks", or use one of term, ')


def test_a_question_outside_the_list_of_questions_is_explained() -> None:
    question, answer = of_entry("  questions:\n    - question: What?\n      answer: That.\n")
    assert question.help == answer.help == 'write it under "questions", indented one more level'


def test_a_comma_in_a_sentence_within_braces_is_explained() -> None:
    (problem,) = of_entry("sources:\n  - {id: a, authors: B, year: 2020, title: Units, dropped}\n")
    assert problem.message == 'unknown key "dropped"'
    assert problem.help.startswith("if it belongs to the text before it, put the whole text in quotes")


@pytest.mark.parametrize("text", ["[[overfitting]]", "{{ digits.right }}"])
def test_text_that_yaml_parses_as_brackets_must_be_quoted(text: str) -> None:
    source, _ = read_yaml("a.yml", LEAST.replace("Dropout switches units off.", text).encode())
    assert source is not None
    _, (problem,) = validated(Entry, source, id="dropout")
    assert problem.help == f"if this is text that begins with {text[:2]}, put all of it in quotes"


def test_an_existing_key_is_not_suggested() -> None:
    (problem,) = of_entry("terms: Dropouts\n")
    assert 'write "term"' not in problem.help


def test_keys_of_a_block_are_suggested_even_if_the_block_has_the_name_of_a_key() -> None:
    (problem,) = of_entry("  questions:\n    - {text: Some., sow: [{metrics: digits}]}\n")
    assert shown(problem) == (*("a.yml:8:21", "unknown-key", 'unknown key "sow"', 'write "show"'),)


def test_for_an_unknown_word_the_message_suggests_the_intended_one() -> None:
    content = LEAST.replace("used-with", "usedwith")
    assert [shown(problem) for problem in problems(content, id="dropout")] == [
        (
            "a.yml:4:38",
            "unknown-relation",
            'relation "usedwith" is not one of broader, narrower, contrasts, part-of, used-with',
            'write "used-with"',
        )
    ]


def test_an_unknown_word_in_a_list_is_reported_with_the_name_of_the_list() -> None:
    format = "{id: blog, label: Blog, path: blog, varies: [audiences], parts: [{block: why}]}"
    (problem,) = problems(f"formats: [{format}]", Axes)
    assert (problem.code, problem.help) == ("unknown-varies", 'write "audience"')


def test_a_number_in_place_of_text_must_be_quoted() -> None:
    (problem,) = problems(LEAST.replace("Dropout\n", "2014\n", 1), id="dropout")
    assert shown(problem) == (
        *("a.yml:1:7", "wrong-type", "term: must be text, not 2014"),
        "write text; use quotes if it looks like a number, a date, or true/false",
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("keywords: dropout\n", 'keywords: must be a list, not "dropout"'),
        ("sources: [Srivastava]\n", 'sources[1]: must be keys and values, not "Srivastava"'),
        ("reviewed: 2026\n", "reviewed: must be a valid date, not 2026"),
    ],
)
def test_a_value_of_the_wrong_type_is_described(more: str, expected: str) -> None:
    (problem,) = of_entry(more)
    assert problem.message == expected
    assert problem.help


def test_items_are_counted_from_one() -> None:
    (problem,) = of_entry("  why:\n    - {text: Because.}\n    - {text: 3}\n")
    assert problem.message.startswith("blocks.why[2].text: ")


def test_a_validation_message_of_the_model_includes_its_fix() -> None:
    (problem,) = of_entry("  why:\n    - {omit: false}\n")
    assert problem.code == "bad-value"
    assert problem.message == "blocks.why[1]: the variant is empty"
    assert problem.help == "add text, questions, points, or show, or write omit: true"


def test_a_list_that_is_too_short_is_reported_with_its_minimum_length() -> None:
    diagram = "diagram: {title: T, says: S., nodes: [{id: a, label: A}], edges: [{from: a, to: a}]}\n"
    (problem,) = of_entry(diagram)
    assert problem.message == "diagram.nodes: must have at least 2 items, but has 1"


def test_a_list_whose_only_item_is_invalid_is_reported_once() -> None:
    content = LEAST.replace("relation: used-with", "relation: friend")
    assert [problem.code for problem in problems(content, id="dropout")] == ["unknown-relation"]


def test_a_key_from_elsewhere_is_not_allowed_in_the_file() -> None:
    (problem,) = of_entry("id: drop-out\n")
    assert shown(problem) == (
        *("a.yml:7:1", "unknown-key", '"id" cannot be set here: it is always "dropout"', "delete it"),
    )


@pytest.mark.parametrize("content", ["just words", "- a\n- list\n", "3"])
def test_for_a_file_that_is_not_a_mapping_the_message_shows_how_to_begin(content: str) -> None:
    (problem,) = problems(content, id="dropout")
    assert shown(problem)[1:] == (
        "wrong-type",
        "the file must contain keys and values",
        'begin with "term: ..."',
    )


def test_all_mistakes_in_a_file_are_reported_at_once() -> None:
    content = LEAST.replace("used-with", "friend").replace("term", "trem")
    found = problems(content + "reviewed: soon\n", id="dropout")
    assert {problem.code for problem in found} == {
        *("missing-key", "unknown-key", "unknown-relation", "bad-value"),
    }
    assert all(problem.help for problem in found)


def literal_fields(model: type[BaseModel]) -> Iterator[str]:
    """Names of all fields, including nested ones, that accept only certain words."""
    for table in field_tables(model):
        yield from (
            row.name for row in table.fields if row.kind.removeprefix("list of ").startswith("one of ")
        )


@pytest.mark.parametrize("model", [Entry, Axes, Findings, Rules])
def test_every_key_with_a_fixed_set_of_words_has_a_rule(model: type[BaseModel]) -> None:
    assert set(literal_fields(model)) <= set(UNKNOWN_VALUES)
