"""Code that the commands share: options, finding the project, output, and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import wraps
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, NoReturn

import click

from executable_glossary.adapters.mkdocs_config import NAME, find_project, read_project
from executable_glossary.app.tables.problem_list import as_text
from executable_glossary.cli.exit_codes import GOOD, PROBLEMS
from executable_glossary.model.example_names import example_name
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import MOST_JOBS, Project

Command = Callable[..., None]

strict_option = click.option(
    "--strict", is_flag=True, default=None, help="Treat warnings and drifted results as errors."
)
runs_option = click.option(
    "--runs",
    type=click.Choice(["auto", "frozen", "refresh"]),
    help="auto: run the examples that changed. frozen: run nothing and use recorded results. refresh: run all examples. "
    "Default: `runs` in mkdocs.yml, or auto if it is not set.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    metavar="N",
    help="The maximum number of concurrent runs. Default: `jobs` in mkdocs.yml, or as many as cores and memory allow.",
)
strict_examples_option = click.option(
    "--strict-examples",
    is_flag=True,
    default=None,
    help="Treat it as an error if an example cannot run because a package or data is missing, as --strict does, except "
    "those that `may_skip` in mkdocs.yml lists.",
)
untrusted_option = click.option(
    "--untrusted",
    is_flag=True,
    default=None,
    help="Run examples only if they can be isolated on this machine, and without the environment variables that they "
    "declare.",
)


class ExampleName(click.ParamType):
    """The name of an example, or the path to its script (`examples/rate.py`), which a shell can complete."""

    name = "example"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> str:
        path = PurePath(value)
        if path.suffix != ".py":
            return value
        below = (
            path.parts[path.parts.index("examples") + 1 :]
            if "examples" in path.parts[:-1]
            else path.parts[-1:]
        )
        return example_name(PurePosixPath(*below)) or path.stem


def format_option(formats: Iterable[str]) -> Callable[[Command], Command]:
    """`--format`; the first format is the default."""
    choices = list(formats)
    help = f"Output format. Default: {choices[0]}."
    return click.option("--format", type=click.Choice(choices), default=choices[0], help=help)


def pass_root(command: Command) -> Command:
    """Pass the glossary's folder to a command. The folder is looked up only when the command runs, so `--help` works
    anywhere."""

    @click.pass_obj
    @wraps(command)
    def in_project(directory: Path, *arguments: Any, **options: Any) -> None:
        root = find_project(directory.resolve())
        if root is None:
            raise click.UsageError(
                f"there is no {NAME} in {directory} or any folder above it; specify a glossary's folder with -C"
            )
        command(root, *arguments, **options)

    return in_project


def open_project(root: Path, **settings: Any) -> Project:
    """The project in a folder. Exits with an error if its settings are invalid."""
    project, problems = read_project(root, **settings)
    if project is None:
        print_problems(problems)
        sys.exit(PROBLEMS)
    return project


def show_progress(event: object) -> None:
    """Print a message to standard error, to keep it separate from results. In CI, print nothing, to keep the log
    short."""
    if not os.environ.get("CI"):
        click.echo(str(event), err=True)


def print_problems(problems: Iterable[Problem]) -> None:
    if problems := tuple(problems):
        click.echo(as_text(problems), err=True)


def unknown_name(kind: str, name: str, known: Iterable[str], fallback: str) -> click.UsageError:
    """An error that suggests similar names or, if no name is similar, gives the advice in `fallback`."""
    similar = get_close_matches(name, known, n=3)
    advice = f"did you mean {' or '.join(similar)}?" if similar else fallback
    return click.UsageError(f'there is no {kind} "{name}"; {advice}')


def refuse_unknown_examples(glossary: Glossary | None, names: Iterable[str]) -> None:
    """Exit if an example does not exist. One that exists but cannot be read is accepted; its errors are
    reported later."""
    for name in names:
        if glossary is not None and not glossary.has_example(name):
            raise unknown_name("example", name, glossary.examples, "`glossary run --explain` lists them")


def exit_with(problems: Iterable[Problem]) -> NoReturn:
    """Exit with 1 if any problem is an error, otherwise with 0."""
    sys.exit(PROBLEMS if errors(problems) else GOOD)
