"""`glossary plan`: every page, its reader, and why it is or is not published."""

from __future__ import annotations

from pathlib import Path

import click

from executable_glossary.app.pipeline import prepare
from executable_glossary.app.tables.plan_table import plan_table
from executable_glossary.cli.options import exit_with, open_project, pass_root, print_problems, unknown_name


@click.command(short_help="List every page, and why it is or is not published.")
@click.argument("concept", required=False)
@pass_root
def plan(root: Path, concept: str | None) -> None:
    """List every page, or the pages of one CONCEPT, with the reason each is or is not published.

    Coverage is the share of a page written for that reader; overlap is the share it has in common with
    another page of the concept. Runs no examples.
    """
    built = prepare(open_project(root))
    if built.glossary is not None and concept is not None and concept not in built.glossary.entries:
        raise unknown_name("concept", concept, built.glossary.entries, "`glossary plan` lists them")
    print_problems(built.problems)
    if built.plan is not None:
        click.echo(plan_table(built.plan, concept))
    exit_with(built.problems)
