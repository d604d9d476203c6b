"""Finds the interpreter of a program, which the kernel opens without another system call. Sources: execve(2), elf(5)."""

from __future__ import annotations

import contextlib
import os
import struct
from typing import BinaryIO

LONGEST = 4096  # bytes of an interpreter's path
PT_INTERP = 3
# For each ELF class: where the file header contains the position, size, and number of the program headers, and where a
# program header contains the position and length of its segment.
HEADER = {1: ("I", 28, 42), 2: ("Q", 32, 54)}
SEGMENT = {1: ("I", 4, 16), 2: ("Q", 8, 32)}


def interpreter_of(program: str) -> str:
    """The path to a script's interpreter, or to the loader of a dynamically linked program, as written in the file; ""
    if there is none."""
    if not os.path.isfile(program):
        return ""  # Opening a pipe could take forever.
    with contextlib.suppress(OSError, struct.error, KeyError), open(program, "rb") as file:
        start = file.read(256)
        if start.startswith(b"#!"):
            words = start.partition(b"\n")[0][2:].split()
            return os.fsdecode(words[0]) if words else ""
        if start.startswith(b"\x7fELF"):
            return _loader(file, start)
    return ""


def _loader(file: BinaryIO, header: bytes) -> str:
    order = "<" if header[5] == 1 else ">"
    size, table, counts = HEADER[header[4]]
    (position,) = struct.unpack_from(order + size, header, table)
    length, number = struct.unpack_from(order + "HH", header, counts)
    for index in range(number):
        file.seek(position + index * length)
        segment = file.read(length)
        if struct.unpack_from(order + "I", segment) == (PT_INTERP,):
            word, offset, extent = SEGMENT[header[4]]
            file.seek(*struct.unpack_from(order + word, segment, offset))
            path = file.read(min(LONGEST, *struct.unpack_from(order + word, segment, extent)))
            return os.fsdecode(path.partition(b"\0")[0])
    return ""
