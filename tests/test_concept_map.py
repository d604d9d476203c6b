"""The map's content: bands by the longest path to a concept, and one line for each pair of concepts."""

from __future__ import annotations

import re
from posixpath import dirname, normpath

import pytest

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.app.pipeline import cards_of
from executable_glossary.model.concept_map import ConceptMap, Spot, Tie, TieKind
from executable_glossary.model.words import Words
from executable_glossary.stages.render import concept_map, recipes
from repository_glossary import repository_build, repository_project

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


def test_a_part_draws_only_the_relations_between_its_concepts_but_lists_all() -> None:
    whole = ConceptMap(
        ((spot("a"),), (spot("b"),), (spot("c"),)),
        (spot("d"),),
        tuple(Tie("prerequisite", *ends) for ends in ("ab", "bc", "ac")),
    )
    part = whole.among({"a", "c"})
    assert drawn(part) == ["prerequisite ac"]
    assert part.neighbors("c") == {("prerequisite", False): ("b", "a")}
    assert [head for head, _ in part.headed(CAPTIONS)] == ["first", "later 2"]


@pytest.fixture(scope="module")
def parts() -> dict[str, str]:
    """The pages of this repository's map, as if it were too large for one drawing."""
    build, project = repository_build().planned, repository_project()
    assert build is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concept_map, "MOST_DRAWN", 5)
        found = recipes(build, Templates(project.templates, project.root), cards_of(project))
        pages = [page() for path, page in found if path.startswith("map/")]
    return {page.path: str(page.content) for page in pages}


def test_a_large_map_is_an_overview_that_leads_to_a_map_of_each_theme(parts: dict[str, str]) -> None:
    overview = parts["map/index.md"]
    glossary = repository_build().glossary
    assert glossary is not None
    assert [path for path in parts if f"({path.removeprefix('map/')})" in overview] == [*parts][1:]
    assert len(parts) == 1 + len(glossary.axes.themes)
    assert "<svg" not in overview


def test_every_concept_is_listed_on_one_map_of_a_theme(parts: dict[str, str]) -> None:
    glossary = repository_build().glossary
    assert glossary is not None
    listed = [
        name for text in parts.values() for name in re.findall(r"^- \[.*?\{ #(\S+) \}", text, re.MULTILINE)
    ]
    assert sorted(listed) == sorted(glossary.entries)


def test_the_list_links_to_the_concepts_of_other_themes(parts: dict[str, str]) -> None:
    anchors = {path: set(re.findall(r"\{ #(\S+) \}", text)) for path, text in parts.items()}
    for path, text in parts.items():
        for target, anchor in re.findall(r"\]\(([^)#]*)#([^)]+)\)", text):
            assert anchor in anchors[normpath(f"{dirname(path)}/{target}") if target else path], (
                path,
                target,
            )


def test_a_theme_with_too_many_concepts_is_only_listed(parts: dict[str, str]) -> None:
    drawn = {path: "<svg" in text for path, text in parts.items() if path != "map/index.md"}
    sizes = {path: len(re.findall(r"^- \[", text, re.MULTILINE)) for path, text in parts.items()}
    assert {path: sizes[path] <= 5 for path in drawn} == drawn
    assert set(drawn.values()) == {True, False}
