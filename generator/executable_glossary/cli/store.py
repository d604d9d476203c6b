"""`glossary store`: the stored runs."""

from __future__ import annotations

import re
from pathlib import Path

import click

from executable_glossary.app.pipeline import prepare
from executable_glossary.app.store_gc import collect_garbage, removal_summary
from executable_glossary.cli.options import exit_with, open_project, pass_root, print_problems
from executable_glossary.execution import SubprocessRunner

UNITS = {"": 1, "B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


class Size(click.ParamType):
    """A number of bytes such as 500MB."""

    name = "size"

    def convert(
        self, value: str | int, parameter: click.Parameter | None, context: click.Context | None
    ) -> int:
        """`500MB` → 500,000,000."""
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMG]?B|)", value.strip().upper())
        if match is None:
            self.fail(f'"{value}" is not a valid size; use a size such as 500MB or 2GB', parameter, context)
        return round(float(match[1]) * UNITS[match[2]])


@click.group()
def store() -> None:
    """Manage the store: the .glossary/ folder, which keeps results so that runs do not have to be repeated.

    It grows with every change to an example. You can delete it at any time; the examples then run again.
    Accepted results are not stored there, but in examples/recorded/, which is committed.
    """


@store.command(short_help="Remove the oldest runs from the store.")
@click.option(
    "--keep", "most", type=Size(), required=True, help="Maximum size of the store, such as 500MB or 2GB."
)
@click.option("--dry-run", "dry", is_flag=True, help="Show what would be removed, without removing anything.")
@pass_root
def gc(root: Path, most: int, dry: bool) -> None:
    """Remove the oldest stored runs, and the files that only they use, until the store is within the size limit.

    Keeps everything that is needed, even if the store remains above the limit: every run that a record uses
    and, for each example and seed, the run shown on pages or, if no run is shown, the latest one.
    """
    project = open_project(root, runs="auto")
    built = prepare(project)
    if built.glossary is None or built.glossary.unread_examples or built.failed:
        print_problems(built.problems)
        click.echo(
            "nothing was removed, because examples with errors may need any of the stored runs; fix the errors first",
            err=True,
        )
        exit_with(built.problems)
    click.echo(removal_summary(collect_garbage(project, built, SubprocessRunner(), most, dry), most, dry))
