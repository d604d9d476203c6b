"""`glossary why`: what changed since an example last ran."""

from __future__ import annotations

from pathlib import Path

import click

from executable_glossary.app.pipeline import forecast_runs, prepare
from executable_glossary.app.tables.forecast_table import why_lines
from executable_glossary.cli.options import (
    ExampleName,
    exit_with,
    open_project,
    pass_root,
    print_problems,
    refuse_unknown_examples,
)
from executable_glossary.execution import SubprocessRunner


@click.command()
@click.argument("name", type=ExampleName())
@pass_root
def why(root: Path, name: str) -> None:
    """For each run, show the first thing that changed since the example NAME last ran.

    It may be a cell, a module or data file, an artifact from another example, a setting, or an installed
    package. "nothing changed" means that the stored run is used. If there are several stored runs, such as those of two
    branches, the one that differs least counts. Runs no examples.
    """
    project = open_project(root, runs="auto")
    built = prepare(project)
    refuse_unknown_examples(built.glossary, (name,))
    # The forecast also covers the examples that this one needs.
    all_forecasts = forecast_runs(project, built, SubprocessRunner(), (name,))
    if forecasts := [forecast for forecast in all_forecasts if forecast.example == name]:
        click.echo(why_lines(forecasts))
        exit_with(())
    print_problems(built.problems)
    exit_with(built.problems)
