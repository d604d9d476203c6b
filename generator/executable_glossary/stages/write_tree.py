"""Writes documents to a folder for site generators other than MkDocs, and touches only files that changed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from executable_glossary.model.page import Document


def write(documents: Iterable[Document], folder: Path) -> int:
    """Make `folder` contain exactly these documents. Returns the number of files written. Raises OSError."""
    wanted = {folder / document.path: _bytes(document) for document in documents}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path not in wanted:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return sum(_write(path, content) for path, content in wanted.items())


def _bytes(document: Document) -> bytes:
    return document.content if isinstance(document.content, bytes) else document.content.encode()


def _write(path: Path, content: bytes) -> bool:
    """Write a temporary file and rename it, so that no process sees an incomplete file. Returns whether the
    file changed."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)
    return True
