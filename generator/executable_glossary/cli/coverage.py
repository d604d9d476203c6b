"""`glossary coverage`: what has been written for each reader, and what to write next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from executable_glossary.app.pipeline import prepare
from executable_glossary.app.tables.coverage_table import coverage_as_markdown, coverage_as_text
from executable_glossary.cli.options import (
    exit_with,
    format_option,
    open_project,
    pass_root,
    print_problems,
)
from executable_glossary.model.coverage import Coverage
from executable_glossary.stages.coverage import survey
from executable_glossary.stages.render.coverage_page import coverage_as_json

FORMATS: Mapping[str, Callable[[Coverage], str]] = {
    "text": coverage_as_text,
    "json": coverage_as_json,
    "markdown": coverage_as_markdown,
}


@click.command()
@format_option(FORMATS)
@pass_root
def coverage(root: Path, format: str) -> None:
    """Show how much of each concept and format has been written for each reader, and what to write next.

    Missing pages are ranked by the number of published pages that would link to them but currently have to
    link to a different page. A page left out with `omit: true` is not a gap, nor is a page that would be too
    similar to an existing one. Runs no examples.
    """
    built = prepare(open_project(root))
    print_problems(built.problems)
    # The coverage of entries with errors is unknown.
    if not built.failed and built.glossary is not None and built.plan is not None:
        click.echo(FORMATS[format](survey(built.glossary, built.plan)))
    exit_with(built.problems)
