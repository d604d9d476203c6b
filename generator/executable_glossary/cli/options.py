"""What all commands share: options, the project at hand, and how results and problems are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from executable_glossary.adapters.mkdocs_config import NAME, find_project, read_project
from executable_glossary.app.tables.problem_list import as_text
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import Project

GOOD, PROBLEMS, WRONG_USE, OUR_BUG, INTERRUPTED = 0, 1, 2, 3, 130

strict_option = click.option(
    "--strict", is_flag=True, default=None, help="Warnings and drifted results are errors."
)
runs_option = click.option(
    "--runs",
    type=click.Choice(["auto", "frozen", "refresh"]),
    help="auto: run what changed. frozen: run nothing, show recorded results. refresh: run everything.",
)
strict_examples_option = click.option(
    "--strict-examples",
    is_flag=True,
    default=None,
    help="An example that cannot run here, for want of a package or data, is an error.",
)
untrusted_option = click.option(
    "--untrusted", is_flag=True, default=None, help="Run nothing unless runs can be isolated here."
)


def pass_root(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the glossary's folder. Looked for only now, so that `--help` works everywhere."""

    @click.pass_obj
    @wraps(command)
    def in_project(directory: Path, *arguments: Any, **options: Any) -> None:
        root = find_project(directory.resolve())
        if root is None:
            raise click.UsageError(f"there is no {NAME} in {directory} or above it")
        command(root, *arguments, **options)

    return in_project


def opened(root: Path, **settings: Any) -> Project:
    project, problems = read_project(root, **settings)
    if project is None:
        tell(problems)
        sys.exit(PROBLEMS)
    return project


def say(event: object) -> None:
    """Progress goes to standard error, so that it never mixes with results; a log of CI does not need it."""
    if not os.environ.get("CI"):
        click.echo(str(event), err=True)


def tell(problems: Iterable[Problem]) -> None:
    if problems := tuple(problems):
        click.echo(as_text(problems), err=True)


def no_such(what: str, name: str, known: Iterable[str], otherwise: str) -> click.UsageError:
    """For a name that nothing has. `otherwise`: where those that there are can be seen, if none is like it."""
    near = get_close_matches(name, known, n=3)
    told = f"did you mean {' or '.join(near)}?" if near else otherwise
    return click.UsageError(f'there is no {what} "{name}"; {told}')


def leave(problems: Iterable[Problem]) -> NoReturn:
    sys.exit(PROBLEMS if errors(problems) else GOOD)
