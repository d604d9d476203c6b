"""Detects pickle files, by name or content: opening a pickle executes code that its author put in it."""

from __future__ import annotations

import zipfile
from itertools import islice
from pathlib import Path, PurePath
from pickletools import genops
from typing import IO

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


def has_pickle_name(name: str) -> bool:
    """Whether the file name has a pickle extension."""
    return PurePath(name).suffix.lower() in PICKLE_SUFFIXES


def is_pickle(file: Path) -> bool:
    """Whether opening the file could execute code because it is a pickle, or a ZIP archive or numpy array
    that contains one."""
    with file.open("rb") as stream:
        if _is_pickle_stream(stream):
            return True
    try:
        with zipfile.ZipFile(file) as files:
            return any(has_pickle_name(name) or _is_pickle_member(files, name) for name in files.namelist())
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return False


def _is_pickle_member(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as member:
        return _is_pickle_stream(member)


def _is_pickle_stream(stream: IO[bytes]) -> bool:
    start = stream.read(HEADER)
    if start.startswith(NUMPY):
        return NUMPY_OBJECTS in start
    if not start.startswith(MAGIC_BYTES):
        return False
    stream.seek(0)
    try:
        return all(True for _ in islice(genops(stream), ENOUGH_OPCODES))
    except Exception:
        # Data that merely starts like a pickle can cause almost any exception.
        return False
