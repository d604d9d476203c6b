"""Records which files a run opens and changes, with an audit hook (`sys.addaudithook`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Audit events that change files, with the positions of their path arguments.
CHANGES = {
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rmdir": (0,),
    "os.rename": (0, 1),
    "os.link": (1,),
    "os.symlink": (1,),
    "os.truncate": (0,),
}
DEVICES = ("/dev/", "/proc/")


class FileAudit:
    """Absolute paths that Python code opened: `read` for reading, `written` for writing outside the run's folder."""

    def __init__(self, *folders: Path, links: Iterable[str] = ()) -> None:
        """folders: the run's folder, and others where the run sees it. links: names of symbolic links in the folder that
        point outside it; writes through them are recorded."""
        folder, self._folders = folders[0], tuple(os.path.join(each, "") for each in folders)
        self._links = tuple(os.path.join(folder, name, "") for name in links)
        self.read: set[str] = set()
        self.written: set[str] = set()

    def start(self) -> None:
        """Start recording. Writes below the Python level, such as those by C libraries, are not recorded."""
        sys.addaudithook(self._on_event)

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            writes = (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            self._record(arguments[0], self.written if writes else self.read)
        for position in CHANGES.get(event, ()):
            self._record(arguments[position], self.written)

    def _record(self, path: object, paths: set[str]) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        name = absolute(path)
        inside = name.startswith((*self._folders, *DEVICES)) and not f"{name}/".startswith(self._links)
        if paths is self.read or not inside:
            paths.add(name)


def absolute(path: str | bytes | os.PathLike[Any]) -> str:
    """The absolute path, with one slash at its start."""
    name = os.path.abspath(os.fsdecode(path))
    return name[1:] if name.startswith("//") else name
