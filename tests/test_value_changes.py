"""Finds the smallest parts of two YAML values that differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from executable_glossary.app.change_report.value_changes import (
    LONGEST,
    MOST_ITEMS,
    side_by_side,
    value_changes,
)

NAV: Sequence[Any] = [{"Home": "index.md"}, {"Path": "path.md"}, {"About": "about.md"}]


def changes(before: Any, after: Any, deepest: int = 4) -> list[tuple[str, str, str]]:
    return [tuple(change) for change in value_changes({"x": before}, {"x": after}, repr, deepest)]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (NAV, NAV, []),
        (NAV, NAV[:2], [("x.About", "'about.md'", "")]),
        (NAV, [*NAV, {"Path": "https://x.example"}], [("x.Path", "", "'https://x.example'")]),
        (
            NAV,
            [NAV[0], NAV[2], NAV[1]],
            [("x (order)", "Home, Path, About", "Home, About, Path")],
        ),
        (
            ["search", {"glossary": {"runs": "auto"}}],
            ["search", {"glossary": {"runs": "frozen"}}, "tags"],
            [("x.glossary.runs", "'auto'", "'frozen'"), ("x.tags", "", "True")],
        ),
        (["one", "two", "three"], ["two", "three"], [("x.1", "'one'", "")]),
        ([{"a": 1, "b": 2}], [{"a": 1, "b": 3}], [("x.1.b", "2", "3")]),
        ([], None, [("x", "[]", "None")]),
        ({}, [], [("x", "{}", "[]")]),
        ({"a": {"b": {}}}, {"a": {}}, [("x.a.b", "{}", "")]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": {"b": {"c": {"d": 1}}}}, {"a": {"b": {"c": {"d": 2}}}}, [("x.a.b.c.d", "1", "2")]),
    ],
)
def test_the_smallest_part_that_differs_is_named(
    before: Any, after: Any, found: list[tuple[str, str, str]]
) -> None:
    assert changes(before, after) == found


def test_what_is_nested_too_deeply_is_compared_as_a_whole() -> None:
    assert changes({"a": {"b": 1}}, {"a": {"b": 2}}, deepest=1) == [("x.a", "{'b': 1}", "{'b': 2}")]


def test_a_long_list_is_compared_item_by_item() -> None:
    before = [str(number) for number in range(MOST_ITEMS)]
    assert changes(before, ["x", *before[1:]]) == [("x.1", "'0'", "'x'")]


@pytest.mark.parametrize("equal", [0, LONGEST, 10 * LONGEST])
def test_two_long_texts_are_shortened_around_the_first_difference(equal: int) -> None:
    before, after = side_by_side("a" * equal + "b" * 1000, "a" * equal + "c" * 400)
    assert before.count("b") > 100
    assert after.count("c") > 100
    assert before.endswith("more characters)")
    assert len(before) < LONGEST + 40


def test_a_text_that_was_extended_shows_the_extension() -> None:
    before, after = side_by_side("a" * 400, "a" * 400 + "b")
    assert (before[-1], after[-1]) == ("a", "b")
    assert side_by_side("", "b" * 400)[0] == ""
