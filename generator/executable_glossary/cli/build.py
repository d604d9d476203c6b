"""`glossary build`: the whole site."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

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
from executable_glossary.cli.output_folder import locked, refuse_foreign, replace


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

    The previous site stays in place until the new one is complete.
    """
    project_with_plugin(root)
    site = (site_dir or root / "site").resolve()
    refuse_foreign(site, "glossary.json")
    fresh = site.with_name(f".{site.name}.new")
    with locked(site.parent) as lock:
        # If this folder is not writable, the build fails before the examples run.
        fresh.mkdir(exist_ok=True)
        # With --quiet, MkDocs does not count its warnings, so --strict would find none.
        verbosity = "--strict" if strict else "--quiet"
        arguments = ["build", verbosity, "--site-dir", str(fresh)]
        code = run_mkdocs(root, runs, arguments, keep_open=lock, **settings)
        if code == GOOD:
            replace(site, fresh)
            click.echo(f"built {site.name}/")
        shutil.rmtree(fresh, ignore_errors=True)
    sys.exit(code)
