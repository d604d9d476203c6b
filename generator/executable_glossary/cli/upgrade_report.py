"""`glossary upgrade-report`: how newly installed packages change the results, and how to accept the changes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from executable_glossary.app.pipeline import prepare
from executable_glossary.app.run_progress import RunProgress
from executable_glossary.app.tables.upgrade_table import FORMATS
from executable_glossary.app.upgrade import upgrade
from executable_glossary.cli.exit_codes import GOOD, PROBLEMS
from executable_glossary.cli.options import (
    ExampleName,
    exit_with,
    format_option,
    jobs_option,
    open_project,
    pass_root,
    print_problems,
    refuse_unknown_examples,
    untrusted_option,
)
from executable_glossary.execution import ForkServerRunner


@click.command()
@click.argument("names", nargs=-1, type=ExampleName())
@click.option(
    "--runs",
    type=click.Choice(["refresh", "auto"]),
    default="refresh",
    help="refresh (default): run all examples. auto: run only those that changed since they last ran on this machine.",
)
@jobs_option
@untrusted_option
@format_option(FORMATS)
@pass_root
def upgrade_report(root: Path, names: tuple[str, ...], format: str, **settings: Any) -> None:
    """Run the examples with the packages installed now, and compare the results with the recorded ones.

    Runs the examples in NAMES, or all examples if NAMES is omitted. Lists every package whose version
    differs, every metric that moved, with its tolerance, every claim and finding that flipped or whose
    margin shrank to less than half, and every example that failed. Records nothing; the last line shows the command
    that records the results.

    Exits with 1 if a claim or finding flips, an example fails, or a build with these results would fail.
    Metrics outside their tolerance do not affect the exit code; you have to judge them yourself.
    """
    project = open_project(root, **settings)
    built = prepare(project)
    refuse_unknown_examples(built.glossary, names)
    if built.failed or built.glossary is None:
        print_problems(built.problems)
        exit_with(built.problems)
    preload = ForkServerRunner.of(project)
    result, problems = upgrade(project, built, preload, RunProgress(), names)
    click.echo(FORMATS[format](result, problems))
    sys.exit(GOOD if result.safe and not problems else PROBLEMS)
