"""`glossary schema`: JSON Schemas for editors."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from executable_glossary.app.editor_schemas import outdated
from executable_glossary.cli.exit_codes import GOOD, PROBLEMS
from executable_glossary.cli.options import exit_with, open_project, pass_root, print_problems
from executable_glossary.model.terminal_text import single_line
from executable_glossary.stages.load import load


@click.command()
@click.option(
    "--check",
    "checking",
    is_flag=True,
    help="Write nothing; list the schemas that are out of date, and exit with 1 if any are.",
)
@pass_root
def schema(root: Path, checking: bool) -> None:
    """Update the JSON Schemas that editors use to complete and check entries: concepts/_entry.schema.json,
    and the schemas for axes, findings, and rules.

    They contain the roles, audiences, formats, and blocks of this glossary, so run this command after you change
    concepts/_axes.yml or templates/blocks/, or add a prose rule. Editors find the schema through the first line of
    an entry, `# yaml-language-server: $schema=_entry.schema.json`.
    """
    project = open_project(root)
    glossary, problems = load(project)
    if glossary is None:
        print_problems(problems)
        exit_with(problems)
    schemas = outdated(project, glossary)
    for path, content in schemas.items():
        if checking:
            click.echo(single_line(f"{project.relative(path)} is out of date"))
        else:
            path.write_bytes(content)
            click.echo(single_line(f"wrote {project.relative(path)}"))
    if not schemas:
        click.echo("the schemas are up to date")
    sys.exit(PROBLEMS if checking and schemas else GOOD)
