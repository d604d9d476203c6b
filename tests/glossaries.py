"""Small glossaries on disk, for tests: a base that is right, and what a test changes in it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
BASE = Path(__file__).parent / "cases" / "base"


def lay_out(folder: Path, changes: Mapping[str, bytes | None]) -> Path:
    """Copies the base glossary into `folder`, with the repository's templates, and makes the changes.

    changes: content by path; None deletes the file of the base, or the whole folder.
    """
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    _lay_templates(folder / "templates", any(path.startswith("templates/") for path in changes))
    for path, content in changes.items():
        if content is None:
            _delete(folder / path)
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    return folder


def tree(folder: Path) -> Mapping[str, bytes]:
    """Every file of the glossary with its content, templates aside: to see whether anything was written."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: path.read_bytes() for name, path in names.items() if not name.startswith("templates/")}


def _lay_templates(folder: Path, changed: bool) -> None:
    """A link is enough, and fast, where a test changes no template."""
    if changed:
        shutil.copytree(REPOSITORY / "templates", folder)
    else:
        folder.symlink_to(REPOSITORY / "templates")


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
