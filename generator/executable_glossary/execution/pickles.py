"""Tells a pickle, by its name or by its bytes: whoever opens one runs what its maker wrote into it."""

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
    summary="An output of an example is a pickle.",
    details="""
        The check of the content looks at the names of declared outputs. After a run, the build looks at their bytes,
        and also into archives and arrays.
        """,
    why="Opening a pickle runs the code that its author put into it, in every example that reads the file.",
    example='`outputs = ["weights.pkl"]`',
    instead='`outputs = ["weights.safetensors"]`; for numbers, write `.npy`, `.csv`, or `.json`.',
)

# Endings of files that are pickles whatever is in them.
ENDINGS = frozenset({".pickle", ".pkl", ".pk", ".p", ".dill", ".cloudpickle", ".joblib"})
# Protocols 2 to 5; older ones cannot be told from text, and nothing has written them for twenty years.
STARTS = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
ENOUGH = 1000  # steps of a pickle, after which chance cannot have made it
NUMPY, NUMPY_OBJECTS = b"\x93NUMPY", b"'|O'"
HEADER = 200  # bytes, in which numpy says what an array holds


def is_named_so(name: str) -> bool:
    """Whether a file of that name is taken for a pickle, which opens it."""
    return PurePath(name).suffix.lower() in ENDINGS


def is_pickle(file: Path) -> bool:
    """Whether opening it as it is meant would run what it says: also an archive or an array with one in it."""
    with file.open("rb") as stream:
        if _is_stream(stream):
            return True
    try:
        with zipfile.ZipFile(file) as files:
            return any(is_named_so(name) or _is_part(files, name) for name in files.namelist())
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return False


def _is_part(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as part:
        return _is_stream(part)


def _is_stream(stream: IO[bytes]) -> bool:
    start = stream.read(HEADER)
    if start.startswith(NUMPY):
        return NUMPY_OBJECTS in start
    if not start.startswith(STARTS):
        return False
    stream.seek(0)
    try:
        return all(True for _ in islice(genops(stream), ENOUGH))
    except Exception:
        # Bytes that only begin as a pickle does: they fail in as many ways as there are steps.
        return False
