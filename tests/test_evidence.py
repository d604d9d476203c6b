"""The information about runs on pages: statistics over seeds, and whether the record was reproduced."""

from __future__ import annotations

import pytest

from executable_glossary.model.evidence import Drift, Evidence, Statistic
from executable_glossary.model.example import Example, Settings
from executable_glossary.model.run import Run
from executable_glossary.model.text import Text


def example(**settings: object) -> Example:
    return Example(
        "one", "examples/one.py", Text("One"), Text(""), "", Settings.model_validate(settings), (), ()
    )


def test_a_statistic_uses_the_sample_standard_deviation() -> None:
    assert Statistic((1.0, 2.0, 3.0)).std == 1.0
    assert Statistic((1.0, 2.0, 3.0)).mean == 2.0
    assert (Statistic((4, 2)).min, Statistic((4, 2)).max, Statistic((4, 2)).n) == (2, 4, 2)


def test_a_single_run_has_no_spread() -> None:
    assert Statistic((0.5,)).std == 0.0


def test_evidence_has_only_metrics_that_every_seed_reports() -> None:
    runs = (Run("one", 0, "passed", metrics={"a": 1, "b": 2}), Run("one", 1, "passed", metrics={"a": 3}))
    assert Evidence(example(), runs, "executed").metrics == {"a": Statistic((1, 3), seeds=(0, 1))}


def test_evidence_without_runs_has_no_metrics() -> None:
    assert Evidence(example(), (), "recorded").metrics == {}


@pytest.mark.parametrize(
    ("compared", "drifts", "reproduced"),
    [(True, (), True), (True, (Drift("a", 0, 1, 2, 0.1),), False), (False, (), None)],
)
def test_reproduced_requires_a_comparison(
    compared: bool, drifts: tuple[Drift, ...], reproduced: bool | None
) -> None:
    assert Evidence(example(), (), "executed", drifts, compared=compared).reproduced is reproduced


@pytest.mark.parametrize(
    ("run", "failed"),
    [
        (Run("one", 0, "passed", artifacts={"w": "0" * 64}), False),
        (Run("one", 0, "passed"), True),
        (Run("one", 0, "passed", artifacts={"w": "0" * 64}, rejected={"a": "text"}), True),
        (Run("one", 0, "raised"), True),
    ],
)
def test_evidence_fails_if_an_outcome_an_output_or_a_metric_is_wrong(run: Run, failed: bool) -> None:
    assert Evidence(example(outputs=["w"]), (run,), "executed").failed is failed
    assert not Evidence(example(outputs=["w"]), (run,), "recorded").failed
