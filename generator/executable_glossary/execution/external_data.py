"""Computes one hash for data outside the project: a file, or a folder that may contain thousands of files.

File hashes are cached by size and modification time, so a later call only needs to list the folder.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

HASHES = "caches.json"
# In seconds. A file modified more recently than this could change again without a change to its modification
# time.
TOO_FRESH = 2.0

# Size in bytes, modification time in nanoseconds, and SHA-256, keyed by file path.
FileHashes = dict[str, tuple[int, int, str]]


def cache_hash(path: Path, folder: Path) -> str:
    """SHA-256 of the sorted listing of paths and contents; empty if there are no files or a file cannot be
    read.

    path: the data. folder: where file hashes are cached; it can be deleted at any time.
    """
    cached = _read_hashes(folder / HASHES)
    current: FileHashes = {}
    listing = sha256()
    try:
        for name, file in sorted(_files(path)):
            current[str(file)] = _hash(file, cached.get(str(file)))
            listing.update(f"{name}\0{current[str(file)][2]}\n".encode("utf-8", "surrogateescape"))
    except OSError:
        return ""
    if any(cached.get(name) != file_hash for name, file_hash in current.items()):
        _write_hashes(folder / HASHES, {**cached, **current})
    return listing.hexdigest() if current else ""


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file under `root`, with its relative path. Follows symbolic links, as a run would, but not in cycles."""
    if root.is_file():
        yield "", root
    visited = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        if (real := os.path.realpath(folder)) in visited:
            folders.clear()
            continue
        visited.add(real)
        for name in names:
            file = Path(folder, name)
            yield file.relative_to(root).as_posix(), file


def _hash(file: Path, cached: tuple[int, int, str] | None) -> tuple[int, int, str]:
    """Size, modification time, and SHA-256. For a file modified only moments ago, the time is set to 0, which
    never matches."""
    state = file.stat()
    if cached and tuple(cached[:2]) == (state.st_size, state.st_mtime_ns):
        return cached
    with file.open("rb") as stream:
        hash = file_digest(stream, "sha256").hexdigest()
    fresh = time.time() - state.st_mtime < TOO_FRESH
    return state.st_size, 0 if fresh else state.st_mtime_ns, hash


def _read_hashes(file: Path) -> FileHashes:
    """The cached hashes; empty if the file is missing or damaged, so everything is hashed again."""
    try:
        cached: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
        return {path: (int(size), int(changed), str(hash)) for path, (size, changed, hash) in cached.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write_hashes(file: Path, hashes: FileHashes) -> None:
    """Write to a temporary file and rename it, because two builds may share the file. Ignores a full disk."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            "w", dir=file.parent, prefix=".part-", delete=False, encoding="utf-8"
        ) as part:
            json.dump(hashes, part)
        os.replace(part.name, file)
