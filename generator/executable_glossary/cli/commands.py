"""`glossary commands`: a description of all commands as JSON, from which the manual is built."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from executable_glossary.cli.exit_codes import GOOD, INTERRUPTED, OUR_BUG, PROBLEMS, WRONG_USE
from executable_glossary.model.manual import Command, CommandLine, Exit, Option

NAME = "glossary"
EXITS = (
    Exit(code=GOOD, meaning="success"),
    Exit(code=PROBLEMS, meaning="problems in the content, such as a failed run or a refuted claim"),
    Exit(
        code=WRONG_USE,
        meaning="incorrect usage, or a system error such as missing permissions or a full disk",
    ),
    Exit(code=OUR_BUG, meaning="a bug in the generator"),
    Exit(code=INTERRUPTED, meaning="interrupted"),
)


@click.command(hidden=True)
@click.pass_context
def commands(context: click.Context) -> None:
    """Describe all commands as JSON."""
    click.echo(describe(context.find_root().command).model_dump_json())


def describe(group: click.Command) -> CommandLine:
    """A description of the commands that a group's `--help` lists, in the same order."""
    context = click.Context(group, info_name=NAME, **group.context_settings)
    return CommandLine(
        shared=_options(group, context), commands=tuple(_commands(group, context)), exits=EXITS
    )


def _commands(group: click.Command, context: click.Context) -> Iterator[Command]:
    for name in group.list_commands(context) if isinstance(group, click.Group) else ():
        command = group.get_command(context, name) if isinstance(group, click.Group) else None
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from _commands(command, inner)
        else:
            yield _command(command, inner)


def _command(command: click.Command, context: click.Context) -> Command:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    text = inspect.cleandoc(command.help or "")
    return Command(name=context.command_path, usage=usage, text=text, options=_options(command, context))


def _options(command: click.Command, context: click.Context) -> tuple[Option, ...]:
    """Leaves out arguments, which the command's text explains, and each command's `--help`."""
    help_option = ", ".join(context.help_option_names) if context.parent else ""
    records = (parameter.get_help_record(context) for parameter in command.get_params(context))
    return tuple(
        Option(names=record[0], help=record[1]) for record in records if record and record[0] != help_option
    )
