"""SHA-256 hashes of files, cached on disk by path, size, times, and inode, so an unchanged file is read only once."""

from __future__ import annotations

import json
import os
import stat
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from executable_glossary.execution.sandbox import fingerprints

NAME = "hashes.json"
# In seconds. A file modified more recently could change again without getting a new modification time.
TOO_FRESH = 2.0
# Size in bytes, times of modification and change in nanoseconds, inode.
State = tuple[int, int, int, int]


class FileHashes:
    """Hashes files, lists folders, and caches the results. Can be used from several threads at once.

    folder: the folder that keeps the hashes from one build to the next, or None to forget them. The folder can be
    deleted at any time.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / NAME if folder else None
        self._lock = threading.Lock()
        self._cached: dict[str, tuple[State, str]] | None = None
        self._changed = False
        self._names: dict[str, tuple[State, Mapping[str, str]]] = {}

    def file(self, path: str) -> str:
        """The file's SHA-256; `UNREADABLE` if it, or its folder, may not be read; empty if it does not exist or is not a
        regular file. Follows symbolic links."""
        try:
            found = os.stat(path)
            if not stat.S_ISREG(found.st_mode):
                return ""  # Reading a named pipe or a device could take forever.
            state = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            with self._lock:
                cached = self._read().get(path)
            if cached and cached[0] == state:
                return cached[1]
            with open(path, "rb") as file:
                hash = file_digest(file, "sha256").hexdigest()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError:
            return fingerprints.UNREADABLE
        if time.time() - max(found.st_mtime, found.st_ctime) > TOO_FRESH:
            with self._lock:
                self._read()[path] = (state, hash)
                self._changed = True
        return hash

    def known(self, path: str) -> tuple[State, str] | None:
        """The state that the file had when it was last hashed, and its hash; None if that is not known."""
        with self._lock:
            return self._read().get(path)

    def names(self, folder: str) -> Mapping[str, str]:
        """The kind of every entry in a folder, keyed by name, as returned by `fingerprints.names`; empty if the folder
        cannot be listed."""
        try:
            found = os.stat(folder)
            state = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            with self._lock:
                cached = self._names.get(folder)
            if cached and cached[0] == state:
                return cached[1]
            names = fingerprints.names(folder)
        except OSError:
            return {}
        if time.time() - max(found.st_mtime, found.st_ctime) > TOO_FRESH:
            with self._lock:
                self._names[folder] = (state, names)
        return names

    def save(self) -> None:
        """Write new hashes to disk, under a temporary name first, because two builds may share the file. Ignores
        errors, such as a full disk."""
        with self._lock, suppress(OSError):
            if not self._changed or self._file is None:
                return
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", dir=self._file.parent, prefix=".part-", delete=False) as part:
                json.dump(self._cached, part)
            os.replace(part.name, self._file)
            self._changed = False

    def _read(self) -> dict[str, tuple[State, str]]:
        """The cached hashes; empty if the file is missing or damaged, so everything is hashed again."""
        if self._cached is None:
            self._cached = {}
            with suppress(OSError, ValueError, TypeError, AttributeError):
                if self._file is None:
                    return self._cached
                stored: Mapping[str, Any] = json.loads(self._file.read_text())
                self._cached = {path: (_state(state), str(hash)) for path, (state, hash) in stored.items()}
        return self._cached


def _state(values: list[Any]) -> State:
    size, modified, changed, inode = map(int, values)
    return size, modified, changed, inode
