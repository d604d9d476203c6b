"""Values about runs: what statistics, settings and evidence say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from generator.model.evidence import Drift, Evidence, Statistic
from generator.model.example import Cell, Example, Settings
from generator.model.run import Figure, Output, Run, RunEvent


def example(**settings: object) -> Example:
    cells = (Cell("look", "Look", "", "x = 1", 3), Cell("read", "Read", "Only text.", "", 6))
    return Example("one", "examples/one.py", "One", "", "", Settings.model_validate(settings), (), cells)


def test_a_statistic_has_the_sample_deviation() -> None:
    assert Statistic((1.0, 2.0, 3.0)).std == 1.0
    assert Statistic((1.0, 2.0, 3.0)).mean == 2.0
    assert (Statistic((4, 2)).min, Statistic((4, 2)).max, Statistic((4, 2)).n) == (2, 4, 2)


def test_one_run_has_no_spread() -> None:
    assert Statistic((0.5,)).std == 0.0


def test_evidence_speaks_only_of_metrics_that_every_seed_reports() -> None:
    runs = (Run("one", 0, "passed", metrics={"a": 1, "b": 2}), Run("one", 1, "passed", metrics={"a": 3}))
    assert Evidence(example(), runs, "executed").metrics == {"a": Statistic((1, 3))}


def test_evidence_without_runs_has_no_metrics() -> None:
    assert Evidence(example(), (), "recorded").metrics == {}


@pytest.mark.parametrize(
    ("compared", "drifts", "reproduced"),
    [(True, (), True), (True, (Drift("a", 0, 1, 2, 0.1),), False), (False, (), None)],
)
def test_reproduced_is_said_only_where_something_was_compared(
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
def test_evidence_fails_with_an_outcome_an_output_or_a_metric(run: Run, failed: bool) -> None:
    assert Evidence(example(outputs=["w"]), (run,), "executed").failed is failed
    assert not Evidence(example(outputs=["w"]), (run,), "recorded").failed


def test_only_cells_with_code_run() -> None:
    assert [cell.name for cell in example().code_cells] == ["look"]


def test_figures_move_and_nothing_else() -> None:
    figure = Figure("grid", Path("a.png"), "caption", "alt", 1, 1)
    run = Run("one", 0, "passed", outputs=(Output("look", "text", figures=(figure,)),))
    moved = run.with_figure_files(lambda figure: Path("b") / figure.file.name)
    assert moved.figures[0].file == Path("b/a.png")
    assert moved.with_figure_files(lambda figure: Path(figure.file.name)) == run


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": 0},
        {"timeout": float("inf")},
        {"memory": -1},
        {"threads": 0},
        {"threads": "1"},
        {"seeds": []},
        {"seeds": [-1]},
        {"seeds": 3},
        {"outputs": ["../weights"]},
        {"outputs": [".hidden"]},
        {"tolerance": {"a": -0.1}},
        {"tolerance": {"a": "any"}},
        {"gpu": True},
    ],
)
def test_settings_refuse(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (RunEvent("one", 2, None, 0), "one (seed 2) runs"),
        (RunEvent("one", 2, None, 61.4), "one (seed 2) runs, about 61 s"),
        (RunEvent("one", 2, "passed", 1.26), "one (seed 2): passed after 1.3 s"),
    ],
)
def test_an_event_reads_as_a_line(event: RunEvent, said: str) -> None:
    assert str(event) == said
