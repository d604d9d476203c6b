"""Detects changed files by their modification times and sizes, without reading them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG

Stamps = tuple[tuple[str, int, int], ...]


def stamps(paths: Iterable[Path]) -> Stamps:
    """Path, modification time in nanoseconds, and size in bytes of every regular file, sorted by path.

    Paths that do not exist are skipped: editors remove a file while they save it, and some mark an open file
    with a broken symbolic link.
    """
    stamped: list[tuple[str, int, int]] = []
    for path in sorted(paths):
        with suppress(OSError):
            state = path.stat()
            if S_ISREG(state.st_mode):
                stamped.append((str(path), state.st_mtime_ns, state.st_size))
    return tuple(stamped)
