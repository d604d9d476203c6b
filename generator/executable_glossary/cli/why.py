"""Commands that say why: what changed since an example last ran, and what a run would do."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from executable_glossary.app.pipeline import foretell, prepare
from executable_glossary.app.tables.forecast_table import forecast_table, why_lines
from executable_glossary.app.tables.run_table import forecasts_as_json
from executable_glossary.cli.options import leave, no_such, opened, pass_root, tell
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import errors
from executable_glossary.model.project import Project


@click.command(short_help="Say why an example would run again.")
@click.argument("name")
@pass_root
def why(root: Path, name: str) -> None:
    """Say, for each seed of the example NAME, the first thing that changed since it ran. Runs nothing.

    "nothing changed" means that the stored run is shown. Tells of a cell, a module or data file, an
    artifact of another example, a setting, or an installed package.
    """
    project = opened(root, runs="auto")
    built = prepare(project)
    refuse_unknown(built.glossary, (name,))
    forecasts = [
        found for found in foretell(project, built, SubprocessRunner(), (name,)) if found.example == name
    ]
    if forecasts:
        click.echo(why_lines(forecasts))
        leave(())
    tell(built.problems)
    leave(built.problems)


def show_forecast(project: Project, built: Build, names: tuple[str, ...], shape: str) -> NoReturn:
    """What `glossary run` would do: for its option --explain."""
    forecasts = foretell(project, built, SubprocessRunner(), names)
    if shape == "json":
        click.echo(forecasts_as_json(forecasts))
    elif forecasts:
        click.echo(forecast_table(forecasts))
    tell(errors(built.problems))
    leave(built.problems)


def refuse_unknown(glossary: Glossary | None, names: tuple[str, ...]) -> None:
    """An example that cannot be read is there all the same: what is wrong with it is told with the rest."""
    unknown = [name for name in names if glossary and not glossary.has_example(name)]
    if glossary and unknown:
        raise no_such("example", unknown[0], glossary.examples, f"there are {', '.join(glossary.examples)}")
