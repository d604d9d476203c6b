"""Which files a run opens and changes, recorded with an audit hook (sys.addaudithook)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# Audit events of changes, with the places of their paths among the arguments.
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


class Files:
    """Paths that Python code opened: `read` for reading; `written` for writing, outside of the run's folder."""

    def __init__(self, folder: Path, links: Iterable[str] = ()) -> None:
        """links: names in the folder that lead out of it."""
        self._folder = os.path.join(folder, "")
        self._links = tuple(os.path.join(folder, name, "") for name in links)
        self.read: set[str] = set()
        self.written: set[str] = set()

    def watch(self) -> None:
        """From now on. What is written below Python stays unseen."""
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            writes = (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            self._note(arguments[0], self.written if writes else self.read)
        for place in CHANGES.get(event, ()):
            self._note(arguments[place], self.written)

    def _note(self, path: object, paths: set[str]) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        name = os.path.abspath(os.fsdecode(path))
        within = name.startswith((self._folder, *DEVICES)) and not f"{name}/".startswith(self._links)
        if paths is self.read or not within:
            paths.add(name)
