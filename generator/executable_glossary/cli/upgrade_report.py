"""The command for whoever renews what is installed: what moves, what flips, and how to accept it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from executable_glossary.app.pipeline import prepare
from executable_glossary.app.tables.upgrade_table import SHAPES
from executable_glossary.app.upgrade import upgrade
from executable_glossary.cli.options import (
    GOOD,
    PROBLEMS,
    leave,
    opened,
    pass_root,
    say,
    tell,
    untrusted_option,
)
from executable_glossary.cli.why import refuse_unknown
from executable_glossary.execution import ForkServerRunner


@click.command(short_help="Say what new packages do to the results.")
@click.argument("names", nargs=-1)
@click.option(
    "--runs",
    type=click.Choice(["refresh", "auto"]),
    default="refresh",
    help="refresh: run everything. auto: run only what changed since it last ran here.",
)
@untrusted_option
@click.option("--format", "shape", type=click.Choice(list(SHAPES)), default="text", help="How to tell it.")
@pass_root
def upgrade_report(root: Path, names: tuple[str, ...], runs: str, untrusted: bool | None, shape: str) -> None:
    """Run the examples (all, or those NAMED) with what is installed now, and hold them against the records.

    Lists every package that is another, every metric from recorded to now with its tolerance, every claim
    and finding that flips or whose margin shrank to less than half, and what failed. The records stay as
    they are; the last line says how to accept the results. Leaves with 1 if a claim or finding flips, an
    example fails, or the results would not build; what merely drifts is for you to judge.
    """
    project = opened(root, runs=runs, untrusted=untrusted)
    built = prepare(project)
    refuse_unknown(built.glossary, names)
    if built.failed or built.glossary is None:
        tell(built.problems)
        leave(built.problems)
    found, problems = upgrade(project, built, ForkServerRunner(project.settings.preload), say, names)
    click.echo(SHAPES[shape](found, problems))
    sys.exit(GOOD if found.safe and not problems else PROBLEMS)
