"""`glossary check`: every problem in every file."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

import click

from executable_glossary.app.build_record import BuildFacts, LastBuild, evidence_files
from executable_glossary.app.pipeline import prepare, verify
from executable_glossary.app.run_progress import RunProgress
from executable_glossary.app.tables.problem_list import FORMATS, hint
from executable_glossary.cli.exit_codes import GOOD, PROBLEMS
from executable_glossary.cli.options import (
    format_option,
    open_project,
    pass_root,
    strict_option,
)
from executable_glossary.execution import ForkServerRunner, SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.project import Project


@click.command()
@strict_option
@format_option(FORMATS)
@pass_root
def check(root: Path, strict: bool | None, format: str) -> None:
    """Report every problem in every file, with its location and a fix.

    If a file contains invalid keys or values, the remaining checks on that file run only after you fix them.

    Runs no examples: claims are checked against the recorded results. `glossary explain CODE` explains a
    problem and, for a prose rule, how to silence it with a reason.
    """
    project = open_project(root, strict=strict, runs="frozen")
    today, started = date.today(), time.time()
    last = LastBuild(project, None, {"today": today, "strict": strict, "format": format})
    facts = last.unchanged(SubprocessRunner)
    if facts is None:
        facts = _checked(project, today, format)
        last.keep(facts, started)
    click.echo(facts.report)
    if facts.hint:
        click.echo(facts.hint, err=True)
    sys.exit(PROBLEMS if facts.failed else GOOD)


def _checked(project: Project, today: date, format: str) -> BuildFacts:
    built = verify(project, prepare(project, today), ForkServerRunner.of(project), RunProgress())
    report, advice = FORMATS[format](built.problems), ""
    if format == "text":
        report, advice = f"{report}{_scope(built)}", hint(built.problems)
    files = evidence_files(project, built)
    return BuildFacts(files=files, report=report, failed=built.failed, hint=advice)


def _scope(built: Build) -> str:
    if built.glossary is None or built.plan is None:
        return ""
    return f" in {len(built.glossary.entries)} entries, {len(built.plan.published)} pages"
