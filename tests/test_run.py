"""Runs as values: moving their files."""

from __future__ import annotations

from pathlib import Path

from executable_glossary.model.run import Figure, Output, Run


def test_only_figures_are_moved() -> None:
    figure = Figure("grid", Path("a.png"), "caption", "alt", 1, 1)
    run = Run("one", 0, "passed", outputs=(Output("look", "text", figures=(figure,)),))
    moved = run.with_figure_files(lambda figure: Path("b") / figure.file.name)
    assert moved.figures[0].file == Path("b/a.png")
    assert moved.with_figure_files(lambda figure: Path(figure.file.name)) == run
