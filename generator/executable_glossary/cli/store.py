"""Commands about the store of runs."""

from __future__ import annotations

import re
from pathlib import Path

import click

from executable_glossary.app.pipeline import prepare
from executable_glossary.app.store_gc import swept_line, tidy
from executable_glossary.cli.options import leave, opened, pass_root, tell
from executable_glossary.execution import SubprocessRunner

UNITS = {"": 1, "B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


class Size(click.ParamType):
    """A number of bytes, as people write it."""

    name = "size"

    def convert(
        self, value: str | int, parameter: click.Parameter | None, context: click.Context | None
    ) -> int:
        """`500MB` → 500,000,000."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMG]?B|)", value.strip().upper())
        if found is None:
            self.fail(f"{value} is no size; write it as 500MB or 2GB", parameter, context)
        return round(float(found[1]) * UNITS[found[2]])


@click.group(short_help="Look after the stored runs.")
def store() -> None:
    """Look after the store: the folder .glossary/, where runs are remembered so that none is made twice.

    It grows with every change of an example. Nothing in it is precious: delete the folder, and all that is
    lost is the time to run the examples again. The accepted results are not there, but in
    examples/recorded/, which is committed.
    """


@store.command(short_help="Make the store smaller.")
@click.option(
    "--keep", "most", type=Size(), required=True, help="The most it may hold, such as 500MB or 2GB."
)
@click.option("--dry-run", "dry", is_flag=True, help="Remove nothing: say what would be removed.")
@pass_root
def gc(root: Path, most: int, dry: bool) -> None:
    """Remove the oldest stored runs, and the files that only they need, until the store is small enough.

    What is needed stays, even if it is more than that: the run of every recorded result, and for every
    example and seed the run that pages show now, or else its latest.
    """
    project = opened(root, runs="auto")
    built = prepare(project)
    if built.glossary is None or built.glossary.unread_examples or built.failed:
        tell(built.problems)
        click.echo(
            "nothing was removed; fix this first, because an unreadable example hides what it needs", err=True
        )
        leave(built.problems)
    click.echo(swept_line(tidy(project, built, SubprocessRunner(), most, dry), most, dry))
