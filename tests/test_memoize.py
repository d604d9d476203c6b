"""A result is reused for the same objects, and only for these."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from executable_glossary.adapters.memoize import memoized


class Thing:
    """An object that equals every other object of its kind, like entries with the same text, and that is not
    hashable."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing)


@pytest.fixture
def calls() -> list[tuple[object, ...]]:
    return []


@pytest.fixture
def make(calls: list[tuple[object, ...]]) -> Callable[..., int]:
    @memoized(lambda thing, *_: thing.name)
    def make(thing: Thing, *around: object) -> int:
        calls.append((thing, *around))
        return len(calls)

    return make


def test_the_same_objects_are_looked_up(make: Callable[..., int], calls: list[tuple[object, ...]]) -> None:
    thing, around = Thing("a"), Thing("around")
    assert [make(thing, around), make(thing, around)] == [1, 1]
    assert len(calls) == 1


def test_an_equal_object_is_a_different_one(make: Callable[..., int]) -> None:
    assert [make(Thing("a")), make(Thing("a"))] == [1, 2]


def test_the_context_is_part_of_the_key(make: Callable[..., int]) -> None:
    thing = Thing("a")
    assert [make(thing), make(thing, Thing("around")), make(thing, Thing("around"))] == [1, 2, 3]


def test_names_are_compared(make: Callable[..., int]) -> None:
    thing = Thing("a")
    answers = [make(thing, frozenset(names)) for names in (["x", "y"], ["y", "x"], ["x"])]
    assert answers == [1, 1, 2]


def test_only_the_latest_result_of_a_name_is_kept(make: Callable[..., int]) -> None:
    first, second, other = Thing("a"), Thing("a"), Thing("b")
    assert [make(first), make(other), make(second), make(other), make(first)] == [1, 2, 3, 2, 4]
