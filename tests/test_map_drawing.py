"""The map's drawing: boxes do not overlap, arrows point down, no line crosses a box, and output is deterministic."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import combinations
from time import process_time
from xml.etree import ElementTree

import pytest

from executable_glossary.adapters.word_catalog import english
from executable_glossary.drawing.concept_map import STYLES, draw_map
from executable_glossary.drawing.map_layout import Layout, arranged, laid_out
from executable_glossary.drawing.map_routes import Way, ways
from executable_glossary.model.concept_map import TIE_KINDS, ConceptMap, Spot, Tie

SEEDS = range(6)


def map_with(seed: int, concepts: int = 24) -> ConceptMap:
    """A map in which prerequisites only lead down, and relations connect any concepts."""
    chance = random.Random(seed)
    names = [f"concept-{number:03d}" for number in range(concepts)]
    band = {name: number * 4 // concepts for number, name in enumerate(names)}
    ties = []
    for one, other in combinations(names, 2):
        if band[one] < band[other] and chance.random() < 3 / concepts:
            ties.append(Tie("prerequisite", one, other))
        elif chance.random() < 2 / concepts:
            ties.append(Tie(chance.choice(TIE_KINDS[1:]), one, other))
    spots = {name: Spot(name, name.replace("-", " ").title(), f"../{name}/") for name in names}
    bands = tuple(tuple(spots[name] for name in names if band[name] == number) for number in range(4))
    return ConceptMap(bands[:3], bands[3], tuple(sorted(ties, key=lambda tie: TIE_KINDS.index(tie.kind))))


def layouts() -> Iterator[tuple[ConceptMap, Layout]]:
    for seed in SEEDS:
        map = map_with(seed)
        for style in STYLES.values():
            yield map, laid_out(map, style)


def test_every_concept_has_its_own_cell_in_its_band() -> None:
    for map, layout in layouts():
        cells = layout.grid.cells
        assert set(cells) == {spot.concept for spot in map.spots}
        assert len(set(cells.values())) == len(cells)
        ends = (*layout.grid.starts[1:], layout.grid.rows)
        for (_, band), start, end in zip(map.headed(english()), layout.grid.starts, ends, strict=True):
            assert {start <= cells[spot.concept].row < end for spot in band} == {True}


def test_related_concepts_are_close_together() -> None:
    spots = [Spot(name, name, name) for name in "abcdef"]
    ties = tuple(Tie("broader", one, other) for one, other in ("af", "fb", "be"))
    cells = arranged(ConceptMap((tuple(spots),), (), ties), 6).cells
    assert [abs(cells[tie.first].column - cells[tie.second].column) for tie in ties] == [1, 1, 1]


def test_no_line_crosses_a_box() -> None:
    for map, layout in layouts():
        for way in ways(map, layout):
            for x, y in points_of(way):
                for name, cell in layout.grid.cells.items():
                    left, top = layout.left(cell.column), layout.top(cell.row)
                    inside = left < x < left + layout.width and top + 0.1 < y < top + layout.height - 0.1
                    assert not inside, (way.tie, name)


def points_of(way: Way) -> Iterator[tuple[float, float]]:
    """The points of a line: between rows it bends within the gap; within rows it is vertical."""
    for start, end in zip(way.points[1:-1:2], way.points[2:-1:2], strict=True):
        yield from ((start[0], start[1] + share / 8 * (end[1] - start[1])) for share in range(9))


def test_arrows_point_down() -> None:
    for map, layout in layouts():
        for way in ways(map, layout):
            if way.tie.kind == "prerequisite":
                heights = [y for _, y in way.points]
                assert heights == sorted(heights)


def test_no_two_lines_end_at_the_same_point() -> None:
    for map, layout in layouts():
        ends = [end for way in ways(map, layout) for end in (way.points[0], way.points[-1])]
        assert len(ends) == len(set(ends))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_drawing_is_complete_and_every_box_is_a_link(seed: int) -> None:
    map = map_with(seed)
    drawing = draw_map(map, "Concepts & <such>", english())
    assert "\n\n" not in drawing
    trees = [ElementTree.fromstring(text) for text in re.findall(r"<svg.*?</svg>", drawing, re.DOTALL)]
    assert len(trees) == len(STYLES)
    for tree in trees:
        assert tree.get("aria-label") == "Concepts & <such>"
        assert ["".join(link.itertext()) for link in tree.iter("a")] == [spot.term for spot in map.spots]
        lines = [group for group in tree.iter("g") if "map__line" in (group.get("class") or "")]
        assert len(lines) == len(map.drawn)


def test_the_same_map_produces_the_same_bytes() -> None:
    draw_map.cache_clear()
    first = draw_map(map_with(1), "Concepts", english())
    draw_map.cache_clear()
    assert draw_map(map_with(1), "Concepts", english()) == first


def test_long_words_widen_the_boxes() -> None:
    long = Spot("a", "Rindfleischetikettierungsgesetz", "../a/")
    narrow, wide = (
        laid_out(ConceptMap(((one,),), (), ()), STYLES["narrow"]) for one in (Spot("a", "A", ""), long)
    )
    assert wide.width > narrow.width


def test_an_empty_map_can_be_drawn() -> None:
    assert draw_map(ConceptMap((), (), ()), "Concepts", english()).count("<svg") == len(STYLES)


def test_three_hundred_concepts_can_be_drawn_quickly() -> None:
    begun = process_time()
    draw_map(map_with(0, concepts=300), "Concepts", english())
    assert process_time() - begun < 60
