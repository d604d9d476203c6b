"""`glossary run`: runs the examples and compares their results with the recorded ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import click
from click.core import ParameterSource

from executable_glossary.app.pipeline import artifact_files, forecast_runs, prepare, run_examples
from executable_glossary.app.run_progress import RunProgress
from executable_glossary.app.tables.forecast_table import forecast_table
from executable_glossary.app.tables.run_table import Changes, forecasts_as_json, runs_as_json, runs_as_text
from executable_glossary.cli.exit_codes import GOOD, PROBLEMS
from executable_glossary.cli.options import (
    ExampleName,
    exit_with,
    format_option,
    jobs_option,
    open_project,
    pass_root,
    print_problems,
    refuse_unknown_examples,
    runs_option,
    show_progress,
    strict_examples_option,
    strict_option,
    untrusted_option,
)
from executable_glossary.execution import ForkServerRunner, SubprocessRunner
from executable_glossary.execution.job import seed_environment
from executable_glossary.model.build import Build
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import Project
from executable_glossary.stages.execute import accept


@click.command()
@click.argument("names", nargs=-1, type=ExampleName())
@runs_option
@jobs_option
@strict_option
@strict_examples_option
@untrusted_option
@click.option("--accept", "accepting", is_flag=True, help="Record the results in examples/recorded/.")
@click.option(
    "--here",
    is_flag=True,
    help="Run one example directly in the current folder, without isolation. The files that it needs are copied there.",
)
@click.option(
    "--seed",
    type=int,
    envvar="SEED",
    help="With --here: the seed to use. Default: the environment variable SEED or, if it is not set, the example's "
    "first seed (all seeds, if it measures them together).",
)
@click.option(
    "--explain",
    "explaining",
    is_flag=True,
    help="Show what would run, why, and for how long, without running anything.",
)
@format_option(["text", "json"])
@pass_root
def run(
    root: Path,
    names: tuple[str, ...],
    accepting: bool,
    here: bool,
    seed: int | None,
    explaining: bool,
    format: str,
    **settings: Any,
) -> None:
    """Run the examples and compare their results with the recorded ones.

    Runs the examples in NAMES, or all examples if NAMES is omitted. An example runs again only if its code, data, or
    packages have changed since it last ran.
    """
    _refuse_conflicting_options(accepting, here, explaining)
    project = open_project(root, **settings)
    built = prepare(project)
    refuse_unknown_examples(built.glossary, names)
    if explaining:
        _print_forecast(project, built, names, format)
    if here:
        _run_here(project, built, names, seed)
    built = run_examples(project, built, ForkServerRunner.of(project), RunProgress(), names)
    _print_runs(built, _accept(project, built, names) if accepting else None, format)


def _refuse_conflicting_options(accepting: bool, here: bool, explaining: bool) -> None:
    if explaining and (here or accepting):
        raise click.UsageError(f"--explain runs nothing; omit {'--here' if here else '--accept'}")
    # The environment variable SEED may be intended for manual runs, so only the option is checked.
    given = click.get_current_context().get_parameter_source("seed") is ParameterSource.COMMANDLINE
    if given and not here:
        raise click.UsageError("--seed requires --here; without --here, an example runs with all its seeds")


def _print_forecast(project: Project, built: Build, names: tuple[str, ...], format: str) -> NoReturn:
    forecasts = forecast_runs(project, built, SubprocessRunner(), names)
    if format == "json":
        click.echo(forecasts_as_json(forecasts))
    elif forecasts:
        click.echo(forecast_table(forecasts))
    print_problems(errors(built.problems))
    exit_with(built.problems)


def _print_runs(built: Build, changes: Changes | None, format: str) -> NoReturn:
    problems = tuple(problem for problem in built.problems if not _is_accepted(problem, built, changes or {}))
    if format == "json":
        click.echo(runs_as_json(built.evidence.values(), changes, problems))
    else:
        if built.evidence:
            click.echo(runs_as_text(built.evidence.values(), changes))
        print_problems(problems)
    exit_with(problems)


def _accept(project: Project, built: Build, names: tuple[str, ...]) -> Changes:
    """The changes to each record, keyed by example; None for an example that failed or did not run, whose record
    was not written."""
    chosen = tuple(name for name in names or built.evidence if name in built.evidence)
    recorded = accept((built.evidence[name] for name in chosen), project)
    return {name: recorded.get(name) for name in chosen}


def _is_accepted(problem: Problem, built: Build, changes: Changes) -> bool:
    """Whether the problem is a drifted metric whose new value has just been recorded."""
    accepted = {built.evidence[name].example.path for name, drifts in changes.items() if drifts is not None}
    return problem.code == "metric-drifted" and problem.place.path in accepted


def _run_here(project: Project, built: Build, names: tuple[str, ...], seed: int | None) -> NoReturn:
    """Run the example as `python examples/x.py` would, after copying the files that it needs to the current folder."""
    if len(names) != 1:
        raise click.UsageError("--here runs a single example; specify its name")
    example = built.glossary.examples.get(names[0]) if built.glossary else None
    if example is None:
        print_problems(built.problems)
        exit_with(built.problems)
    chosen = _chosen_seed(example, seed)
    _link_caches(project, example)
    if example.settings.needs:
        _copy_artifacts(project, built, example, chosen)
    command = [sys.executable, str(project.root / example.path)]
    inherited = {name: value for name, value in os.environ.items() if name not in ("SEED", "SEEDS")}
    environment = {**inherited, **seed_environment(example, chosen, only=seed is not None)}
    environment = {**environment, **_import_path(project)}
    sys.exit(PROBLEMS if subprocess.run(command, check=False, env=environment).returncode else GOOD)


def _import_path(project: Project) -> Mapping[str, str]:
    """The environment variable that lets a script import modules from the readable folders."""
    paths = [*map(str, project.readable), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths)} if project.readable else {}


def _chosen_seed(example: Example, seed: int | None) -> int:
    seeds = example.seeds
    if seed is not None and seed not in seeds:
        raise click.UsageError(f"{example.name} has no seed {seed}; use one of {', '.join(map(str, seeds))}")
    return seeds[0] if seed is None else seed


def _copy_artifacts(project: Project, built: Build, example: Example, seed: int) -> None:
    """Run the needed examples, and copy the files that they wrote."""
    needed = example.settings.needs
    ran = run_examples(project, built, ForkServerRunner.of(project), RunProgress(), needed)
    if not ran.evidence.keys() >= set(needed):
        print_problems(ran.problems)
        exit_with(ran.problems)
    for name, file in artifact_files(project, ran, example.name, seed).items():
        shutil.copyfile(file, name)
        show_progress(f"copied {name} to this folder")


def _link_caches(project: Project, example: Example) -> None:
    for name in example.settings.cache:
        folder = project.cache(name)
        if folder is None or not folder.exists():
            raise click.UsageError(f"{example.name} reads {name}; set its location in `caches` in mkdocs.yml")
        link = Path(name)
        if not link.exists():
            # A link from an earlier run may be dangling because the data has since been moved.
            link.unlink(missing_ok=True)
            link.symlink_to(folder.resolve())
            show_progress(f"linked {name} to {folder}")
