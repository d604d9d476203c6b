"""Commands about the content: check it, see the plan, run the examples."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

from executable_glossary.app.pipeline import artifact_files, prepare, prove, run_examples
from executable_glossary.app.tables.plan_table import plan_table
from executable_glossary.app.tables.problem_list import FORMATS, hint
from executable_glossary.app.tables.run_table import Changes, runs_as_json, runs_as_text
from executable_glossary.cli.options import (
    GOOD,
    PROBLEMS,
    leave,
    no_such,
    opened,
    pass_root,
    runs_option,
    say,
    strict_examples_option,
    strict_option,
    tell,
    untrusted_option,
)
from executable_glossary.cli.why import refuse_unknown, show_forecast
from executable_glossary.execution import ForkServerRunner
from executable_glossary.model.build import Build
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project
from executable_glossary.stages.execute import accept


@click.command(short_help="Report all problems, with location and fix. Runs nothing.")
@strict_option
@click.option("--format", "shape", type=click.Choice(list(FORMATS)), default="text", help="How to tell them.")
@pass_root
def check(root: Path, strict: bool | None, shape: str) -> None:
    """Report every problem in every file, with its location and a fix. Runs nothing; compares with recorded results.

    `glossary explain CODE` says what is behind a problem, and how to silence a rule of prose with a reason.
    """
    project = opened(root, strict=strict, runs="frozen")
    prepared = prepare(project, date.today())
    built = prove(project, prepared, ForkServerRunner(project.settings.preload), say)
    told = FORMATS[shape](built.problems)
    click.echo(told if shape != "text" else f"{told}{_counted(built)}")
    if shape == "text" and built.problems:
        click.echo(hint(built.problems), err=True)
    leave(built.problems)


@click.command(short_help="List the pages: for whom, and why or why not.")
@click.argument("concept", required=False)
@pass_root
def plan(root: Path, concept: str | None) -> None:
    """List every page with its reader, coverage, overlap, and why it is or is not published."""
    built = prepare(opened(root))
    if built.glossary is not None and concept is not None and concept not in built.glossary.entries:
        raise no_such("concept", concept, built.glossary.entries, "`glossary plan` lists them")
    tell(built.problems)
    if built.plan is not None:
        click.echo(plan_table(built.plan, concept))
    leave(built.problems)


@click.command(short_help="Run the examples, and compare with the record.")
@click.argument("names", nargs=-1)
@runs_option
@strict_option
@strict_examples_option
@untrusted_option
@click.option("--accept", "accepting", is_flag=True, help="Record the results: write examples/recorded/.")
@click.option("--here", is_flag=True, help="Run one example by hand in this folder, with the files it needs.")
@click.option("--seed", type=int, envvar="SEED", help="With --here: this one instead of the head's first.")
@click.option("--explain", "explaining", is_flag=True, help="Run nothing: say what would run, and why.")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", help="How to tell it."
)
@pass_root
def run(
    root: Path,
    names: tuple[str, ...],
    accepting: bool,
    here: bool,
    seed: int | None,
    explaining: bool,
    shape: str,
    **settings: Any,
) -> None:
    """Run the examples (all, or those NAMED) whose results are not there yet, and compare with the record."""
    project = opened(root, **settings)
    built = prepare(project)
    refuse_unknown(built.glossary, names)
    if explaining:
        show_forecast(project, built, names, shape)
    if here:
        _run_here(project, built, names, seed)
    built = run_examples(project, built, ForkServerRunner(project.settings.preload), say, names)
    changes = _accept(project, built, names) if accepting else None
    _tell_runs(built, changes, shape)


def _tell_runs(built: Build, changes: Changes | None, shape: str) -> NoReturn:
    problems = tuple(problem for problem in built.problems if not _is_settled(problem, built, changes or {}))
    if shape == "json":
        click.echo(runs_as_json(built.evidence.values(), changes, problems))
    else:
        if built.evidence:
            click.echo(runs_as_text(built.evidence.values(), changes))
        tell(problems)
    leave(problems)


def _accept(project: Project, built: Build, names: tuple[str, ...]) -> Changes:
    """What did not run, or failed, is there too, with None: nobody commits a record that was not written."""
    chosen = tuple(name for name in names or built.evidence if name in built.evidence)
    recorded = accept((built.evidence[name] for name in chosen), project)
    return {name: recorded.get(name) for name in chosen}


def _is_settled(problem: Problem, built: Build, changes: Changes) -> bool:
    """A drift that was just accepted needs no complaint any more."""
    accepted = {built.evidence[name].example.path for name, made in changes.items() if made is not None}
    return problem.code == "metric-drifted" and problem.place.path in accepted


def _run_here(project: Project, built: Build, names: tuple[str, ...], seed: int | None) -> NoReturn:
    """As `python examples/x.py` would, after what it needs was made and copied beside."""
    if len(names) != 1:
        raise click.UsageError("--here runs one example; name it")
    example = built.glossary.examples.get(names[0]) if built.glossary else None
    if example is None:
        tell(built.problems)
        leave(built.problems)
    seeds = example.settings.seeds
    if seed is not None and seed not in seeds:
        raise click.UsageError(f"{example.name} has no seed {seed}; use one of {', '.join(map(str, seeds))}")
    seed = seeds[0] if seed is None else seed
    _lay_caches(project, example)
    if example.settings.needs:
        made = run_examples(
            project, built, ForkServerRunner(project.settings.preload), say, example.settings.needs
        )
        if not made.evidence:
            tell(made.problems)
            leave(made.problems)
        for name, file in artifact_files(project, made, example.name, seed).items():
            shutil.copyfile(file, name)
            say(f"{name} lies here now")
    command = [sys.executable, str(project.root / example.path)]
    surroundings = {**os.environ, "SEED": str(seed)}
    sys.exit(PROBLEMS if subprocess.run(command, check=False, env=surroundings).returncode else GOOD)


def _lay_caches(project: Project, example: Example) -> None:
    for name in example.settings.cache:
        place = project.cache(name)
        if place is None or not place.exists():
            raise click.UsageError(
                f"{example.name} reads {name}; `caches` in mkdocs.yml must say where it lies"
            )
        link = Path(name)
        if not link.exists():
            # One that was laid here before may lead to where the data were.
            link.unlink(missing_ok=True)
            link.symlink_to(place.resolve())
            say(f"{name} leads to {place} now")


def _counted(built: Build) -> str:
    if built.glossary is None or built.plan is None:
        return ""
    return f" in {len(built.glossary.entries)} entries, {len(built.plan.published)} pages"
