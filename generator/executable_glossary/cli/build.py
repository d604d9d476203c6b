"""Commands about the site: build it, serve it, write its source for other engines."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from executable_glossary.adapters.files import files_in
from executable_glossary.adapters.mkdocs_config import without_plugin
from executable_glossary.app.manual import with_manual
from executable_glossary.app.pipeline import build
from executable_glossary.app.plain_tree import plain_tree
from executable_glossary.cli.commands import described
from executable_glossary.cli.mkdocs_process import mkdocs
from executable_glossary.cli.options import (
    GOOD,
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
from executable_glossary.execution import ForkServerRunner
from executable_glossary.model.project import Project
from executable_glossary.stages.write_tree import write


@click.command(name="build", short_help="Run what changed, and build the site.")
@runs_option
@strict_option
@strict_examples_option
@untrusted_option
@click.option(
    "--site-dir", type=click.Path(file_okay=False, path_type=Path), help="Where to build. Default: site/."
)
@pass_root
def build_site(
    root: Path, runs: str | None, strict: bool | None, site_dir: Path | None, **asked: bool | None
) -> None:
    """Run what changed, check every claim, and build the site. The old site stays until the new one is whole."""
    _with_plugin(root)
    site = (site_dir or root / "site").resolve()
    _refuse_foreign(site, "glossary.json")
    fresh = site.with_name(f".{site.name}.new")
    with _turn(site.parent) as turn:
        # Where nothing can be written, this says so before the examples run.
        fresh.mkdir(exist_ok=True)
        # MkDocs counts only the warnings that it tells: told to be quiet, it would be strict about nothing.
        tone = "--strict" if strict else "--quiet"
        code = mkdocs(root, runs, ["build", tone, "--site-dir", str(fresh)], turn, **asked)
        if code == GOOD:
            _replace(site, fresh)
            click.echo(f"built {site.name}/")
        shutil.rmtree(fresh, ignore_errors=True)
    sys.exit(code)


@click.command(short_help="Show what you write, and each change of it.")
@runs_option
@click.option("--address", default="127.0.0.1:8000", help="IP address and port to serve at.")
@click.option("--only", multiple=True, metavar="ID", help="Show this concept at once; may be given again.")
@click.option("--all", "everything", is_flag=True, help="Show every page at once; slower.")
@pass_root
def serve(root: Path, runs: str | None, address: str, only: tuple[str, ...], everything: bool) -> None:
    """Show the site in the browser, and each saved change of an entry, a template or an example.

    The entries that changed since the last commit, and those linked with them, are shown at once; any other
    page is made when you open it. What is wrong stands on the page, which shows its last good state.
    """
    known = [file.stem for file in files_in(_with_plugin(root).concepts, ".yml", ".yaml")]
    for id in only:
        if id not in known:
            raise no_such("concept", id, known, "`glossary plan` lists them")
    _refuse_taken(address)
    preview = "" if everything else "1"
    sys.exit(mkdocs(root, runs, ["serve", "--dev-addr", address], preview=preview, only=" ".join(only)))


@click.command(short_help="Write plain Markdown for other engines.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@runs_option
@strict_option
@pass_root
def render(root: Path, folder: Path, runs: str | None, strict: bool | None) -> None:
    """Write the site's source as plain Markdown into FOLDER, for other engines such as Zensical."""
    project = opened(root, runs=runs, strict=strict)
    _refuse_foreign(folder, "docs/glossary.json")
    group = click.get_current_context().find_root().command
    built = build(project, ForkServerRunner(project.settings.preload), say)
    built = with_manual(project, built, lambda: described(group))
    tell(built.problems)
    if not built.failed:
        count = write(plain_tree(project, built.documents), folder)
        click.echo(f"wrote {count} files to {folder}")
    leave(built.problems)


def _with_plugin(root: Path) -> Project:
    """What MkDocs is to build: only it asks for the plugin, so no other command needs it."""
    project = opened(root)
    if problems := without_plugin(root):
        tell(problems)
        leave(problems)
    return project


def _refuse_foreign(folder: Path, ours: str) -> None:
    """What we fill, we empty first: only where nothing is, or where the file `ours` tells that we filled it."""
    if folder.exists() and any(folder.iterdir()) and not (folder / ours).is_file():
        raise click.UsageError(
            f"{folder} holds files that are not ours; name a new folder, or move them away"
        )


@contextmanager
def _turn(folder: Path) -> Iterator[int]:
    """Builds into one folder take turns. The lock is on the folder itself, so that a kill leaves none behind."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build goes on here; waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


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
