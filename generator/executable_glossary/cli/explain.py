"""The command that explains what a code means."""

from __future__ import annotations

from pathlib import Path

import click

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.mkdocs_config import find_project
from executable_glossary.app.explain_code import Lesson, as_terminal, lesson_of, lessons, listed
from executable_glossary.cli.options import open_project, unknown_name
from executable_glossary.model.project import PACKAGED


@click.command(short_help="Explain a rule: why it exists, how to fix, how to silence.")
@click.argument("code", required=False)
@click.pass_obj
def explain(directory: Path, code: str | None) -> None:
    """Explain what CODE means, the word in brackets of a problem; without CODE, list all that can be explained.

    A rule of prose has a page: why it is there, before and after, how to fix it, and how to silence it with
    a reason. All other codes are of mistakes that cannot be silenced.
    """
    known = lessons(_templates(directory))
    click.echo(listed(known.values()) if code is None else as_terminal(_found(code, known)))


def _templates(directory: Path) -> Templates:
    """A project may have pages of its own; whoever has none yet can read the packaged ones."""
    root = find_project(directory.resolve())
    return (
        Templates(open_project(root).templates, root) if root is not None else Templates(PACKAGED, PACKAGED)
    )


def _found(code: str, known: dict[str, Lesson]) -> Lesson:
    """A code may be given as it was told: `warning[jargon]`."""
    bare = code.rpartition("[")[2].rstrip("]:").strip()
    if lesson := lesson_of(bare, known):
        return lesson
    raise unknown_name("code", bare, known, "`glossary explain` lists them")
