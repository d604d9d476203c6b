"""Runs as values: moving their files, and reporting their progress."""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_glossary.model.run import Figure, Output, Run, RunEvent


def test_only_figures_are_moved() -> None:
    figure = Figure("grid", Path("a.png"), "caption", "alt", 1, 1)
    run = Run("one", 0, "passed", outputs=(Output("look", "text", figures=(figure,)),))
    moved = run.with_files(lambda file: Path("b") / file.name)
    assert moved.figures[0].file == Path("b/a.png")
    assert moved.with_files(lambda file: Path(file.name)) == run


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (RunEvent("one", 2, None, 0), "one (seed 2): running"),
        (RunEvent("one", 2, None, 61.4), "one (seed 2): running, about 61 s"),
        (RunEvent("one", 2, "passed", 1.26), "one (seed 2): passed after 1.3 s"),
    ],
)
def test_an_event_is_formatted_as_a_line(event: RunEvent, line: str) -> None:
    assert str(event) == line
