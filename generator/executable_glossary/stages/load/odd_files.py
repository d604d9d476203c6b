"""Finds links that leave the project, pipes and devices, and names that no URL can contain, in the folders whose files are
published or read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from executable_glossary.adapters.files import NOT_UTF_8, OUTSIDE, is_inside, link_problem, special_file
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import Project


def odd_files(project: Project) -> tuple[Problem, ...]:
    """All problems in the folders of the project itself, except hidden files, which are never read."""
    published, own = project.root / project.docs_dir, [project.concepts, project.examples, project.theme]
    found = {*_problems(project, published, published=True)}
    for folder in own:
        found.update(_problems(project, folder, published=False))
    return tuple(sorted(found))


def _problems(project: Project, folder: Path, published: bool) -> Iterator[Problem]:
    """published: whether the site contains the files; if so, a link to a file that does not exist is a problem. Data may be
    downloaded later."""
    for entry in _entries(str(folder)):
        name = project.relative(Path(entry.path))
        if published and not _is_utf_8(entry.name):
            message = "the name of this file is not UTF-8 text, so it cannot be part of a URL"
            yield NOT_UTF_8.at(Place(name), message, "rename the file")
        if entry.is_symlink():
            if wrong := _wrong_link(project, Path(entry.path), broken=published):
                yield link_problem(name, wrong)
        elif not entry.is_dir() and not entry.is_file():
            kind = _KINDS.get(stat.S_IFMT(entry.stat().st_mode), "special file")
            yield special_file(name, f"this is a {kind}, not a file")


def _is_utf_8(name: str) -> bool:
    """Whether no bytes of a file's name had to be replaced."""
    return not any("\ud800" <= sign <= "\udfff" for sign in name)


_KINDS = {
    stat.S_IFIFO: "named pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """Everything below a folder; does not follow links."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path)


def _wrong_link(project: Project, link: Path, broken: bool) -> str:
    """What is wrong with a link; empty if nothing is."""
    if not os.path.exists(link):
        return "this link points to a file that does not exist" if broken else ""
    target = link.resolve()
    caches = (project.cache(name) for name in project.settings.caches)
    allowed = (*project.outside, *(cache.resolve() for cache in caches if cache))
    if is_inside(link, project.root) or any(target.is_relative_to(root) for root in allowed):
        return ""
    return OUTSIDE
