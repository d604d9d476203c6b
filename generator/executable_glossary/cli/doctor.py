"""`glossary doctor`: how this machine can isolate and follow the runs of examples."""

from __future__ import annotations

import click

from executable_glossary.app.tables.doctor_table import doctor_lines
from executable_glossary.cli.options import exit_with
from executable_glossary.execution import SubprocessRunner


@click.command(short_help="Show how this machine isolates examples and follows what they read.")
def doctor() -> None:
    """Show how examples are isolated here, whether everything that they read can be followed, and if not, why.

    Works in any folder, and runs no examples.
    """
    report = SubprocessRunner().probe()
    click.echo(doctor_lines(report.get("isolation", {}), report.get("reads", {}).get("unknown", ())))
    exit_with(())
