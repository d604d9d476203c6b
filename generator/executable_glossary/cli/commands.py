"""What the commands are, for the manual: read from the commands themselves, so that it cannot be out of date."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from executable_glossary.cli.options import GOOD, INTERRUPTED, OUR_BUG, PROBLEMS, WRONG_USE
from executable_glossary.model.manual import Command, CommandLine, Exit, Option

NAME = "glossary"
EXITS = (
    Exit(code=GOOD, meaning="good"),
    Exit(code=PROBLEMS, meaning="problems in the content, a failed run or a refuted claim"),
    Exit(code=WRONG_USE, meaning="wrong use, or the machine refused (no right, no room)"),
    Exit(code=OUR_BUG, meaning="a bug of the generator"),
    Exit(code=INTERRUPTED, meaning="interrupted"),
)


@click.command(hidden=True)
@click.pass_context
def commands(context: click.Context) -> None:
    """Tell programs, as JSON, which commands there are. The manual is made of it."""
    click.echo(described(context.find_root().command).model_dump_json())


def described(group: click.Command) -> CommandLine:
    """All commands below a group that `--help` shows, in the order in which it shows them."""
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
    """Arguments have no help of their own: the command's text speaks of them. All commands know `--help`."""
    asked = ", ".join(context.help_option_names) if context.parent else ""
    records = (parameter.get_help_record(context) for parameter in command.get_params(context))
    told = (record for record in records if record is not None)
    return tuple(Option(names=names, help=help) for names, help in told if names != asked)
