"""Drift: a difference beyond the tolerance for any seed, or a metric that only one side has."""

from __future__ import annotations

import math

import pytest

from executable_glossary.adapters.word_catalog import english
from executable_glossary.model.evidence import Drift, told_once
from executable_glossary.model.example import Tolerance, tolerance
from executable_glossary.model.number_format import NumberFormat
from executable_glossary.model.run import Run
from executable_glossary.stages.execute.drift import drifts


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("accuracy", 0.05), ("a.seconds", math.inf), ("a.steps", 5.0), ("a.b.seconds", math.inf)],
)
def test_the_first_matching_pattern_applies(metric: str, expected: float) -> None:
    tolerances: dict[str, Tolerance] = {"*.seconds": "none", "a.*": 5.0, "*.steps": 1.0, "default": 0.05}
    assert tolerance(metric, tolerances) == expected


def test_the_default_tolerance_is_two_hundredths() -> None:
    assert tolerance("accuracy", {}) == 0.02


@pytest.mark.parametrize(
    ("recorded", "now", "moved"),
    [(0.90, 0.92, False), (0.90, 0.88, False), (0.90, 0.9201, True), (0.5, 0.4, True), (7, 7, False)],
)
def test_drift_starts_beyond_the_tolerance(recorded: float, now: float, moved: bool) -> None:
    before, after = (Run("one", 0, "passed", metrics={"a": value}) for value in (recorded, now))
    expected = (Drift("a", 0, recorded, now, 0.02),) if moved else ()
    assert drifts((before,), (after,), {}) == expected


def test_a_metric_on_one_side_only_is_drift_unless_exempt() -> None:
    before = Run("one", 0, "passed", metrics={"gone": 1.0, "old.seconds": 2.0})
    after = Run("one", 0, "passed", metrics={"new": 1.0})
    drifted = drifts((before,), (after,), {"*.seconds": "none"})
    assert [drift.metric for drift in drifted] == ["gone", "new"]
    assert math.isnan(drifted[0].now)
    assert math.isnan(drifted[1].recorded)


def test_drift_is_detected_for_each_seed() -> None:
    before = tuple(Run("one", seed, "passed", metrics={"a": seed}) for seed in (0, 1))
    after = tuple(Run("one", seed, "passed", metrics={"a": 0}) for seed in (0, 1))
    assert [drift.seed for drift in drifts(before, after, {})] == [1]


def test_a_seed_on_one_side_only_is_reported_once_but_each_metric_is_recorded() -> None:
    before = tuple(Run("one", seed, "passed", metrics={"a": 1.0, "b": 1.0}) for seed in (0, 1))
    after = tuple(Run("one", seed, "passed", metrics={"a": 2.0, "b": 1.0, "c": 1.0}) for seed in (0, 2))
    drifted = drifts(before, after, {})
    named = [(drift.seed, drift.metric, drift.whole) for drift in drifted]
    assert named[:2] == [(0, "a", False), (0, "c", False)]
    assert named[2:] == [(1, "a", True), (1, "b", True), (2, "a", True), (2, "b", True), (2, "c", True)]
    assert [NumberFormat(english()).moved(drift) for drift in told_once(drifted)] == [
        "was 1 and is now 2",
        "is 1, with no record to compare it with",
        "seed 1 is recorded but is no longer run",
        "seed 2 has no record",
    ]
