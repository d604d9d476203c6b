"""Determines which path a stopped process's system call names, and what the call can reveal about that path.

Sources: open(2), openat2(2), rename(2), unix(7).
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import NamedTuple

from .path_walk import PathWalk
from .ptrace import SystemCall, Tracer
from .syscall_filter import AT_FDCWD, PathCall

O_PATH = 0o10000000
AT_REMOVEDIR = 0x200
RENAME_NOREPLACE, RENAME_EXCHANGE = 1, 2
RESOLVE_IN_ROOT = 0x10
LOWEST_ADDRESS = 4096  # no process has readable memory below the second page
LONGEST_ADDRESS = 110  # bytes of a Unix domain socket's address, the first two of which contain the family
AF_UNIX = 1


class NamedPath(NamedTuple):
    """A path that a system call names. kind: the kind of call. written: the path as written, joined to the folder that
    it is relative to. path: the same path, resolved (`PathWalk.resolve`). relative: the path as passed to the call.
    descriptor: the descriptor of a file that the call names without a path; -1 if there is none."""

    kind: str
    written: str
    path: str
    relative: str = ""
    descriptor: int = -1


class CallPaths:
    """Reads paths from the memory of traced processes."""

    def __init__(self, tracer: Tracer, walk: PathWalk) -> None:
        self._tracer, self._walk = tracer, walk

    def read(self, call: SystemCall, named: PathCall) -> NamedPath | None:
        """The path that the call names; None if it names none. Raises OSError, ValueError, and struct.error."""
        if named.path is None:
            folder = self._walk.uncovered(_base(call, named))
            return NamedPath("list", folder, folder) if folder.startswith("/") else None
        address = call.arguments[named.path]
        if address < LOWEST_ADDRESS:
            return None  # Some programs pass no path to find out whether the kernel supports this call, which then fails.
        if named.kind == "socket":
            text = self._socket(call, named, address)
        else:
            text = os.fsdecode(self._tracer.text(call.pid, address))
        if named.kind == "socket" and not text:
            return None
        kind, inside = self._kind(call, named)
        base = "/" if text.startswith("/") and not inside else _base(call, named)
        path = self._walk.resolve(call.pid, base, text, kind != "replace", inside)
        descriptor = -1 if text else _descriptor(call, named)
        return NamedPath(kind, os.path.join(base, text) if text else base, path, text, descriptor)

    def keep_content(self, call: SystemCall, named: PathCall) -> None:
        """Let a call that opens a file append to it instead of emptying it first."""
        if named.flags is not None and named.kind == "open":
            flags = call.arguments[named.flags] & ~os.O_TRUNC | os.O_APPEND
            self._tracer.change_argument(call, named.flags, flags)

    def _socket(self, call: SystemCall, named: PathCall, address: int) -> str:
        """The path in the address of a socket; empty if the address does not contain one."""
        length = min(call.arguments[named.flags or 0] & 0xFFFFFFFF, LONGEST_ADDRESS)
        if length <= 2:
            return ""
        found = self._tracer.memory(call.pid, address, length)
        is_unix = struct.unpack_from("=H", found) == (AF_UNIX,)
        return os.fsdecode(found[2:].partition(b"\0")[0]) if is_unix else ""

    def _kind(self, call: SystemCall, named: PathCall) -> tuple[str, bool]:
        """The kind of call, and whether the folder is the root folder of the path."""
        flags, inside = call.arguments[named.flags] if named.flags is not None else 0, False
        if named.name == "openat2":
            flags, _, resolve = struct.unpack("=QQQ", self._tracer.memory(call.pid, call.arguments[2], 24))
            inside = bool(resolve & RESOLVE_IN_ROOT)
        if named.kind == "open":
            return _kind_of_open(flags), inside
        if named.kind == "remove" and flags & AT_REMOVEDIR:
            return "rmdir", False
        if named.kind == "replace" and flags & (RENAME_NOREPLACE | RENAME_EXCHANGE):
            return "change", False
        return named.kind, False


def _kind_of_open(flags: int) -> str:
    if flags & O_PATH:
        return "look"
    if flags & os.O_CREAT and flags & os.O_EXCL:
        return "change"
    if flags & os.O_TRUNC and flags & os.O_ACCMODE != os.O_RDONLY:
        return "empty" if flags & os.O_CREAT else "truncate"
    # A file that is opened only for writing reveals whether it exists and how large it is.
    return "open"


def _base(call: SystemCall, named: PathCall) -> str:
    """The folder that a relative path refers to."""
    folder = _descriptor(call, named)
    return os.readlink(f"/proc/{call.pid}/cwd" if folder == AT_FDCWD else f"/proc/{call.pid}/fd/{folder}")


def _descriptor(call: SystemCall, named: PathCall) -> int:
    return AT_FDCWD if named.folder is None else ctypes.c_int(call.arguments[named.folder]).value
