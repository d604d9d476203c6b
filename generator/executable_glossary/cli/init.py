"""`glossary init`: a first glossary on your own subject."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

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
# A folder in which `init` writes the files before it moves them; it stays only if the process is killed.
UNFINISHED = ".unfinished-init-"


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
    beside = folder if folder.is_dir() else folder.parent
    beside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=UNFINISHED, dir=beside) as place:
        # Everything is written before anything is in the folder: a stopped `init` must not leave half a glossary.
        fresh = Path(place).resolve() / "glossary"
        _write(fresh, documents)
        _write_schemas(fresh)
        _move(fresh, folder)
    shown = single_line(f"wrote {len(documents)} files to {folder}/; its README.md explains each of them")
    click.echo(f"{shown}\n\nnext:\n  cd {single_line(shlex.quote(str(folder)))}\n  glossary build")


def _refuse_full(folder: Path) -> None:
    """Refuse a folder that contains other files, because it would be hard to tell them from the new glossary's
    files."""
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if others := [name for name in names if name not in ALLOWED and not name.startswith(UNFINISHED)]:
        more = f" and {len(others) - LISTED} more" if len(others) > LISTED else ""
        raise click.UsageError(
            f"{folder} is not empty: it contains {', '.join(others[:LISTED])}{more}; "
            "choose a new folder, or move the files elsewhere"
        )


def _move(fresh: Path, folder: Path) -> None:
    """Move the new glossary to its folder, which may contain the files in ALLOWED. mkdocs.yml comes last."""
    _refuse_full(folder)
    if not folder.exists():
        fresh.rename(folder)
        return
    for path in sorted(fresh.iterdir(), key=lambda path: path.name == "mkdocs.yml"):
        path.rename(folder / path.name)


def _write(folder: Path, documents: Sequence[Document]) -> None:
    for document in documents:
        path = folder / document.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(document.content), "utf-8")


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
