"""The command for reviewers: what a change does to the published glossary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from executable_glossary.adapters.git import GitError, branching_point, revision
from executable_glossary.app.change_report import Review, review
from executable_glossary.app.change_report.json_report import review_as_json
from executable_glossary.app.change_report.markdown_report import review_as_markdown
from executable_glossary.app.change_report.text_report import review_as_text
from executable_glossary.cli.options import leave, opened, pass_root

SHAPES: Mapping[str, Callable[[Review], str]] = {
    "text": review_as_text,
    "json": review_as_json,
    "markdown": review_as_markdown,
}


@click.command(short_help="Say what a change does, page by page, for reviewers.")
@click.option(
    "--base",
    metavar="REV",
    help="Branch, tag or commit to compare with. Default: where this work left main (or origin/main).",
)
@click.option("--format", "shape", type=click.Choice(list(SHAPES)), default="text", help="How to tell it.")
@pass_root
def report(root: Path, base: str | None, shape: str) -> None:
    """Compare the working tree with a revision: pages with their words before and after, readers, claims,
    metrics, and problems. Runs no example of either side; results are the recorded ones.

    Leaves with 1 where the working tree has errors, with 2 where there is nothing to compare with.
    """
    project = opened(root, runs="frozen", strict=False)
    try:
        since = branching_point(root) if base is None else revision(root, base)
    except GitError as error:
        raise click.UsageError(str(error)) from None
    found = review(project, since)
    click.echo(SHAPES[shape](found))
    leave(found.comparison.problems)
