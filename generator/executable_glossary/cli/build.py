"""`glossary build`: the whole site."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import click

from executable_glossary.app.build_record import BuildFacts, LastBuild
from executable_glossary.cli.exit_codes import GOOD
from executable_glossary.cli.mkdocs_process import project_with_plugin, run_mkdocs
from executable_glossary.cli.options import (
    jobs_option,
    pass_root,
    runs_option,
    strict_examples_option,
    strict_option,
    untrusted_option,
)
from executable_glossary.cli.output_folder import locked, new, recover, refuse_foreign, replace
from executable_glossary.execution import ForkServerRunner


@click.command()
@runs_option
@jobs_option
@strict_option
@strict_examples_option
@untrusted_option
@click.option(
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to build the site in. Default: site/.",
)
@pass_root
def build(
    root: Path, runs: str | None, strict: bool | None, site_dir: Path | None, **settings: bool | int | None
) -> None:
    """Run the examples that changed, check every claim, and build the site.

    The previous site stays in place until the new one is complete. If nothing that it depends on has changed since it
    was built, nothing is done; delete it to build it again.
    """
    project = project_with_plugin(root, runs=runs, strict=strict, **settings)
    site = (site_dir or root / "site").resolve()
    refuse_foreign(site, "glossary.json")
    with locked(site.parent) as lock:
        recover(site)
        last = LastBuild(project, site, {"strict": strict, "runs": runs, **settings})
        if facts := last.unchanged(lambda: ForkServerRunner(project.preload)):
            _say_unchanged(site, facts)
            return
        code = _build(root, site, lock, last, runs=runs, strict=strict, **settings)
    sys.exit(code)


def _say_unchanged(site: Path, facts: BuildFacts) -> None:
    """Report what the last build reported, because its problems are still there."""
    if facts.report:
        click.echo(facts.report, err=True)
    click.echo(f"{site.name}/ is up to date: nothing has changed since it was built")


def _build(root: Path, site: Path, lock: int, last: LastBuild, strict: bool | None, **settings: Any) -> int:
    """Build the site in a new folder, which replaces the old site if there are no problems. Returns the exit code."""
    started, fresh = time.time(), new(site)
    # If this folder is not writable, the build fails before the examples run.
    fresh.mkdir(exist_ok=True)
    # With --quiet, MkDocs does not count its warnings, so --strict would find none.
    arguments = ["build", "--strict" if strict else "--quiet", "--site-dir", str(fresh)]
    with NamedTemporaryFile(prefix="glossary-") as file:
        code = run_mkdocs(root, arguments=arguments, keep_open=lock, facts=file.name, **settings)
        facts = Path(file.name).read_text("utf-8")
    if code == GOOD:
        last.forget()
        replace(site)
        click.echo(f"built {site.name}/")
        if facts:
            last.keep(BuildFacts.model_validate_json(facts), started)
    shutil.rmtree(fresh, ignore_errors=True)
    return code
