"""The command about what is written for whom, and what to write next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from executable_glossary.app.pipeline import prepare
from executable_glossary.app.tables.coverage_table import coverage_as_markdown, coverage_as_text
from executable_glossary.cli.options import leave, opened, pass_root, tell
from executable_glossary.model.coverage import Coverage
from executable_glossary.stages.coverage import survey
from executable_glossary.stages.render.coverage_page import coverage_as_json

SHAPES: Mapping[str, Callable[[Coverage], str]] = {
    "text": coverage_as_text,
    "json": coverage_as_json,
    "markdown": coverage_as_markdown,
}


@click.command(short_help="Say what is written for whom, and what to write next.")
@click.option("--format", "shape", type=click.Choice(list(SHAPES)), default="text", help="How to tell it.")
@pass_root
def coverage(root: Path, shape: str) -> None:
    """Say for each concept, format and reader how much was written for them, and what to write next.

    First comes what most published pages miss: they link to the concept and, for want of a page in that
    format for their reader, lead to another one. What an author left out with `omit: true` is no gap, nor
    is what would be too much like another page. Runs nothing.
    """
    built = prepare(opened(root))
    tell(built.problems)
    # Of entries that are wrong nobody knows what they would give.
    if not built.failed and built.glossary is not None and built.plan is not None:
        click.echo(SHAPES[shape](survey(built.glossary, built.plan)))
    leave(built.problems)
