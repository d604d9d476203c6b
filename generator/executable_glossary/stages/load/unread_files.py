"""Files beside the entries that look like one and are read by nobody: their author would wait for a page."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project

_ENDINGS = (".yml", ".yaml")


def unread_files(project: Project, *own: str) -> tuple[Problem, ...]:
    """own: names of files in the folder of entries that are none, and are read."""
    return tuple(_unread(project, own))


def _unread(project: Project, own: tuple[str, ...]) -> Iterator[Problem]:
    folder = project.concepts
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if any(part.startswith(".") for part in place.parts) or not path.is_file():
            continue
        if place.name not in own and (help := _help(project.relative(folder), place, own)):
            message = "this file is not read, so nothing of it is on the site"
            yield Problem(Place(project.relative(path)), "unread-file", message, help, "warning")


def _help(concepts: str, place: Path, own: tuple[str, ...]) -> str:
    """Empty for a file that is read, or that nobody takes for an entry, such as a draft behind an underscore."""
    ending = place.suffix.lower()
    if place.name.startswith("_"):
        near = get_close_matches(place.name, own, n=1, cutoff=0.8) if ending in _ENDINGS else ()
        return f'rename it "{near[0]}"' if near else ""
    if ending == ".txt" and Path(place.stem).suffix in _ENDINGS:
        return f'rename it "{place.stem}"; some editors add an ending that they do not show'
    if ending not in _ENDINGS:
        return ""
    if len(place.parts) > 1:
        return f"entries lie in {concepts}/ itself: move it to {concepts}/{place.name}"
    return "" if place.suffix in _ENDINGS else f'rename it "{place.stem}{ending}"'
