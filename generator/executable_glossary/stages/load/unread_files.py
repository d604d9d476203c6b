"""Warns about files that look like entries but are not read, because of their folder or extension."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.model.rule import Rule

UNREAD_FILE = Rule(
    code="unread-file",
    when="an entry or the axes are read",
    severity="warning",
    summary="A file looks like an entry, an introduction, or an example, but is not read because of its name or folder.",
    details="""
        Entries are the files `concepts/*.yml`. Start a file's name with an underscore to mark it as a draft. The page of a
        folder of examples shows `index.md` or one of sphinx-gallery's files, but not `README.md`. Examples are scripts, so
        notebooks are not read.
        """,
    why="Its author would expect a page, but there would be none.",
    example="`concepts/bread/sourdough.yml` or `concepts/sourdough.yml.txt`",
    instead="`concepts/sourdough.yml`",
)
_ENDINGS = (".yml", ".yaml")


def unread_files(project: Project, *own: str) -> tuple[Problem, ...]:
    """A warning for each file in the entries folder that looks like an entry but is not read.

    own: names of other files that are read, such as `_axes.yml`.
    """
    return (*_unread(project, own), *_notebooks(project))


def _notebooks(project: Project) -> Iterator[Problem]:
    """One warning if there are notebooks among the examples."""
    found = [
        path for path in sorted(project.examples.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts
    ]
    if found:
        which = "this notebook is" if len(found) == 1 else f"this notebook and {len(found) - 1} more are"
        help = "convert it to a script, for example with: jupytext --to py:percent"
        yield UNREAD_FILE.at(
            Place(project.relative(found[0])), f"{which} not an example, because it is not a script", help
        )


def _unread(project: Project, own: tuple[str, ...]) -> Iterator[Problem]:
    folder = project.concepts
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts) or not path.is_file():
            continue
        if inside.name not in own and (help := _help(project.relative(folder), inside, own)):
            message = "this file is not read, so its content will not be on the site"
            yield UNREAD_FILE.at(Place(project.relative(path)), message, help)


def _help(concepts: str, path: Path, own: tuple[str, ...]) -> str:
    """How to fix the file's name; empty if the file is read, or does not look like an entry."""
    extension = path.suffix.lower()
    if path.name.startswith("_"):
        near = get_close_matches(path.name, own, n=1, cutoff=0.8) if extension in _ENDINGS else ()
        return f'rename it to "{near[0]}"' if near else ""
    if extension == ".txt" and Path(path.stem).suffix in _ENDINGS:
        return f'rename it to "{path.stem}"; some editors add an extension without showing it'
    if extension not in _ENDINGS:
        return ""
    if len(path.parts) > 1:
        return f"an entry cannot be in a subfolder: move it to {concepts}/{path.name}"
    return "" if path.suffix in _ENDINGS else f'rename it to "{path.stem}{extension}"'
