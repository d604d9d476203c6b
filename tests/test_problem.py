"""A problem says where, what and how to mend it; its order is the order of reading."""

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
def test_a_place_is_written_so_that_an_editor_can_jump_to_it(place: Place, shown: str) -> None:
    assert str(place) == shown


def test_places_sort_as_a_reader_goes_through_the_files() -> None:
    in_order = [
        Place("a.yml"),
        Place("a.yml", 2),
        Place("a.yml", 2, 7),
        Place("a.yml", 10, 1),
        Place("b.yml", 1),
    ]
    shuffled = random.Random(0).sample(in_order, len(in_order))
    assert sorted(shuffled) == in_order


def test_problems_of_one_place_sort_by_their_code() -> None:
    second = Problem(Place("a.yml", 3), "unknown-key", "there is no key")
    first = Problem(Place("a.yml", 3), "missing-key", "zzz")
    assert sorted([second, first]) == [first, second]


def test_how_a_place_is_shown_makes_it_no_other_place() -> None:
    bare = Place("a.yml", 3, 4)
    shown = Place("a.yml", 3, 4, length=7, excerpt="  - for: newcomr")
    assert bare == shown
    assert len({Problem(bare, "code", "message"), Problem(shown, "code", "message")}) == 1


def test_a_problem_stops_the_build_unless_it_says_otherwise() -> None:
    mistake = Problem(Place("a.yml"), "unknown-key", "there is no key")
    remark = Problem(Place("a.yml"), "too-long", "the page is long", severity="warning")
    assert errors([remark, mistake, remark]) == (mistake,)
    assert errors([remark]) == ()


def test_nobody_changes_a_problem_after_it_was_found() -> None:
    problem = Problem(Place("a.yml"), "code", "message")
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.message = "all is well"  # type: ignore[misc]
