"""`glossary check`: every problem in every file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from executable_glossary.app.pipeline import prepare, verify
from executable_glossary.app.tables.problem_list import FORMATS, hint
from executable_glossary.cli.options import (
    exit_with,
    format_option,
    open_project,
    pass_root,
    show_progress,
    strict_option,
)
from executable_glossary.execution import ForkServerRunner
from executable_glossary.model.build import Build


@click.command()
@strict_option
@format_option(FORMATS)
@pass_root
def check(root: Path, strict: bool | None, format: str) -> None:
    """Report every problem in every file, with its location and a fix.

    If a file contains invalid keys or values, the remaining checks on that file run only after you fix them.

    Runs no examples: claims are checked against the recorded results. `glossary explain CODE` explains a
    problem and, for a prose rule, how to silence it with a reason.
    """
    project = open_project(root, strict=strict, runs="frozen")
    prepared = prepare(project, date.today())
    built = verify(project, prepared, ForkServerRunner(project.preload), show_progress)
    report = FORMATS[format](built.problems)
    click.echo(f"{report}{_scope(built)}" if format == "text" else report)
    if format == "text" and built.problems:
        click.echo(hint(built.problems), err=True)
    exit_with(built.problems)


def _scope(built: Build) -> str:
    if built.glossary is None or built.plan is None:
        return ""
    return f" in {len(built.glossary.entries)} entries, {len(built.plan.published)} pages"
