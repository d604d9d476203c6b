"""Uses Linux Landlock to restrict which files this process and its children can open. Source: landlock(7)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Iterable, Iterator

SYS_LANDLOCK = (444, 445, 446)  # create_ruleset, add_rule, restrict_self: the same on all architectures
WRITE_FILE, READ_FILE, READ_DIR, REFER, TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 13, 1 << 14
CHANGE_FOLDER = sum(1 << bit for bit in range(4, 13))
FILE_RIGHTS = (
    WRITE_FILE | READ_FILE | TRUNCATE
)  # the only rights allowed in a rule for a file rather than a folder
PR_SET_NO_NEW_PRIVS = 38
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty")


def restrict(writable: Iterable[str], readable: Iterable[str], listable: Iterable[str]) -> bool:
    """Allow writes only to `writable` paths, devices, and shared memory; also allow reading `readable` paths and
    listing the names in `listable` folders. Returns whether the kernel supports Landlock (Linux 5.13 or
    later)."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(SYS_LANDLOCK[0], None, ctypes.c_size_t(0), 1) if sys.platform == "linux" else 0
    if version < 1:
        return False
    reads = READ_FILE | READ_DIR
    writes = WRITE_FILE | CHANGE_FOLDER | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    ruleset = ctypes.create_string_buffer(struct.pack("=Q", reads | writes), 8)
    rules = libc.syscall(SYS_LANDLOCK[0], ruleset, ctypes.c_size_t(8), 0)
    for path, rights in _rights(writable, readable, listable, reads, writes):
        _allow(libc, rules, path, rights)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    refused = not libc.syscall(SYS_LANDLOCK[2], rules, 0)
    os.close(rules)
    return refused


def _rights(
    writable: Iterable[str], readable: Iterable[str], listable: Iterable[str], reads: int, writes: int
) -> Iterator[tuple[str, int]]:
    yield from ((path, reads | writes) for path in writable)
    yield "/dev/shm", reads | writes
    yield from ((device, (reads | writes) & FILE_RIGHTS) for device in DEVICES)
    yield from ((path, reads) for path in readable)
    yield from ((path, READ_DIR) for path in listable)


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    """Add a rule for a path, unless the path does not exist."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rights = rights if os.path.isdir(path) else rights & FILE_RIGHTS
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, descriptor), 12)
        if rights:
            libc.syscall(SYS_LANDLOCK[1], rules, 1, rule, 0)
        os.close(descriptor)
