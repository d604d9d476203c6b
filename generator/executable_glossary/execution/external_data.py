"""One hash for a file or folder of data that lies outside of the project and may hold thousands of files.

What was hashed once is remembered by size and time of change, so that a later look costs a listing only.
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

MEMORY = "caches.json"
# Seconds. What changed so lately may change again without another time of change.
TOO_FRESH = 2.0

# By the path of a file: size in bytes, time of change in nanoseconds, SHA-256.
Known = dict[str, tuple[int, int, str]]


def cache_hash(place: Path, memory: Path) -> str:
    """SHA-256 of the sorted listing of paths and contents; empty if there is no file, or one cannot be read.

    memory: the folder in which to remember what was hashed; it may be deleted.
    """
    before = _remembered(memory / MEMORY)
    now: Known = {}
    listing = sha256()
    try:
        for name, file in sorted(_files(place)):
            now[str(file)] = _hashed(file, before.get(str(file)))
            listing.update(f"{name}\0{now[str(file)][2]}\n".encode("utf-8", "surrogateescape"))
    except OSError:
        return ""
    if any(before.get(path) != found for path, found in now.items()):
        _remember(memory / MEMORY, {**before, **now})
    return listing.hexdigest() if now else ""


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    """Every file below, with its path from there. Links are followed, as a run would, but in no circle."""
    if place.is_file():
        yield "", place
    seen = set()
    for folder, folders, names in os.walk(place, followlinks=True):
        if (real := os.path.realpath(folder)) in seen:
            folders.clear()
            continue
        seen.add(real)
        for name in names:
            file = Path(folder, name)
            yield file.relative_to(place).as_posix(), file


def _hashed(file: Path, before: tuple[int, int, str] | None) -> tuple[int, int, str]:
    state = file.stat()
    if before and tuple(before[:2]) == (state.st_size, state.st_mtime_ns):
        return before
    with file.open("rb") as stream:
        hash = file_digest(stream, "sha256").hexdigest()
    fresh = time.time() - state.st_mtime < TOO_FRESH
    return state.st_size, 0 if fresh else state.st_mtime_ns, hash


def _remembered(file: Path) -> Known:
    """Nothing where the file is gone or harmed: then all is hashed again."""
    try:
        found: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
        return {path: (int(size), int(changed), str(hash)) for path, (size, changed, hash) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remember(file: Path, known: Known) -> None:
    """Beside, then renamed, because two builds may share it. On a full disk only time is lost."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            "w", dir=file.parent, prefix=".part-", delete=False, encoding="utf-8"
        ) as part:
            json.dump(known, part)
        os.replace(part.name, file)
