"""Whether files changed since somebody last looked, without reading them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG

Stamps = tuple[tuple[str, int, int], ...]


def stamps(paths: Iterable[Path]) -> Stamps:
    """Path, time of change in nanoseconds and size in bytes of every file among the paths, in order.

    What is listed need not be there: editors take a file away while they save it, and mark an open one by a
    link to nowhere.
    """
    found: list[tuple[str, int, int]] = []
    for path in sorted(paths):
        with suppress(OSError):
            state = path.stat()
            if S_ISREG(state.st_mode):
                found.append((str(path), state.st_mtime_ns, state.st_size))
    return tuple(found)
