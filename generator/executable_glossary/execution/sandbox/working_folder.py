"""Determines whether a path in a run's working folder refers to a copy of a file next to the script or to the run's own
file.

The folder is filled when the run begins (`script_folder`). A run can rename, move, or link what it finds there, so
copies are identified by their inodes and the times when they were created, not by their names. In a copy, a run sees
the original as it was when the run began.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from .fingerprints import content_hash, listing_hash, listings, names
from .script_folder import COMPILED, RECORDS

# The system call statx(2), whose result contains the time when a file was created.
AT_FDCWD, AT_SYMLINK_NOFOLLOW, STATX_BTIME, STATX_SIZE = -100, 0x100, 0x800, 256
BTIME, BTIME_AT = struct.Struct("=qI"), 80
_statx = getattr(ctypes.CDLL(None), "statx", None) if sys.platform == "linux" else None
# Properties of a path: mode, size, times of modification and change, inode, device.
State = tuple[int, int, int, int, int, int]


@dataclass
class Copy:
    """A copy of a file or folder. state: the state of the original when the run began, or a state that never matches if
    the original may have changed while it was being copied. listings: for a folder; see `fingerprints.listings`."""

    original: str
    state: State
    listings: Mapping[str, str]
    hash: str = ""
    # When the copy was created, which tells it from a later file with the same inode; 0 if this is unknown.
    created: tuple[int, int] = (0, 0)
    # When the copy's inode last changed, before the run emptied or removed the file.
    replaced: int = 0


@dataclass(frozen=True)
class Place:
    """The file or folder that a path refers to. name: its absolute path; empty if it is the run's own and therefore
    does not count as a read. exists: whether the run would see it if it existed."""

    name: str
    exists: bool = True
    copy: Copy | None = None


OWN = Place("")


class WorkingFolder:
    """The working folder of a run. folder: its path, ending in a slash. shown: the script's folder, likewise. outputs:
    the names of files in the script's folder that the run does not see. began: when the run began, in nanoseconds since
    1970.

    Must be created before the folder is filled, because anything that it already contains, such as files from other
    examples, counts as the run's own.
    """

    def __init__(self, folder: str, shown: str, outputs: Iterable[str], began: int) -> None:
        self._folder, self._shown, self._began = folder, shown, began
        self._unseen = {RECORDS, COMPILED, *outputs, *os.listdir(folder)}
        self._sees_hidden = False
        self._copies: dict[tuple[int, int], Copy] = {}
        self._originals: set[str] = set()
        self._left_out: set[str] = set()

    def take_stock(self, everything: bool) -> None:
        """Remember all copies. Call this once the folder has been filled, before the run does anything with it.
        everything: see `script_folder.show`."""
        self._sees_hidden = everything
        self._unseen -= {COMPILED} if everything else set()
        queue = [(self._folder, self._shown)]
        for copied, original in queue:
            self._add(copied, original)
            there = set(os.listdir(copied))
            self._left_out |= _left_out(original, there)
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
        """The file or folder that a path in the working folder refers to. The path is absolute and contains no symbolic
        links (`path_walk`)."""
        try:
            found = os.lstat(name)
        except OSError:
            return self._missing(name)
        copy = self._copy(name, found)
        if copy is None or copy.replaced not in (0, found.st_ctime_ns):
            return OWN
        if copy.listings or copy.hash:
            return Place(copy.original, copy=copy)
        # Until now, no call has named the file, so the run has not changed it.
        copy.hash = content_hash(name)
        return Place(copy.original, copy=copy)

    @property
    def unseen(self) -> Iterable[str]:
        """The names of entries in the script's folder that the run does not see in its working folder, or that it sees
        as its own."""
        return self._unseen

    def replace(self, name: str) -> None:
        """Record that the run is about to empty or remove the file with this name. If it succeeds, a later file with
        this name is its own."""
        with contextlib.suppress(OSError):
            found = os.lstat(name)
            copy = self._copy(name, found)
            if copy and found.st_nlink == 1:
                copy.replaced = found.st_ctime_ns

    def _copy(self, name: str, found: os.stat_result) -> Copy | None:
        """The copy that is at this path; None if it is something else."""
        copy = self._copies.get((found.st_dev, found.st_ino))
        return copy if copy and copy.created == created(name) else None

    def _add(self, copied: str, original: str) -> None:
        with contextlib.suppress(OSError):
            copy, found = os.lstat(copied), os.stat(original)
            is_folder = os.path.isdir(copied)
            fresh = found.st_ctime_ns >= self._began if is_folder else _stamp(copy) != _stamp(found)
            times = (0, 0) if fresh else (found.st_mtime_ns, found.st_ctime_ns)
            state = (found.st_mode, found.st_size, *times, found.st_ino, found.st_dev)
            hashes = self._listings(original) if is_folder and not fresh else {}
            self._copies[copy.st_dev, copy.st_ino] = Copy(original, state, hashes, created=created(copied))

    def _listings(self, original: str) -> Mapping[str, str]:
        """The hashes of a folder's names; for the script's folder, also that of the names that the run sees there."""
        if os.path.join(original, "") != self._shown:
            return listings(original)
        seen = {name: kind for name, kind in names(original).items() if name not in self._unseen}
        return {**listings(original), "shown": listing_hash(seen)}

    def _missing(self, name: str) -> Place:
        """The file or folder that a path in the working folder refers to if the run sees nothing there."""
        rest, folder = os.path.basename(name), os.path.dirname(name)
        while not os.path.lexists(folder):
            rest, folder = os.path.join(os.path.basename(folder), rest), os.path.dirname(folder)
        copy = self._copy(folder, os.lstat(folder))
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
        is_hidden = not self._sees_hidden and any(part.startswith(".") for part in parts)
        return parts[0] in self._unseen or is_hidden


def _left_out(original: str, there: Collection[str]) -> set[str]:
    """The paths of the entries in a folder of the script that were not copied; the folder itself if it cannot be listed."""
    try:
        return {os.path.join(original, name) for name in os.listdir(original) if name not in there}
    except OSError:
        return {original}


def created(path: str) -> tuple[int, int]:
    """When a file or folder was created, in seconds and nanoseconds; (0, 0) if the system does not report it. Does not
    follow symbolic links."""
    buffer = ctypes.create_string_buffer(STATX_SIZE)
    if _statx is None or _statx(AT_FDCWD, os.fsencode(path), AT_SYMLINK_NOFOLLOW, STATX_BTIME, buffer):
        return 0, 0
    (mask,), (seconds, nanoseconds) = struct.unpack_from("=I", buffer), BTIME.unpack_from(buffer, BTIME_AT)
    return (seconds, nanoseconds) if mask & STATX_BTIME else (0, 0)


def _stamp(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns
