"""Decides which project files may be read: rejects oversized files, and symbolic links to files outside the project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import TOO_LARGE

LINK_OUTSIDE = Rule(
    code="link-outside",
    when="an entry or the axes are read",
    summary="A symbolic link points outside the project, or to a hidden file in it.",
    details="""
        The rule checks all files that are read or published: entries, examples and their data, records, templates, and
        the files in the folder for hand-written pages. mkdocs.yml itself may refer to folders outside the project, and
        links to paths listed under `readable`, `home`, or `caches` are allowed.
        """,
    why="A pull request could use such a link to publish any file from the machine that builds the site.",
    example="`concepts/sourdough.yml`, a link to `/etc/passwd`",
    instead="A copy of the file in the project",
)
SPECIAL_FILE = Rule(
    code="special-file",
    when="an entry or the axes are read",
    summary="A folder, a named pipe, or a device is where a file should be.",
    why="Reading it could take forever or fail.",
    example="`examples/recorded/loaves.json`, a named pipe",
    instead="A file",
)
OUTSIDE = "this link points outside the project, or to a hidden file in it"
NOT_UTF_8 = Rule(
    code="not-utf-8",
    when="an entry or the axes are read",
    summary="A file, or the name of a published file, is in an encoding other than UTF-8.",
    why="Accented letters and symbols would be garbled on the page, and such a name cannot be part of a URL.",
    example="An entry saved as Windows-1252 by an old editor",
    instead="The same file saved as UTF-8; most editors offer this under *Save as* or in the status bar",
)

# Limits in bytes, keyed by extension. Our largest entry is 70,000 bytes, the largest script 18,000, and the largest
# record 50,000.
SIZE_LIMITS: Mapping[str, int] = {".yml": 1_000_000, ".yaml": 1_000_000, ".py": 1_000_000}
DEFAULT_SIZE_LIMIT = 10_000_000


def refused(file: Path, root: Path, name: str, most: int = 0) -> Problem | None:
    """The reason the file must not be read, or None if it may be read.

    root: the project's folder. name: the file name to show in problem messages. most: the limit in bytes, if it
    differs from that of the file's extension. Raises OSError if the file does not
    exist.
    """
    if not is_inside(file, root):
        return link_problem(name, OUTSIDE)
    if file.exists() and not file.is_file():
        return special_file(name, "this is not a file")
    limit, size = most or SIZE_LIMITS.get(file.suffix, DEFAULT_SIZE_LIMIT), file.stat().st_size
    if size > limit:
        message = f"the file is {size:,} bytes; the limit is {limit:,}"
        return TOO_LARGE.at(Place(name), message, "split or shorten it")
    return None


def link_problem(name: str, wrong: str) -> Problem:
    return LINK_OUTSIDE.at(Place(name), wrong, "replace the link with the file itself")


def special_file(name: str, wrong: str) -> Problem:
    return SPECIAL_FILE.at(Place(name), wrong, "replace it with a file, or delete it")


def files_in(folder: Path, *endings: str) -> list[Path]:
    """The files in the folder with one of these extensions, sorted.

    Skips names that start with an underscore (shared files) or a dot (editors' temporary files).
    """
    return sorted(path for path in folder.glob("[!_.]*") if path.suffix in endings and path.is_file())


def is_inside(file: Path, root: Path) -> bool:
    """Whether the file, with symbolic links resolved, is in the project or in a folder that is set in mkdocs.yml."""
    written = Path(os.path.abspath(file))
    here = Path(os.path.abspath(root))
    base = here if written.is_relative_to(here) else written.parent
    real, allowed = file.resolve(), base.resolve()
    if not real.is_relative_to(allowed):
        return False
    # A file in a hidden folder is allowed, unless it is reached through a symbolic link.
    linked = real.relative_to(allowed) != written.relative_to(base)
    return not (linked and any(part.startswith(".") for part in real.relative_to(allowed).parts))
