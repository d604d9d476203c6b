"""Gives each run's home directory a short path, because the path of a Unix domain socket is limited to 108 characters.

Python's `multiprocessing`, data loaders, and many programs create their sockets in the temporary folder, which is
the run's home directory. It is inside the run's working folder, whose path can be longer than 108 characters.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Folders with short paths, which exist on almost every system. A run sees its home directory as a link in one of them.
BASES = ("/tmp", "/var/tmp")
PREFIX = "glossary-"
ABANDONED = 24 * 3600.0  # seconds; an older link whose target is missing was left behind by a killed build


@contextmanager
def short_path(home: Path) -> Iterator[Path]:
    """A short path to `home`, which must exist; `home` itself if no link can be created.

    The path is a symbolic link, so the files are still in `home`: they require no additional permissions, take up space
    on the same disk, and are deleted with the run's working folder, even if the build is killed.
    """
    link = _new_link(home)
    try:
        yield link or home
    finally:
        if link is not None:
            link.unlink(missing_ok=True)


def _new_link(home: Path) -> Path | None:
    """The shortest link that can be created; None if no link with a shorter path than `home` can be created."""
    bases = (*BASES, tempfile.gettempdir(), os.path.expanduser("~"))
    for base in sorted(filter(os.path.isabs, dict.fromkeys(bases)), key=len):
        link = Path(base) / f"{PREFIX}{secrets.token_hex(4)}"
        if len(str(link)) >= len(str(home)):
            return None
        with suppress(OSError):
            _remove_leftovers(Path(base))
            link.symlink_to(home, target_is_directory=True)
            return link
    return None


def _remove_leftovers(base: Path) -> None:
    """Delete our links whose targets are missing, once they are a day old."""
    for entry in os.scandir(base):
        if entry.name.startswith(PREFIX) and entry.is_symlink():
            with suppress(OSError):
                state = entry.stat(follow_symlinks=False)
                is_old = time.time() - state.st_mtime > ABANDONED
                if is_old and state.st_uid == os.getuid() and not os.path.exists(entry.path):
                    os.unlink(entry.path)
