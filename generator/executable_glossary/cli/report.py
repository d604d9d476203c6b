"""`glossary report`: the effect of a change on the published glossary, for reviewers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from executable_glossary.adapters.git import GitError, branching_point, revision
from executable_glossary.app.change_report import Review, review
from executable_glossary.app.change_report.json_report import review_as_json
from executable_glossary.app.change_report.markdown_report import review_as_markdown
from executable_glossary.app.change_report.text_report import review_as_text
from executable_glossary.cli.options import exit_with, format_option, open_project, pass_root

FORMATS: Mapping[str, Callable[[Review], str]] = {
    "text": review_as_text,
    "json": review_as_json,
    "markdown": review_as_markdown,
}


@click.command()
@click.option(
    "--base",
    metavar="REV",
    help="Branch, tag, or commit to compare with. Default: the commit where this branch diverged from main (or origin/main).",
)
@format_option(FORMATS)
@pass_root
def report(root: Path, base: str | None, format: str) -> None:
    """Compare the working tree with a revision: the wording of each page, readers, claims, metrics, and
    problems.

    Runs no examples; both sides use their recorded results. Exits with 1 if the working tree has errors, and
    with 2 if there is nothing to compare with.
    """
    project = open_project(root, runs="frozen", strict=False)
    try:
        since = branching_point(root) if base is None else revision(root, base)
    except GitError as error:
        raise click.UsageError(str(error)) from None
    result = review(project, since)
    click.echo(FORMATS[format](result))
    exit_with(result.comparison.problems)
