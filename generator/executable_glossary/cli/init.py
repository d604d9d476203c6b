"""The command that begins a glossary of another subject."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import click

from executable_glossary.app.editor_schemas import outdated
from executable_glossary.app.init import REQUIREMENT, first_glossary
from executable_glossary.cli.options import opened
from executable_glossary.model.page import Document
from executable_glossary.stages.load import load

# A repository and an environment may be there already: people make them first.
WELCOME = {".git", ".venv"}
FEW = 5


@click.command(short_help="Begin a glossary of your own subject.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", help="Name of the site. Default: that of the small glossary you begin with.")
def init(folder: Path, name: str | None) -> None:
    """Begin a glossary of your own subject in FOLDER: a small one about sailing, with two roles, two audiences,
    four entries and an example that runs, which can be built at once. Nothing is ever overwritten."""
    if name is not None and not name.strip():
        raise click.UsageError("the name is empty; leave --name out, or say one")
    _refuse_full(folder)
    documents = tuple(first_glossary(name and " ".join(name.split()), _requirement()))
    _write(folder, documents)
    _tell_editors(folder)
    click.echo(f"wrote {len(documents)} files to {folder}/; README.md there says what each is for\n\nnext:")
    click.echo(f"  cd {shlex.quote(str(folder))}\n  glossary build")


def _refuse_full(folder: Path) -> None:
    """A glossary that begins among other files would be hard to tell from them."""
    inside = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if there := [name for name in inside if name not in WELCOME]:
        more = f" and {len(there) - FEW} more" if len(there) > FEW else ""
        named = ", ".join(there[:FEW])
        raise click.UsageError(
            f"{folder} is not empty: {named}{more} would be in the way; name a new folder, or move them away"
        )


def _write(folder: Path, documents: Sequence[Document]) -> None:
    for document in documents:
        path = folder / document.path
        path.parent.mkdir(parents=True, exist_ok=True)
        # "x": what came to be there since we looked is not overwritten either.
        with path.open("x", encoding="utf-8") as file:
            file.write(str(document.content))


def _tell_editors(folder: Path) -> None:
    """The JSON Schemas that the first lines of the entries name; they are made from what was just written."""
    project = opened(folder)
    glossary, _ = load(project)
    for path, content in (outdated(project, glossary) if glossary else {}).items():
        path.write_bytes(content)


def _requirement() -> str:
    """This very generator: its commit, where it was installed from a repository, else its version."""
    installed = metadata.distribution(REQUIREMENT)
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if commit := origin.get("vcs_info", {}).get("commit_id"):
        return f"{REQUIREMENT} @ {origin['vcs_info']['vcs']}+{origin['url']}@{commit}"
    return f"{REQUIREMENT}=={installed.version}"
