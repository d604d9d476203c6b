"""Detects pickle files, by name or content: opening a pickle executes code that its author put in it."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from itertools import islice
from pathlib import Path, PurePath
from pickletools import genops
from typing import IO, cast

from executable_glossary.model.rule import Rule

OUTPUT_PICKLED = Rule(
    code="output-pickled",
    when="the content is checked",
    summary="An example's output is a pickle.",
    details="""
        The content check examines the names of declared outputs. After a run, the build also examines the contents of
        the files, including files inside archives and objects inside arrays.
        """,
    why="Opening a pickle runs the code that its author put in it, in every example that reads the file.",
    example='`outputs = ["heights.pkl"]`',
    instead='`outputs = ["heights.npy"]`; for numbers, write `.npy`, `.csv`, or `.json`.',
)

# File extensions that indicate a pickle, whatever the file contains.
PICKLE_SUFFIXES = frozenset({".pickle", ".pkl", ".pk", ".p", ".dill", ".cloudpickle", ".joblib"})
# Protocols 2 to 5. Older protocols look like text, and Python 3 never uses them by default.
MAGIC_BYTES = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
ENOUGH_OPCODES = 1000  # this many valid opcodes cannot be a coincidence
NUMPY, NUMPY_OBJECTS = b"\x93NUMPY", b"'|O'"
HEADER = 200  # bytes; enough to contain the header of a numpy file
LONGEST_PART = 20_000_000  # bytes of one object in a pickle, or of the table of contents of an archive


def has_pickle_name(name: str) -> bool:
    """Whether the file name has a pickle extension."""
    return PurePath(name).suffix.lower() in PICKLE_SUFFIXES


def is_pickle(file: Path) -> bool:
    """Whether opening the file could execute code because it is a pickle, or a ZIP archive or numpy array
    that contains one. True as well if that cannot be determined in little memory."""
    with file.open("rb") as stream, suppress(_TooLargeError):
        return _is_pickle_stream(_limited(stream)) or _is_in_archive(_limited(stream))
    return True


def _is_in_archive(stream: IO[bytes]) -> bool:
    """Whether the file is a ZIP archive with a pickle. A member that cannot be read hides no other one."""
    try:
        with zipfile.ZipFile(stream) as files:
            return any(has_pickle_name(name) or _is_pickle_member(files, name) for name in files.namelist())
    except _TooLargeError:
        raise
    except Exception:
        # A damaged archive can cause almost any exception.
        return False


def _is_pickle_member(archive: zipfile.ZipFile, name: str) -> bool:
    try:
        with archive.open(name) as member:
            return _is_pickle_stream(_limited(member))
    except _TooLargeError:
        raise
    except Exception:
        return False


def _is_pickle_stream(stream: IO[bytes]) -> bool:
    stream.seek(0)
    start = stream.read(HEADER)
    if start.startswith(NUMPY):
        return NUMPY_OBJECTS in start
    if not start.startswith(MAGIC_BYTES):
        return False
    stream.seek(0)
    try:
        return all(True for _ in islice(genops(stream), ENOUGH_OPCODES))
    except _TooLargeError:
        raise
    except Exception:
        # Data that merely starts like a pickle can cause almost any exception.
        return False


class _TooLargeError(Exception):
    """Raised instead of reading a part that the file says is long: it could fill the memory."""


def _limited(stream: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], _Limited(stream))


class _Limited(io.BufferedIOBase):
    """A file that cannot be read in large chunks."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int | None = -1, /) -> bytes:
        longest = LONGEST_PART + 1
        content = self._stream.read(longest if size is None or size < 0 else min(size, longest))
        if len(content) == longest:
            raise _TooLargeError
        return content

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._stream.readline(LONGEST_PART)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True
