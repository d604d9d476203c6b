"""Measures memory that files hold, whether or not a process maps them: shared memory, and files without a name."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")
SEGMENTS = PROC / "sysvipc/shm"  # those of the reader's IPC namespace
WITHOUT_NAME = "/memfd:"


class HeldMemory:
    """What files of the run hold. It must be created before the namespaces, because everything that exists by then belongs
    to others."""

    def __init__(self) -> None:
        self._others = {device for device, _ in _mounts("self")}
        self._others_space = _ipc_space()
        self._places: tuple[str, ...] = ()

    def size(self, pids: Iterable[int]) -> int:
        """In bytes. pids: the processes of the run."""
        pids = tuple(pids)
        return self._mounted(pids) + _without_name(pids) + self._segments()

    def _mounted(self, pids: Iterable[int]) -> int:
        """The size of the files in the memory that was mounted for the run."""
        for pid in pids:
            self._places = self._places or self._own_mounts(pid)
            sizes = [_used(f"{PROC / str(pid) / 'root'}{place}") for place in self._places]
            if any(sizes):
                return sum(sizes)
        return 0

    def _own_mounts(self, pid: int) -> tuple[str, ...]:
        places = {device: place for device, place in _mounts(str(pid)) if device not in self._others}
        return tuple(places.values())

    def _segments(self) -> int:
        """The size of the System V segments, if the run has its own."""
        with contextlib.suppress(OSError, ValueError):
            if _ipc_space() != self._others_space:
                names, *rows = (line.split() for line in SEGMENTS.read_text().splitlines())
                return sum(int(row[names.index("rss")]) for row in rows)
        return 0


def _mounts(process: str) -> Iterator[tuple[str, str]]:
    """The device and the place of each file system in memory that a process sees."""
    with contextlib.suppress(OSError):
        for line in (PROC / process / "mountinfo").read_text().splitlines():
            fields, _, kind = line.partition(" - ")
            if kind.startswith("tmpfs "):
                yield fields.split()[2], fields.split()[4]


def _used(place: str) -> int:
    """The size of the files in a file system; 0 if its process has ended."""
    with contextlib.suppress(OSError):
        state = os.statvfs(place)
        return (state.f_blocks - state.f_bfree) * state.f_frsize
    return 0


def _ipc_space() -> str:
    with contextlib.suppress(OSError):
        return os.readlink(PROC / "self/ns/ipc")
    return ""


def _without_name(pids: Iterable[int]) -> int:
    """The size of the open files that exist only in memory."""
    sizes: dict[tuple[int, int], int] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for file in os.scandir(PROC / str(pid) / "fd"):
                with contextlib.suppress(OSError):
                    if os.readlink(file.path).startswith(WITHOUT_NAME):
                        state = os.stat(file.path)
                        sizes[state.st_dev, state.st_ino] = state.st_blocks * 512
    return sum(sizes.values())
