"""The `glossary` command: the layer that prints results and determines exit codes."""

from __future__ import annotations

import signal
import sys
import traceback
from importlib import import_module
from io import TextIOWrapper
from keyword import iskeyword
from pathlib import Path
from typing import NoReturn

import click

from executable_glossary.cli.exit_codes import GOOD, INTERRUPTED, OUR_BUG, WRONG_USE

# The commands, each with its description in `--help`.
COMMANDS = {
    "check": "Report every problem, with its location and a fix.",
    "explain": "Explain a rule: why it exists, and how to fix or silence the problems that it reports.",
    "plan": "List published pages, and pages that are written but not published.",
    "coverage": "Show what has been written for each reader, and what to write next.",
    "run": "Run the examples and compare their results with the recorded ones.",
    "why": "Explain why an example would run again.",
    "doctor": "Show how this machine isolates examples and tracks what they read.",
    "build": "Run the examples that changed, and build the site.",
    "serve": "Preview the site while you write.",
    "render": "Write plain Markdown for another site generator.",
    "store": "Manage the stored runs.",
    "new": "Start a new entry.",
    "import": "Create entries from a glossary in reST, CSV, Markdown, or SKOS.",
    "schema": "Update the JSON Schemas for editors.",
    "report": "Show what a change does to each page, for reviewers.",
    "init": "Start a glossary on your own subject.",
    "upgrade-report": "Show how newly installed packages change the results.",
}
HIDDEN = ("commands",)


class _Commands(click.Group):
    """Imports a command only when it is used, so that no command waits for the imports of the others."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*COMMANDS, *HIDDEN])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        identifier = f"{name}_" if iskeyword(name) else name.replace("-", "_")
        command: click.Command = getattr(import_module(f"{__name__}.{identifier}"), identifier)
        command.short_help = COMMANDS.get(name)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The same list as click's, without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The glossary's folder, or a folder inside it. Default: the current folder.",
)
@click.version_option(package_name="executable-glossary", help="Show the version and exit.")
@click.pass_context
def cli(context: click.Context, directory: Path) -> None:
    """Build a glossary site from entries (concepts/*.yml) and runnable examples (examples/*.py).

    To begin, run `glossary new "Your term"`. While you write, `glossary serve` shows your page, and `glossary
    check` reports problems.

    Exit codes: 0 success, 1 problems in the content, 2 incorrect usage or environment,
    3 a bug in the generator, 130 interrupted.
    """
    context.obj = directory
    try:
        Path.cwd()
    except FileNotFoundError:
        raise click.UsageError("the current folder no longer exists; go to another one") from None


def main() -> NoReturn:
    """Run the command. A bug in the generator has its own exit code, and the user is asked to report it."""
    try:
        _handle_signals()
        _write_any_name()
        cli(standalone_mode=False)
        sys.exit(GOOD)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        _show_in_one_line(error)
        sys.exit(WRONG_USE)
    except Exception as error:
        from executable_glossary.app.tables.problem_list import refusal

        if message := refusal(error):
            click.echo(f"Error: {message}", err=True)
            sys.exit(WRONG_USE)
        traceback.print_exc()
        click.echo(
            "This is a bug in the generator, not in your content. Please report the lines above.", err=True
        )
        sys.exit(OUR_BUG)


def _show_in_one_line(error: click.ClickException) -> None:
    # `--help` should not spend time on imports.
    from executable_glossary.model.terminal_text import single_line

    error.message = single_line(error.message)
    error.show()


def _handle_signals() -> None:
    # With this handler, these signals end all runs and clean up, as Ctrl-C does. `nohup` ignores SIGHUP.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def _write_any_name() -> None:
    """Let file names be printed that are not UTF-8, or that the terminal's encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
