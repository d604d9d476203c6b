"""The command `glossary`: the only place that prints, and that decides exit codes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from generator.joins.pipeline import Built, artifact_files, build, prepare, prove, run_examples
from generator.joins.plain_tree import plain_tree
from generator.joins.plan_table import plan_table
from generator.joins.report import FORMATS, as_text, evidence_line
from generator.model.problem import Problem, errors
from generator.model.project import Project
from generator.stages.execute import accept
from generator.stages.write import write
from generator.tools.mkdocs_yml import NAME, find_project, read_project
from generator.tools.runner import FreshProcess

GOOD, PROBLEMS, WRONG_USE, OUR_BUG, INTERRUPTED = 0, 1, 2, 3, 130

_Command = Callable[..., Any]
_strict = click.option(
    "--strict", is_flag=True, default=None, help="Warnings and drifted results are errors."
)
_runs = click.option(
    "--runs",
    type=click.Choice(["auto", "frozen", "refresh"]),
    help="auto: run what changed. frozen: run nothing, show recorded results. refresh: run everything.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder of the glossary, or one below it. Default: this folder.",
)
@click.version_option(package_name="executable-glossary")
@click.pass_context
def cli(context: click.Context, directory: Path) -> None:
    """Builds a glossary site from entries (concepts/*.yml) and runnable examples (examples/*.py).

    Start with `glossary check` while you write, and `glossary serve` to see your page.
    Exit codes: 0 good, 1 problems in the content, 2 wrong use, 3 our bug, 130 interrupted.
    """
    root = find_project(directory.resolve())
    if root is None:
        raise click.UsageError(f"there is no {NAME} in {directory} or above it")
    context.obj = root


@cli.command()
@_strict
@click.option("--format", "shape", type=click.Choice(list(FORMATS)), default="text", help="How to tell them.")
@click.pass_obj
def check(root: Path, strict: bool | None, shape: str) -> None:
    """Tell all problems of all files, with place and mend. Runs nothing; compares with recorded results."""
    project = _project(root, strict=strict, runs="frozen")
    built = prove(project, prepare(project), FreshProcess(), _say)
    told = FORMATS[shape](built.problems)
    click.echo(told if shape != "text" else f"{told}{_counted(built)}")
    _leave(built.problems)


@cli.command()
@click.argument("concept", required=False)
@click.pass_obj
def plan(root: Path, concept: str | None) -> None:
    """List every page with its reader, coverage, overlap, and why it is or is not published."""
    built = prepare(_project(root))
    if built.glossary is not None and concept is not None and concept not in built.glossary.entries:
        raise click.UsageError(
            f'there is no concept "{concept}"; there are {", ".join(built.glossary.entries)}'
        )
    _tell(built.problems)
    if built.plan is not None:
        click.echo(plan_table(built.plan, concept))
    _leave(built.problems)


@cli.command()
@click.argument("names", nargs=-1)
@_runs
@_strict
@click.option("--accept", "accepting", is_flag=True, help="Record the results: write examples/recorded/.")
@click.option("--here", is_flag=True, help="Run one example by hand in this folder, with the files it needs.")
@click.pass_obj
def run(
    root: Path, names: tuple[str, ...], runs: str | None, strict: bool | None, accepting: bool, here: bool
) -> None:
    """Run the examples (all, or those NAMED) whose results are not there yet, and compare with the record."""
    project = _project(root, runs=runs, strict=strict)
    built = prepare(project)
    known = built.glossary.examples if built.glossary else {}
    if unknown := [name for name in names if name not in known]:
        raise click.UsageError(f"there is no example {unknown[0]}; there are {', '.join(known)}")
    if here:
        _run_here(project, built, names)
    built = run_examples(project, built, FreshProcess(), _say, names)
    for found in built.evidence.values():
        click.echo(evidence_line(found))
    if accepting:
        accept((built.evidence[name] for name in names or built.evidence), project)
    _tell(built.problems)
    _leave(built.problems)


@cli.command(name="build")
@_runs
@_strict
@click.option("--site-dir", type=click.Path(path_type=Path), help="Where to build. Default: site/.")
@click.pass_obj
def build_site(root: Path, runs: str | None, strict: bool | None, site_dir: Path | None) -> None:
    """Run what changed, check every claim, and build the site. The old site stays until the new one is whole."""
    site = (site_dir or root / "site").resolve()
    fresh = site.with_name(f".{site.name}.new")
    code = _mkdocs(
        root, runs, ["build", "--quiet", "--site-dir", str(fresh), *(["--strict"] if strict else [])]
    )
    if code == GOOD:
        _replace(site, fresh)
        click.echo(f"built {site.name}/")
    shutil.rmtree(fresh, ignore_errors=True)
    sys.exit(code)


@cli.command()
@_runs
@click.option("--address", default="127.0.0.1:8000", help="IP address and port to serve at.")
@click.pass_obj
def serve(root: Path, runs: str | None, address: str) -> None:
    """Show the site in the browser, and show it again after each change of an entry, template or example."""
    _refuse_taken(address)
    sys.exit(_mkdocs(root, runs, ["serve", "--dev-addr", address]))


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@_runs
@_strict
@click.pass_obj
def render(root: Path, folder: Path, runs: str | None, strict: bool | None) -> None:
    """Write the site's source as plain Markdown into FOLDER, for other engines such as Zensical."""
    project = _project(root, runs=runs, strict=strict)
    if folder.exists() and any(folder.iterdir()) and not (folder / NAME).is_file():
        raise click.UsageError(f"{folder} holds other files; name a new folder")
    built = build(project, FreshProcess(), _say)
    _tell(built.problems)
    if not built.failed:
        count = write(plain_tree(project, built.documents), folder)
        click.echo(f"wrote {count} files to {folder}")
    _leave(built.problems)


def main() -> NoReturn:
    """The command's entry: our own bugs get a code of their own, and the words to report them."""
    try:
        cli(standalone_mode=False)
        sys.exit(GOOD)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USE)
    except Exception:
        traceback.print_exc()
        click.echo(
            "This is a bug of the generator, not of your content. Please report the lines above.", err=True
        )
        sys.exit(OUR_BUG)


def _run_here(project: Project, built: Built, names: tuple[str, ...]) -> NoReturn:
    """As `python examples/x.py` would, after what it needs was made and copied beside."""
    if len(names) != 1 or built.glossary is None:
        raise click.UsageError("--here runs one example; name it")
    example = built.glossary.examples[names[0]]
    if example.settings.needs:
        made = run_examples(project, built, FreshProcess(), _say, example.settings.needs)
        for name, file in artifact_files(project, made, example.name).items():
            shutil.copyfile(file, name)
            _say(f"{name} lies here now")
    command = [sys.executable, str(project.root / example.path)]
    sys.exit(PROBLEMS if subprocess.run(command, check=False).returncode else GOOD)


def _project(root: Path, **settings: Any) -> Project:
    project, problems = read_project(root, **settings)
    if project is None:
        _tell(problems)
        sys.exit(PROBLEMS)
    return project


def _say(event: object) -> None:
    """Progress goes to standard error, so that it never mixes with results."""
    click.echo(str(event), err=True)


def _tell(problems: Iterable[Problem]) -> None:
    if problems := tuple(problems):
        click.echo(as_text(problems), err=True)


def _counted(built: Built) -> str:
    if built.glossary is None or built.plan is None:
        return ""
    return f" in {len(built.glossary.entries)} entries, {len(built.plan.published)} pages"


def _leave(problems: Iterable[Problem]) -> NoReturn:
    sys.exit(PROBLEMS if errors(problems) else GOOD)


def _mkdocs(root: Path, runs: str | None, arguments: list[str]) -> int:
    """MkDocs in a process of its own; its exit code is ours, for the plugin speaks our codes."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    if runs is not None:
        environment["GLOSSARY_RUNS"] = runs
    command = [sys.executable, "-m", "mkdocs", *arguments, "--config-file", str(root / NAME)]
    try:
        return subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return INTERRUPTED


def _refuse_taken(address: str) -> None:
    host, _, port = address.rpartition(":")
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, int(port)))
    except (OSError, ValueError) as error:
        raise click.UsageError(f"cannot serve at {address}: {error}; try --address 127.0.0.1:8001") from None


def _replace(site: Path, fresh: Path) -> None:
    """Two renames: whoever reads the site sees the old one or the new one."""
    old = site.with_name(f".{site.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        site.rename(old)
    fresh.rename(site)
    shutil.rmtree(old, ignore_errors=True)
