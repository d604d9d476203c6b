"""`glossary init`: a first glossary on your own subject."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import click

from executable_glossary.app.editor_schemas import outdated
from executable_glossary.app.init import REQUIREMENT, first_glossary
from executable_glossary.cli.options import open_project
from executable_glossary.model.page import Document
from executable_glossary.model.terminal_text import single_line
from executable_glossary.stages.load import load

# Many people create a repository and a virtual environment before they run this command.
ALLOWED = {".git", ".venv"}
LISTED = 5


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", help="The site's name. Default: the name of the sample glossary.")
def init(folder: Path, name: str | None) -> None:
    """Start a glossary on your own subject in FOLDER.

    The new glossary is a small one about sailing, which you can build right away: two roles, two audiences, four
    entries, and a runnable example. Replace these with your own. FOLDER must be new or empty.
    """
    if name is not None and not name.strip():
        raise click.UsageError("the name is empty; enter a name, or omit --name")
    _refuse_full(folder)
    documents = tuple(first_glossary(name and " ".join(name.split()), _requirement()))
    _write(folder, documents)
    _write_schemas(folder)
    shown = single_line(f"wrote {len(documents)} files to {folder}/; its README.md explains each of them")
    click.echo(f"{shown}\n\nnext:\n  cd {single_line(shlex.quote(str(folder)))}\n  glossary build")


def _refuse_full(folder: Path) -> None:
    """Refuse a folder that contains other files, because it would be hard to tell them from the new glossary's
    files."""
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if others := [name for name in names if name not in ALLOWED]:
        more = f" and {len(others) - LISTED} more" if len(others) > LISTED else ""
        raise click.UsageError(
            f"{folder} is not empty: it contains {', '.join(others[:LISTED])}{more}; "
            "choose a new folder, or move the files elsewhere"
        )


def _write(folder: Path, documents: Sequence[Document]) -> None:
    for document in documents:
        path = folder / document.path
        path.parent.mkdir(parents=True, exist_ok=True)
        # The mode "x" fails if the file was created after the folder was checked.
        with path.open("x", encoding="utf-8") as file:
            file.write(str(document.content))


def _write_schemas(folder: Path) -> None:
    """Write the JSON Schemas for editors. Their content depends on the files already written."""
    project = open_project(folder)
    glossary, _ = load(project)
    for path, content in (outdated(project, glossary) if glossary else {}).items():
        path.write_bytes(content)


def _requirement() -> str:
    """The pip requirement for this generator: a commit if it was installed from a repository, otherwise a version."""
    installed = metadata.distribution(REQUIREMENT)
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if commit := origin.get("vcs_info", {}).get("commit_id"):
        return f"{REQUIREMENT} @ {origin['vcs_info']['vcs']}+{origin['url']}@{commit}"
    return f"{REQUIREMENT}=={installed.version}"
