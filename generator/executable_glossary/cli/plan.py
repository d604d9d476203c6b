"""`glossary plan`: every page that has all required blocks, with its reader and the reason it is or isn't published."""

from __future__ import annotations

from pathlib import Path

import click

from executable_glossary.app.pipeline import prepare
from executable_glossary.app.tables.plan_table import plan_table
from executable_glossary.cli.options import exit_with, open_project, pass_root, print_problems, unknown_name


@click.command()
@click.argument("concept", required=False)
@pass_root
def plan(root: Path, concept: str | None) -> None:
    """List the published pages, and those that are written but not published, with the reason for each.

    With CONCEPT, list only the pages of that concept. `glossary coverage` lists the pages whose required blocks
    are missing.

    Coverage is the share of a page that is written specifically for its reader; overlap is the share that it
    has in common with another page of the concept. Runs no examples.
    """
    built = prepare(open_project(root))
    if built.glossary is not None and concept is not None and concept not in built.glossary.entries:
        raise unknown_name("concept", concept, built.glossary.entries, "`glossary plan` lists them")
    print_problems(built.problems)
    if built.plan is not None:
        click.echo(plan_table(built.plan, concept))
    exit_with(built.problems)
