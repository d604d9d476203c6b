"""The `glossary` command: the layer that prints results and determines exit codes."""

from __future__ import annotations

import signal
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import click

from executable_glossary.app.tables.problem_list import refusal
from executable_glossary.cli.build import build
from executable_glossary.cli.check import check
from executable_glossary.cli.commands import commands
from executable_glossary.cli.coverage import coverage
from executable_glossary.cli.doctor import doctor
from executable_glossary.cli.explain import explain
from executable_glossary.cli.import_ import import_command
from executable_glossary.cli.init import init
from executable_glossary.cli.new import new
from executable_glossary.cli.options import GOOD, INTERRUPTED, OUR_BUG, WRONG_USE
from executable_glossary.cli.plan import plan
from executable_glossary.cli.render import render
from executable_glossary.cli.report import report
from executable_glossary.cli.run import run
from executable_glossary.cli.schema import schema
from executable_glossary.cli.serve import serve
from executable_glossary.cli.store import store
from executable_glossary.cli.upgrade_report import upgrade_report
from executable_glossary.cli.why import why


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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


for _command in (
    check,
    explain,
    plan,
    coverage,
    run,
    why,
    doctor,
    build,
    serve,
    render,
    store,
    new,
    import_command,
    schema,
    report,
    init,
    upgrade_report,
    commands,
):
    cli.add_command(_command)


def main() -> NoReturn:
    """Run the command. A bug in the generator has its own exit code, and the user is asked to report it."""
    # With this handler, SIGTERM ends all runs and cleans up, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        cli(standalone_mode=False)
        sys.exit(GOOD)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USE)
    except Exception as error:
        if message := refusal(error):
            click.echo(f"Error: {message}", err=True)
            sys.exit(WRONG_USE)
        traceback.print_exc()
        click.echo(
            "This is a bug in the generator, not in your content. Please report the lines above.", err=True
        )
        sys.exit(OUR_BUG)
