"""Creates a file of the project that did not exist, as a whole or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path


def create(path: Path, text: str) -> None:
    """Write a new file with this text in UTF-8. If it cannot be written whole, nothing of it remains.

    Raises FileExistsError if there is a file with this name, and OSError, which names the file, for a full disk.
    """
    part = path.with_name(f".{path.name[:200]}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        _move_new(part, path)
    except OSError as error:
        if isinstance(error, FileExistsError):
            raise FileExistsError(error.errno, error.strerror, str(path)) from None
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _move_new(part: Path, path: Path) -> None:
    """Give the file another name, which must not exist. Not all file systems have hard links, which guarantee that."""
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        with path.open("xb"):
            part.replace(path)
