"""The map's content: bands by the longest path to a concept, and one line for each pair."""

from __future__ import annotations

import pytest

from executable_glossary.model.concept_map import ConceptMap, Spot, Tie, TieKind
from executable_glossary.model.words import Words

CAPTIONS = Words(
    texts={
        "map.bands.first": "first",
        "map.bands.later": {"one": "second", "other": "later {count}"},
        "map.bands.apart": "apart",
    }
)


def spot(name: str) -> Spot:
    return Spot(name, name.title(), f"../{name}/")


def map_of(*ties: tuple[TieKind, str, str], apart: str = "") -> ConceptMap:
    names = {name for _, *ends in ties for name in ends} - set(apart)
    return ConceptMap(
        (tuple(spot(name) for name in sorted(names)),),
        tuple(spot(name) for name in apart),
        tuple(Tie(*tie) for tie in ties),
    )


def drawn(map: ConceptMap) -> list[str]:
    return [f"{tie.kind} {tie.first}{tie.second}" for tie in map.drawn]


@pytest.mark.parametrize(
    ("ties", "lines"),
    [
        ([("prerequisite", "a", "b")], ["prerequisite ab"]),
        ([("prerequisite", "a", "b"), ("used-with", "a", "b")], ["prerequisite ab"]),
        ([("broader", "a", "b"), ("contrasts", "a", "b")], ["broader ab"]),
        ([("part-of", "a", "b"), ("part-of", "b", "c")], ["part-of ab", "part-of bc"]),
        (
            [("prerequisite", "a", "b"), ("prerequisite", "b", "c"), ("prerequisite", "a", "c")],
            ["prerequisite ab", "prerequisite bc"],
        ),
        (
            [
                ("prerequisite", "a", "b"),
                ("prerequisite", "b", "c"),
                ("prerequisite", "c", "d"),
                ("prerequisite", "a", "d"),
            ],
            ["prerequisite ab", "prerequisite bc", "prerequisite cd"],
        ),
    ],
    ids=["one", "the stronger of two", "of two relations", "relations stay", "led round", "led round far"],
)
def test_each_pair_has_one_line_with_all_its_relations(
    ties: list[tuple[TieKind, str, str]], lines: list[str]
) -> None:
    assert drawn(map_of(*ties)) == lines


def test_neighbors_are_listed_from_both_ends() -> None:
    map = map_of(("prerequisite", "a", "b"), ("prerequisite", "b", "c"), ("prerequisite", "a", "c"))
    assert map.neighbors("a") == {("prerequisite", True): ("b", "c")}
    assert list(map.neighbors("b").items()) == [
        (("prerequisite", False), ("a",)),
        (("prerequisite", True), ("c",)),
    ]


def test_an_undirected_relation_is_listed_once() -> None:
    map = map_of(("contrasts", "a", "b"), ("used-with", "b", "c"))
    assert map.neighbors("b") == {("contrasts", True): ("a",), ("used-with", True): ("c",)}


def test_only_relations_that_are_drawn_are_listed() -> None:
    assert map_of(("used-with", "a", "b"), ("broader", "b", "c")).kinds == ("broader", "used-with")


def test_bands_have_headings() -> None:
    bands = tuple((spot(name),) for name in "abcd")
    headed = ConceptMap(bands, (spot("e"),), ()).headed(CAPTIONS)
    assert [head for head, _ in headed] == ["first", "second", "later 2", "later 3", "apart"]
    assert [spots[0].concept for _, spots in headed] == [*"abcde"]


def test_without_separate_concepts_there_is_no_note() -> None:
    assert [head for head, _ in ConceptMap(((spot("a"),),), (), ()).headed(CAPTIONS)] == ["first"]
