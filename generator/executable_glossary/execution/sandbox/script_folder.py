"""Makes the files in the script's folder available in the run's working folder, so `open("points.csv")` works there.

Small files are copied, so that programs such as `grep -r`, `find`, and `tar` treat them like any other file. Large ones
become symbolic links. The links are read-only, because everything outside the working folder is; when Python code opens
a link for writing, the link is first replaced with a copy. Where neither mounts nor Landlock protect the originals, all
files are copied, because a library could change a project file through a link.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .file_audit import absolute

RECORDS, COMPILED = "recorded", "__pycache__"
# The limit on the total number of entries. A folder that would exceed it becomes a link, or is left out if files are
# copied.
MAX_ENTRIES = 1000
MAX_COPY = 100_000_000  # bytes; the total size of the files that are copied where links cannot be used
# The limits, in bytes, for one file that is copied even though it could be linked, and for all such files together.
SMALL, MAX_SMALL = 1_000_000, 20_000_000

# Before our own code looks at a path in the run's process, it accesses this path with that path appended. The tracer
# then does not count the access as a read by the run (`path_trace`).
CHECKED = "/.glossary-looks-at"
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
# Audit events for changes that follow a symbolic link, with the position of their path argument.
CHANGES = {
    "os.chmod": 0,
    "os.chown": 0,
    "os.setxattr": 0,
    "os.truncate": 0,
    "os.utime": 0,
    "sqlite3.connect": 0,
}


def show(shown: Path, folder: Path, outputs: Iterable[str], links: bool, everything: bool = False) -> None:
    """Link or copy the entries in the script's folder, `shown`, to `folder`, except records and `outputs`.

    Entries that `folder` already contains, such as caches and other examples' files, take precedence. links: whether
    large files can be linked. everything: whether to include hidden entries, compiled modules, and special files.
    """
    copier = _Copier(SMALL, MAX_SMALL) if links else _Copier(MAX_COPY, MAX_COPY)
    hidden, entries = {RECORDS, *outputs}, MAX_ENTRIES
    queue = deque([(str(shown), str(folder))])
    while queue:
        source, target = queue.popleft()
        found = [entry for entry in _entries(source) if entry.name not in hidden]
        found = [entry for entry in found if everything or _is_shown(entry)]
        entries, hidden = entries - len(found), set()
        for entry in found:
            place = os.path.join(target, entry.name)
            if os.path.lexists(place):
                continue
            if entry.is_dir() and not entry.is_symlink() and _is_small(entry.path, entries):
                os.mkdir(place)
                queue.append((entry.path, place))
            elif not copier.copy(entry, place) and links:
                os.symlink(entry.path, place)


class _Copier:
    """Copies files, each of at most `most` bytes, up to a total size. It does not copy links."""

    def __init__(self, most: int, total: int) -> None:
        self._most, self._left, self._follow = most, total, most == total

    def copy(self, entry: os.DirEntry[str], place: str) -> bool:
        """Copy the entry if it is a readable file of a suitable size; returns whether it did."""
        with contextlib.suppress(OSError):
            before = os.stat(entry.path)
            if entry.is_file(follow_symlinks=self._follow) and before.st_size <= min(self._most, self._left):
                shutil.copy2(entry.path, place)
                # If the file changes while it is copied, the times of the copy and the file differ afterward.
                os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
                self._left -= before.st_size
                return True
        return False


class ScriptFolder:
    """Watches how Python code uses the files that `show` put into the working folder."""

    def __init__(self, script: Path, folder: Path, originals: Path | None, read: set[str]) -> None:
        """originals: where the files in the script's folder are, if the run sees `folder` in its place. read: collects the
        paths to the files in the script's folder that the run opens."""
        self._source, self._folder, self._read = str(script.parent), str(folder), read
        self._names = (self._folder, *([self._source, os.path.realpath(self._source)] if originals else ()))
        self._originals = str(originals or script.parent)
        self._real_source = os.path.realpath(self._originals)

    def start(self) -> None:
        sys.addaudithook(self._on_event)

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            flags = arguments[2] or 0
            if (path := self._own(arguments[0])) and flags & WRITES:
                self._detach(path, empty=bool(flags & os.O_TRUNC))
            elif path:
                self._read.update(self._sources(path))
        elif event in CHANGES and (path := self._own(arguments[CHANGES[event]])):
            self._detach(path)

    def _own(self, path: object) -> str:
        """The absolute path if it is inside the working folder; empty otherwise."""
        if not isinstance(path, str | bytes | os.PathLike):
            return ""
        name = absolute(path)
        found = (each for each in self._names if _is_inside(name, each))
        return next((self._folder + name[len(each) :] for each in found), "")

    def _detach(self, path: str, empty: bool = False) -> None:
        """Replace a link to a file in the script's folder with a copy, or remove it if the file will be emptied."""
        os.access(f"{CHECKED}{path}", os.F_OK)
        with contextlib.suppress(OSError):
            target = os.path.realpath(path) if os.path.islink(path) else ""
            if _is_inside(target, self._real_source) and os.path.isfile(target):
                os.unlink(path)
                if not empty:
                    shutil.copy2(target, path)

    def _sources(self, path: str) -> Iterator[str]:
        """The path to the original in the script's folder, if this file is a link to it or a copy of it."""
        real = os.path.realpath(path)
        if _is_inside(real, self._real_source):
            yield self._source + real[len(self._real_source) :]
            return
        inside = real[len(self._folder) :]
        os.access(f"{CHECKED}{self._originals}{inside}", os.F_OK)
        if _is_copy(f"{self._originals}{inside}", real):
            yield f"{self._source}{inside}"


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """The entries in a folder, sorted by name; none if the folder cannot be listed."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)
    return []


def _is_shown(entry: os.DirEntry[str]) -> bool:
    """Whether the entry is a file or a folder, or a link to one, and neither hidden nor a compiled module."""
    with contextlib.suppress(OSError):
        is_usual = not entry.name.startswith(".") and entry.name != COMPILED
        return is_usual and (entry.is_file() or entry.is_dir())
    return False


def _is_small(folder: str, limit: int) -> bool:
    """Whether the folder has at most `limit` entries."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return all(number < limit for number, _ in enumerate(entries))
    return False


def _is_inside(path: str, folder: str) -> bool:
    return path.startswith(os.path.join(folder, ""))


def _is_copy(one: str, other: str) -> bool:
    """Whether the files have the same size and modification time."""
    with contextlib.suppress(OSError):
        first, second = os.stat(one), os.stat(other)
        return (first.st_size, first.st_mtime_ns) == (second.st_size, second.st_mtime_ns)
    return False
