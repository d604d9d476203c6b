"""`glossary serve`: a preview that updates after every saved change."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import click

from executable_glossary.adapters.files import files_in
from executable_glossary.cli.mkdocs_process import project_with_plugin, run_mkdocs
from executable_glossary.cli.options import jobs_option, pass_root, runs_option, unknown_name


@click.command()
@runs_option
@jobs_option
@click.option(
    "--address", default="127.0.0.1:8000", help="IP address and port to serve on. Default: 127.0.0.1:8000."
)
@click.option("--only", multiple=True, metavar="ID", help="Build this concept first. Can be repeated.")
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="Also answer requests for this host name, such as that of a proxy. Can be repeated.",
)
@click.option("--all", "everything", is_flag=True, help="Build every page first, which is slower.")
@pass_root
def serve(
    root: Path,
    runs: str | None,
    jobs: int | None,
    address: str,
    only: tuple[str, ...],
    hosts: tuple[str, ...],
    everything: bool,
) -> None:
    """Preview the site in a browser, and update it each time you save an entry, a template, or an example.

    Entries changed since the last commit, and entries linked to them, are built first; any other page is
    built when you open it. If an entry has errors, its page shows them above the last good version.
    """
    concepts = [file.stem for file in files_in(project_with_plugin(root).concepts, ".yml", ".yaml")]
    for id in only:
        if id not in concepts:
            raise unknown_name("concept", id, concepts, "`glossary plan` lists them")
    _refuse_taken(address)
    arguments = ["serve", "--dev-addr", address]
    settings = {"runs": runs, "jobs": jobs, "preview": not everything}
    sys.exit(run_mkdocs(root, arguments, {**settings, "only": " ".join(only), "hosts": " ".join(hosts)}))


def _refuse_taken(address: str) -> None:
    host, _, port = address.rpartition(":")
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, int(port)))
    except (OSError, ValueError) as error:
        raise click.UsageError(f"cannot serve on {address}: {error}; try --address 127.0.0.1:8001") from None
