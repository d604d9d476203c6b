"""The reading order of concepts, and the distance to a concept."""

from __future__ import annotations

import random

import pytest

from executable_glossary.stages.render.learning_path import Before, reading_orders, steps_before

BEFORE: Before = {
    "flour": (),
    "water": (),
    "dough": ("flour", "water"),
    "oven": (),
    "bread": ("dough", "oven"),
    "toast": ("bread", "flour"),
}


@pytest.mark.parametrize(
    ("concept", "order"),
    [
        ("flour", ()),
        ("dough", ("flour", "water")),
        ("bread", ("flour", "water", "dough", "oven")),
        ("toast", ("flour", "water", "dough", "oven", "bread")),
    ],
)
def test_every_concept_comes_once_and_after_its_prerequisites(concept: str, order: tuple[str, ...]) -> None:
    assert reading_orders(BEFORE)[concept] == order


@pytest.mark.parametrize(("concept", "steps"), [("flour", 0), ("dough", 1), ("bread", 2), ("toast", 3)])
def test_the_distance_to_a_concept_is_its_longest_chain(concept: str, steps: int) -> None:
    assert steps_before(BEFORE)[concept] == steps


@pytest.mark.parametrize("seed", range(5))
def test_any_glossary_without_cycles_has_paths(seed: int) -> None:
    chance = random.Random(seed)
    before = {str(n): tuple(str(m) for m in range(n) if chance.random() < 0.3) for n in range(14)}
    orders, steps = reading_orders(before), steps_before(before)
    for concept in before:
        order = [*orders[concept], concept]
        assert len(order) == len(set(order))
        for place, name in enumerate(order):
            assert set(before[name]) <= set(order[:place])
        assert steps[concept] < len(order)


def test_a_long_path_that_forks_at_every_step_is_handled() -> None:
    """There are far too many paths to follow each of them."""
    before = {str(n): tuple(str(m) for m in (n - 2, n - 1) if m >= 0) for n in range(2000)}
    assert reading_orders(before)["1999"] == tuple(map(str, range(1999)))
    assert steps_before(before)["1999"] == 1999
