"""Finds files and folders of the glossary that this user may not read, before anything else is read."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project
from executable_glossary.model.rule import Rule

UNREADABLE = Rule(
    code="unreadable",
    when="an entry or the axes are read",
    summary="A file or folder of the glossary cannot be read by the user who runs the command.",
    details="Data next to an example can belong to other users, because the example may only check whether it exists.",
    why="Its content would be missing from the site.",
    example="`docs/` that only root can open, because a container created it",
    instead="The same folder after `chmod u+rwX docs`, or after `sudo chown -R $USER docs`",
)


def unreadable_files(project: Project) -> tuple[Problem, ...]:
    """A problem for each file and folder that cannot be read, except data next to examples and hidden files."""
    docs = project.root / project.docs_dir
    found = {
        path
        for folder in (project.concepts, docs, project.templates, project.theme)
        for path in _unreadable(folder)
    }
    found |= {path for path in _unreadable(project.examples) if path.is_dir() or _is_content(path)}
    return tuple(_problem(project, path) for path in sorted(found))


def _is_content(path: Path) -> bool:
    """Whether a file in the examples folder is a script or a record."""
    return path.suffix == ".py" or "recorded" in path.parts


def _unreadable(folder: Path) -> Iterator[Path]:
    """The files and folders at and below a folder that cannot be read."""
    if not _is_readable(str(folder)):
        yield folder
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        files = (name for name in names if not name.startswith("."))
        paths = (os.path.join(place, name) for name in (*folders, *files))
        yield from (Path(path) for path in paths if not _is_readable(path))


def _is_readable(path: str) -> bool:
    """Whether a path can be read, or does not exist."""
    needed = os.R_OK | os.X_OK if os.path.isdir(path) else os.R_OK
    return os.access(path, needed) or not os.path.exists(path)


def _problem(project: Project, path: Path) -> Problem:
    name, kind = project.relative(path), "folder" if path.is_dir() else "file"
    help = f"change its permissions, for example with: chmod u+rwX {shlex.quote(name)}"
    return UNREADABLE.at(Place(name), f"you have no permission to read this {kind}", help)
