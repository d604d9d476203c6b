"""A problem has a location, a message, and a fix; problems are sorted in reading order."""

from __future__ import annotations

import dataclasses
import random

import pytest

from executable_glossary.model.problem import Place, Problem, errors


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Place("concepts/dropout.yml", 14, 15), "concepts/dropout.yml:14:15"),
        (Place("concepts/dropout.yml", 14), "concepts/dropout.yml:14"),
        (Place("concepts/dropout.yml"), "concepts/dropout.yml"),
    ],
)
def test_a_location_has_a_form_that_editors_can_jump_to(place: Place, shown: str) -> None:
    assert str(place) == shown


def test_locations_are_sorted_in_reading_order() -> None:
    in_order = [
        Place("a.yml"),
        Place("a.yml", 2),
        Place("a.yml", 2, 7),
        Place("a.yml", 10, 1),
        Place("b.yml", 1),
    ]
    shuffled = random.Random(0).sample(in_order, len(in_order))
    assert sorted(shuffled) == in_order


def test_problems_at_the_same_location_are_sorted_by_code() -> None:
    second = Problem(Place("a.yml", 3), "unknown-key", "there is no key")
    first = Problem(Place("a.yml", 3), "missing-key", "zzz")
    assert sorted([second, first]) == [first, second]


def test_the_excerpt_is_not_part_of_a_location_s_identity() -> None:
    bare = Place("a.yml", 3, 4)
    shown = Place("a.yml", 3, 4, length=7, excerpt="  - for: newcomr")
    assert bare == shown
    assert len({Problem(bare, "code", "message"), Problem(shown, "code", "message")}) == 1


def test_a_problem_is_an_error_by_default() -> None:
    mistake = Problem(Place("a.yml"), "unknown-key", "there is no key")
    remark = Problem(Place("a.yml"), "too-long", "the page is long", severity="warning")
    assert errors([remark, mistake, remark]) == (mistake,)
    assert errors([remark]) == ()


def test_a_problem_is_immutable() -> None:
    problem = Problem(Place("a.yml"), "code", "message")
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.message = "all is well"  # type: ignore[misc]
