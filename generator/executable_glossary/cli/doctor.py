"""`glossary doctor`: how this machine isolates examples, and whether it can track what they read."""

from __future__ import annotations

import click

from executable_glossary.app.tables.doctor_table import doctor_lines
from executable_glossary.cli.options import exit_with
from executable_glossary.execution import SubprocessRunner


@click.command()
def doctor() -> None:
    """Show how this machine isolates examples, and whether it can track everything that they read. If it cannot, show
    the reason.

    Works in any folder and runs no examples.
    """
    report = SubprocessRunner().probe()
    click.echo(doctor_lines(report.get("isolation", {}), report.get("reads", {}).get("unknown", ())))
    exit_with(())
