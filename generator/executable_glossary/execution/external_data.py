"""Computes one hash for data outside the project: a file, or a folder that may contain thousands of files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from executable_glossary.execution.file_hashes import FileHashes


def cache_hash(path: Path, hashes: FileHashes) -> str:
    """SHA-256 of the sorted list of paths and content hashes, which includes empty folders; empty if there are no files
    or if any file is unreadable."""
    listing, found = sha256(), sorted(_files(path))
    for name, file in found:
        hash = hashes.file(str(file)) if file else "folder"
        if not hash:
            return ""
        listing.update(f"{name}\0{hash}\n".encode("utf-8", "surrogateescape"))
    return listing.hexdigest() if any(file for _, file in found) else ""


def _files(root: Path) -> Iterator[tuple[str, Path | None]]:
    """Every file under `root`, with its relative path, and the relative path of every empty folder. Follows symbolic
    links, as a run would, but not in cycles."""
    if root.is_file():
        yield "", root
    visited = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        if (real := os.path.realpath(folder)) in visited:
            folders.clear()
            continue
        visited.add(real)
        if not folders and not names:
            yield Path(folder).relative_to(root).as_posix(), None
        for name in names:
            file = Path(folder, name)
            yield file.relative_to(root).as_posix(), file
