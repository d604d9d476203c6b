"""`glossary build`: the whole site."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from tempfile import NamedTemporaryFile
from typing import Any

import click

from executable_glossary.app.build_record import BuildFacts, LastBuild
from executable_glossary.app.recorded_first import shows_recorded_first
from executable_glossary.cli.exit_codes import GOOD, INTERRUPTED
from executable_glossary.cli.mkdocs_process import project_with_plugin, run_mkdocs
from executable_glossary.cli.options import (
    jobs_option,
    pass_root,
    runs_option,
    show_progress,
    strict_examples_option,
    strict_option,
    untrusted_option,
)
from executable_glossary.cli.output_folder import locked, new, recover, refuse_foreign, replace
from executable_glossary.execution import ForkServerRunner
from executable_glossary.model.project import Project
from executable_glossary.model.terminal_text import single_line

Options = Mapping[str, bool | int | str | None]


@click.command()
@runs_option
@jobs_option
@strict_option
@strict_examples_option
@untrusted_option
@click.option(
    "--recorded-first/--no-recorded-first",
    default=None,
    help="Whether to build the site with the recorded results before the examples run. Default: only if the site "
    "does not show results of runs yet, the runs take longer than half a minute, and the build is not strict.",
)
@click.option(
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to build the site in. Default: site/.",
)
@pass_root
def build(root: Path, site_dir: Path | None, recorded_first: bool | None, **options: Any) -> None:
    """Run the examples that changed, check every claim, and build the site.

    The previous site stays in place until the new one is complete. If there is none yet and the examples take a long
    time, a site with the recorded results is built first. If nothing that the site depends on has changed since it was
    built, nothing is done; delete it to build it again.
    """
    project = project_with_plugin(root, **options)
    site = (site_dir or root / "site").resolve()
    refuse_foreign(site, "glossary.json")
    with locked(site.parent) as lock:
        recover(site)
        last = LastBuild(project, site, options)
        if facts := last.unchanged(lambda: ForkServerRunner.of(project)):
            _say_unchanged(site, facts)
            return
        code = _Builder(project, site, lock, options).build(last, recorded_first)
    sys.exit(code)


def _say_unchanged(site: Path, facts: BuildFacts) -> None:
    """Report what the last build reported, because its problems are still there."""
    if facts.report:
        click.echo(facts.report, err=True)
    click.echo(single_line(f"{site.name}/ is up to date: nothing has changed since it was built"))


@dataclass(frozen=True)
class _Builder:
    """Builds the site of a project in a folder. `lock` is the descriptor that keeps other builds out."""

    project: Project
    site: Path
    lock: int
    options: Options

    def build(self, last: LastBuild, recorded_first: bool | None) -> int:
        """Build the site, from the records first if that is useful. Returns the exit code."""
        recorded = False
        if shows_recorded_first(self.project, self.site, self._runner(), recorded_first):
            code = self._show_records()
            if code == INTERRUPTED:
                return code
            recorded = code == GOOD
        code = self._replace(last, self.options)
        if code == GOOD:
            click.echo(single_line(f"built {self.site.name}/"))
        else:
            self._say_kept(code, recorded)
        return code

    def _show_records(self) -> int:
        """Build the site from the records, unless it is there already. Problems are not reported: the build that follows
        reports its own, and an example that changed may solve them."""
        options = {**self.options, "runs": "frozen"}
        last = LastBuild(self.project, self.site, options)
        code = GOOD
        if not last.unchanged(self._runner):
            show_progress("building the site with the recorded results first; the examples run afterward")
            code = self._replace(last, options, silent=True)
        if code == GOOD:
            click.echo(
                f"{single_line(self.site.name)}/ shows the recorded results until the examples have run\n"
                f"To read it now: python3 -m http.server --directory {single_line(quote(str(self.site)))}"
            )
        return code

    def _replace(self, last: LastBuild, options: Options, silent: bool = False) -> int:
        """Build the site in a new folder, which replaces the old site if there are no problems. Returns the exit
        code."""
        started, fresh = time.time(), new(self.site)
        # If this folder is not writable, the build fails before the examples run.
        fresh.mkdir(exist_ok=True)
        # With --quiet, MkDocs does not count its warnings, so --strict would find none.
        arguments = ["build", "--strict" if options["strict"] else "--quiet", "--site-dir", str(fresh)]
        settings = {name: value for name, value in options.items() if name != "strict"}
        with NamedTemporaryFile(prefix="glossary-") as file:
            settings["facts"] = file.name
            code = run_mkdocs(self.project.root, arguments, settings, keep_open=self.lock, silent=silent)
            facts = Path(file.name).read_text("utf-8")
        if code == GOOD:
            last.forget()
            replace(self.site)
            if facts:
                last.keep(BuildFacts.model_validate_json(facts), started)
        shutil.rmtree(fresh, ignore_errors=True)
        return code

    def _say_kept(self, code: int, recorded: bool) -> None:
        """Report what remains of a build that failed or was interrupted."""
        kept = [f"{single_line(self.site.name)}/ still shows the recorded results"] if recorded else []
        if code == INTERRUPTED and self.project.settings.runs == "auto":
            kept.append("the runs that ended are stored, and the next build continues with the others")
        if kept:
            click.echo(f"{'interrupted: ' if code == INTERRUPTED else ''}{'; '.join(kept)}", err=True)

    def _runner(self) -> ForkServerRunner:
        return ForkServerRunner.of(self.project)
