"""The results in `examples/tried` match the settings in `examples/_recipes.py`."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from glossaries import REPOSITORY

for package in ("torch", "matplotlib", "safetensors"):
    pytest.importorskip(package)

SIX = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]


@pytest.fixture(scope="module")
def recipes() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(REPOSITORY / "examples"))
        patched.delenv("SEED", raising=False)
        yield importlib.import_module("_recipes")


def test_every_way_to_train_had_six_settings(recipes: ModuleType) -> None:
    for name, labels in recipes.cases():
        settings = list(recipes.RECIPES[name].settings())
        assert len(settings) == 6
        assert [row["setting"] for row in recipes.tried(name, labels)] == settings


def test_every_setting_was_tried_with_every_drawing(recipes: ModuleType) -> None:
    for name, labels in recipes.cases():
        for row in recipes.tried(name, labels):
            assert len(row["accuracy"]) == len(recipes.DRAWINGS)


def test_no_results_are_left_over(recipes: ModuleType) -> None:
    patience = importlib.import_module("_patience")
    cases = [*recipes.cases(), (patience.NAME, patience.MOST)]
    files = {f"{name}-{labels}.json" for name, labels in cases}
    assert {file.name for file in recipes.TRIED.iterdir()} == files


@pytest.mark.parametrize(
    ("accuracies", "head"),
    [
        ([0.5, 0.6, 0.7, 0.92, 0.8, 0.7], 0.03),
        ([0.5, 0.6, 0.915, 0.92, 0.8, 0.7], 0.01),  # less than a standard error below the best
        ([0.5, 0.6, 0.905, 0.92, 0.8, 0.7], 0.03),  # more than that
        ([0.5, 0.6, 0.7, 0.8, 0.92, 0.92], 0.1),
    ],
)
def test_the_gentlest_of_the_best_settings_is_chosen(
    recipes: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, accuracies: list[float], head: float
) -> None:
    monkeypatch.setattr(recipes, "TRIED", tmp_path)
    monkeypatch.setattr(recipes, "DRAWINGS", [100])
    rows: list[dict[str, Any]] = [
        {"setting": {"head": rate}, "accuracy": [share]} for rate, share in zip(SIX, accuracies, strict=True)
    ]
    (tmp_path / "frozen-10.json").write_text(json.dumps(rows))
    assert recipes.chosen("frozen", 10) == {"head": head}


@pytest.mark.parametrize(("labels", "nearest"), [(2, 2), (5, 10), (10, 10), (20, 10), (50, 50)])
def test_other_numbers_of_labels_take_the_settings_of_the_nearest(
    recipes: ModuleType, labels: int, nearest: int
) -> None:
    for name in recipes.EVERYWHERE:
        assert recipes.chosen(name, labels) == recipes.chosen(name, nearest)
