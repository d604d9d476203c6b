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
    summary="A file looks like an entry, but is not read because of its folder or extension.",
    details="Entries are the files `concepts/*.yml`. A name that starts with an underscore marks a draft.",
    why="Its author would wait in vain for a page.",
    example="`concepts/training/dropout.yml` or `concepts/dropout.yml.txt`",
    instead="`concepts/dropout.yml`",
)
_ENDINGS = (".yml", ".yaml")


def unread_files(project: Project, *own: str) -> tuple[Problem, ...]:
    """A warning for each such file in the folder of entries. own: names of other files that are read, such as
    `_axes.yml`."""
    return tuple(_unread(project, own))


def _unread(project: Project, own: tuple[str, ...]) -> Iterator[Problem]:
    folder = project.concepts
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if any(part.startswith(".") for part in place.parts) or not path.is_file():
            continue
        if place.name not in own and (help := _help(project.relative(folder), place, own)):
            message = "this file is not read, so its content is not on the site"
            yield UNREAD_FILE.at(Place(project.relative(path)), message, help)


def _help(concepts: str, place: Path, own: tuple[str, ...]) -> str:
    """How to fix the file's name; empty for a file that is read, and for one that does not look like an entry."""
    ending = place.suffix.lower()
    if place.name.startswith("_"):
        near = get_close_matches(place.name, own, n=1, cutoff=0.8) if ending in _ENDINGS else ()
        return f'rename it "{near[0]}"' if near else ""
    if ending == ".txt" and Path(place.stem).suffix in _ENDINGS:
        return f'rename it "{place.stem}"; some editors add an extension that they do not show'
    if ending not in _ENDINGS:
        return ""
    if len(place.parts) > 1:
        return f"entries must be in {concepts}/ itself: move it to {concepts}/{place.name}"
    return "" if place.suffix in _ENDINGS else f'rename it "{place.stem}{ending}"'
