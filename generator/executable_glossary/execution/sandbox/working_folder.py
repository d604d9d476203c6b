"""Finds out what a path in a run's working folder stands for: a copy of a file beside the script, or the run's own file.

The folder is filled when the run begins (`script_folder`). A run can rename, move, or link what it finds there, so copies
are known by their inodes, not by their names. What a run sees in a copy is the original as it was when the run began.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .fingerprints import content_hash, listings
from .script_folder import NOT_SHOWN

MOST_LINKS = 40  # as in Linux, the number of symbolic links that are followed in one path
# Properties of a path: mode, size, times of modification and change, inode, device.
State = tuple[int, int, int, int, int, int]


@dataclass
class Copy:
    """A copy of a file or folder. state: that of the original when the run began, or one that nothing matches if the
    original may have changed while it was copied. listings: for a folder; see `fingerprints.listings`."""

    original: str
    state: State
    listings: Mapping[str, str]
    hash: str = ""
    # When the copy's inode last changed, before the run emptied or removed the file.
    replaced: int = 0


@dataclass(frozen=True)
class Place:
    """What a path stands for. name: an absolute path; empty if what is there is the run's own, and so does not count as
    a read. exists: whether the run can see it if it exists."""

    name: str
    exists: bool = True
    copy: Copy | None = None


OWN = Place("")


class WorkingFolder:
    """The working folder of a run. folder: its path, ending in a slash. shown: the script's folder, likewise. outputs:
    the names of files that the run does not see there. began: when the run began, in nanoseconds since 1970.

    Must be created before the folder is filled: what it already contains, such as files from other examples, is the
    run's own.
    """

    def __init__(self, folder: str, shown: str, outputs: Iterable[str], began: int) -> None:
        self._folder, self._shown, self._began = folder, shown, began
        self._unseen = {*NOT_SHOWN, *outputs, *os.listdir(folder)}
        self._copies: dict[tuple[int, int], Copy] = {}
        self._originals: set[str] = set()
        self._left_out: set[str] = set()

    def take_stock(self) -> None:
        """Remember all copies. Call this once the folder has been filled, before the run does anything with it."""
        queue = [(self._folder, self._shown)]
        for copied, original in queue:
            self._add(copied, original)
            there = set(os.listdir(copied))
            with contextlib.suppress(OSError):
                left_out = set(os.listdir(original)) - there
                self._left_out |= {os.path.join(original, name) for name in left_out}
            for name in there:
                copy, twin = os.path.join(copied, name), os.path.join(original, name)
                if self._is_unseen(twin):
                    continue
                self._originals.add(twin)
                if os.path.isdir(copy) and not os.path.islink(copy):
                    queue.append((copy, twin))
                elif not os.path.islink(copy):
                    self._add(copy, twin)

    def place(self, name: str) -> Place:
        """What an absolute path in the folder stands for."""
        name = self._followed(name)
        if not f"{name}/".startswith(self._folder):
            return Place(name)
        try:
            found = os.lstat(name)
        except OSError:
            return self._missing(name)
        copy = self._copies.get((found.st_dev, found.st_ino))
        if copy is None or copy.replaced not in (0, found.st_ctime_ns):
            return OWN
        if copy.listings or copy.hash:
            return Place(copy.original, copy=copy)
        # Until now, no call has named the file, so the run has not changed it.
        copy.hash = content_hash(name)
        return Place(copy.original, copy=copy)

    def replace(self, name: str) -> None:
        """The run is about to empty or remove the file with this name. If it succeeds, what is there later is its own."""
        with contextlib.suppress(OSError):
            found = os.lstat(self._followed(name))
            copy = self._copies.get((found.st_dev, found.st_ino))
            if copy and found.st_nlink == 1:
                copy.replaced = found.st_ctime_ns

    def _add(self, copied: str, original: str) -> None:
        with contextlib.suppress(OSError):
            copy, found = os.lstat(copied), os.stat(original)
            is_folder = os.path.isdir(copied)
            fresh = found.st_mtime_ns >= self._began if is_folder else _stamp(copy) != _stamp(found)
            times = (0, 0) if fresh else (found.st_mtime_ns, found.st_ctime_ns)
            state = (found.st_mode, found.st_size, *times, found.st_ino, found.st_dev)
            names = listings(original) if is_folder and not fresh else {}
            self._copies[copy.st_dev, copy.st_ino] = Copy(original, state, names)

    def _followed(self, name: str) -> str:
        """The path without symbolic links in the working folder. Links elsewhere are not followed."""
        for _ in range(MOST_LINKS):
            link = next((path for path in self._steps(name) if os.path.islink(path)), "")
            if not link:
                break
            target = os.path.join(os.path.dirname(link), os.readlink(link))
            name = os.path.normpath(target + name[len(link) :])
        return name

    def _steps(self, name: str) -> Iterator[str]:
        """The path, and the folders above it that are in the working folder, outermost first."""
        if not f"{name}/".startswith(self._folder):
            return
        at = len(self._folder)
        while (at := name.find("/", at)) >= 0:
            yield name[:at]
            at += 1
        yield name

    def _missing(self, name: str) -> Place:
        """What a path in the folder stands for where the run sees nothing."""
        rest, folder = os.path.basename(name), os.path.dirname(name)
        while not os.path.lexists(folder):
            rest, folder = os.path.join(os.path.basename(folder), rest), os.path.dirname(folder)
        found = os.lstat(folder)
        copy = self._copies.get((found.st_dev, found.st_ino))
        twin = os.path.join(copy.original, rest) if copy else ""
        if not twin or twin in self._originals or self._is_unseen(twin):
            return OWN
        return Place(twin, any(path in self._left_out for path in self._within(twin)))

    def _within(self, twin: str) -> Iterator[str]:
        """The path, and the folders above it that are in the script's folder."""
        while f"{twin}/" != self._shown:
            yield twin
            twin = os.path.dirname(twin)

    def _is_unseen(self, twin: str) -> bool:
        """Whether a run never sees the file in the script's folder, whatever it contains."""
        parts = twin[len(self._shown) :].split("/")
        return parts[0] in self._unseen or any(part.startswith(".") for part in parts)


def _stamp(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns
