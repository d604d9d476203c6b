"""Explains why a run could not write its results, and makes it possible again if the script prevented it."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

# The exit code of a run whose results could not be written, as in sysexits.h. With a known cause, the code is higher by
# the cause's number.
CANNOT_WRITE = 74
LOST = "its results could not be written"
# Why results could not be written, each with the errors that it leads to; numbered from 1.
CAUSES: tuple[tuple[str, frozenset[int]], ...] = (
    (
        "the script deleted or moved its working folder, or the folder .run in it",
        frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENOTEMPTY, errno.EEXIST, errno.EISDIR}),
    ),
    (
        "the script changed the permissions of its working folder, or of the folder .run in it",
        frozenset({errno.EACCES, errno.EPERM, errno.EROFS}),
    ),
    (
        "the script has too many files open, or has lowered the limit",
        frozenset({errno.EMFILE, errno.ENFILE}),
    ),
    ("the script has lowered the limit on the size of its files", frozenset({errno.EFBIG})),
    ("the disk is full", frozenset({errno.ENOSPC, errno.EDQUOT})),
)


def describe(code: int) -> str:
    """Why results could not be written; empty for other exit codes. code: the exit code of the run."""
    if not CANNOT_WRITE <= code <= CANNOT_WRITE + len(CAUSES):
        return ""
    return LOST + (f": {CAUSES[code - CANNOT_WRITE - 1][0]}" if code > CANNOT_WRITE else "")


def code_for(error: OSError) -> int:
    """The exit code of a run that could not write its results because of this error."""
    found = (number for number, (_, errors) in enumerate(CAUSES, 1) if error.errno in errors)
    return CANNOT_WRITE + next(found, 0)


def make_writable(private: Path) -> None:
    """Undo what the script did to its limits and folders, as far as possible. Afterward, the script must not run."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
            hard = resource.getrlimit(limit)[1]
            resource.setrlimit(limit, (hard, hard))
    os.closerange(3, 10_000)
    for folder in (private.parent, private):
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o700)
    with contextlib.suppress(OSError):
        if not private.is_dir():
            private.unlink(missing_ok=True)
            private.mkdir()
