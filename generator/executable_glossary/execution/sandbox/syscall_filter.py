"""A seccomp filter that stops a process for its tracer at every system call that names a path, and at no other calls.

Sources: seccomp(2), bpf(2), the kernel's system call tables, openat2(2), statx(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "open", "look", "execute", "list", "change", "empty", "remove", "rmdir", "replace", "socket", "root"
]

SECCOMP_SET_MODE_FILTER = 1
ALLOW, TRACE, ERRNO = 0x7FFF0000, 0x7FF00000, 0x00050000
PR_SET_NO_NEW_PRIVS = 38
FILTER_FLAG_NEW_LISTENER = 1 << 3
X32 = 0x40000000  # the bit that marks system calls of the x32 ABI
AT_FDCWD, AT_EMPTY_PATH = -100, 0x1000
# Instructions of classic BPF: load a word, return a value, and jumps.
LOAD, RETURN, IF_EQUAL, IF_AT_LEAST, IF_ANY_BIT = 0x20, 0x06, 0x15, 0x35, 0x45
# Offsets in `struct seccomp_data`; each argument is 8 bytes long.
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16


@dataclass(frozen=True)
class PathCall:
    """A system call that names a path: its kind, and the positions of the arguments for the folder's descriptor (None:
    the working folder), the path (None: the descriptor itself), and the flags (None: no argument contains flags)."""

    name: str
    kind: Kind
    folder: int | None
    path: int | None
    flags: int | None = None


def _calls(
    kind: Kind, folder: int | None, path: int | None, names: str, flags: int | None = None
) -> tuple[PathCall, ...]:
    return tuple(PathCall(name, kind, folder, path, flags) for name in names.split())


PATH_CALLS = (
    PathCall("open", "open", None, 0, 1),
    PathCall("openat", "open", 0, 1, 2),
    PathCall("openat2", "open", 0, 1),
    *_calls("list", 0, None, "getdents getdents64"),
    *_calls(
        "look",
        None,
        0,
        "stat lstat access statfs chdir getxattr lgetxattr listxattr llistxattr readlink umount2 link",
    ),
    *_calls("look", None, 1, "quotactl inotify_add_watch"),
    *_calls(
        "look",
        0,
        1,
        "newfstatat statx faccessat faccessat2 readlinkat linkat name_to_handle_at getxattrat listxattrat "
        "file_getattr open_tree open_tree_attr fspick move_mount",
    ),
    *_calls("look", 3, 4, "fanotify_mark"),
    *_calls("execute", None, 0, "execve"),
    *_calls("execute", 0, 1, "execveat"),
    *_calls("change", None, 0, "mkdir mknod truncate rename chmod chown lchown utime utimes"),
    *_calls("change", None, 0, "setxattr lsetxattr removexattr lremovexattr"),
    *_calls("change", 0, 1, "mkdirat mknodat renameat renameat2 fchmodat fchmodat2 fchownat futimesat"),
    *_calls("change", 0, 1, "utimensat setxattrat removexattrat file_setattr mount_setattr"),
    # These calls fail if the new name exists.
    *_calls("change", None, 1, "symlink link"),
    PathCall("symlinkat", "change", 1, 2),
    PathCall("linkat", "change", 2, 3),
    # The second name in these calls; the first one is listed above.
    *_calls("replace", None, 1, "rename"),
    *_calls("replace", 2, 3, "renameat"),
    *_calls("replace", 2, 3, "renameat2", flags=4),
    *_calls("empty", None, 0, "creat"),
    *_calls("remove", None, 0, "unlink"),
    *_calls("remove", 0, 1, "unlinkat", flags=2),
    *_calls("rmdir", None, 0, "rmdir"),
    # These calls name the path to a Unix domain socket in an address; the flags are the length of the address.
    *_calls("socket", None, 1, "connect bind", flags=2),
    *_calls("socket", None, 4, "sendto", flags=5),
    # After these calls, a path can refer to a different file.
    *_calls("root", None, 0, "chroot pivot_root"),
    *_calls("root", None, 1, "mount"),
    *_calls("root", 2, 3, "move_mount"),
)
# These calls could read a file without naming its path, so they are refused. (Docker also refuses io_uring.)
REFUSED = {
    "io_uring_setup": errno.ENOSYS,
    "io_uring_enter": errno.ENOSYS,
    "io_uring_register": errno.ENOSYS,
    "open_by_handle_at": errno.EPERM,
}
# In this call, the argument in this position is usually 0 because the socket is connected.
MAY_HAVE_NO_ADDRESS = ("sendto", 4)
# In these calls, an empty path refers to an open file, whose path was named earlier. The number is the position of
# the argument that contains the flags.
MAY_NAME_NOTHING = {"newfstatat": 3, "statx": 2}


def _numbers(text: str) -> Mapping[str, int]:
    return {name: int(number) for name, number in (pair.split("=") for pair in text.split())}


# Since Linux 5.1, new system calls have the same number on all architectures.
_NEWER = (
    "io_uring_setup=425 io_uring_enter=426 io_uring_register=427 open_tree=428 openat2=437 faccessat2=439 "
    "fchmodat2=452 setxattrat=463 getxattrat=464 listxattrat=465 removexattrat=466 open_tree_attr=467 "
    "file_getattr=468 file_setattr=469 move_mount=429 fspick=433 mount_setattr=442"
)


@dataclass(frozen=True)
class Architecture:
    """`audit` is the architecture's AUDIT_ARCH number; `numbers` contains its system call numbers by name. `registers`
    contains the offsets in `struct user` of the registers for a call's arguments, if ptrace can write them by offset."""

    audit: int
    numbers: Mapping[str, int]
    sched_setattr: int
    registers: Sequence[int] = ()


ARCHITECTURES = {
    "x86_64": Architecture(
        0xC000003E,
        _numbers(
            "open=2 stat=4 lstat=6 access=21 execve=59 truncate=76 chdir=80 rename=82 mkdir=83 rmdir=84 creat=85 "
            "link=86 unlink=87 readlink=89 statfs=137 chroot=161 getxattr=191 lgetxattr=192 listxattr=194 "
            "llistxattr=195 inotify_add_watch=254 openat=257 mkdirat=258 newfstatat=262 unlinkat=263 renameat=264 "
            "linkat=265 readlinkat=267 faccessat=269 name_to_handle_at=303 open_by_handle_at=304 renameat2=316 "
            "seccomp=317 execveat=322 statx=332 symlink=88 chmod=90 chown=92 lchown=94 utime=132 mknod=133 "
            "setxattr=188 lsetxattr=189 removexattr=197 lremovexattr=198 utimes=235 mknodat=259 fchownat=260 "
            "futimesat=261 symlinkat=266 fchmodat=268 utimensat=280 connect=42 sendto=44 bind=49 getdents=78 "
            "pivot_root=155 mount=165 umount2=166 quotactl=179 getdents64=217 fanotify_mark=301 socket=41 socketpair=53 "
            "add_key=248 request_key=249 keyctl=250 " + _NEWER
        ),
        sched_setattr=314,
        registers=(112, 104, 96, 56, 72, 64),
    ),
    "aarch64": Architecture(
        0xC00000B7,
        _numbers(
            "getxattr=8 lgetxattr=9 listxattr=11 llistxattr=12 inotify_add_watch=27 mkdirat=34 unlinkat=35 linkat=37 "
            "renameat=38 statfs=43 truncate=45 faccessat=48 chdir=49 chroot=51 openat=56 readlinkat=78 newfstatat=79 "
            "execve=221 name_to_handle_at=264 open_by_handle_at=265 renameat2=276 seccomp=277 execveat=281 statx=291 "
            "setxattr=5 lsetxattr=6 removexattr=14 lremovexattr=15 mknodat=33 symlinkat=36 fchmodat=53 fchownat=54 "
            "utimensat=88 umount2=39 mount=40 pivot_root=41 quotactl=60 getdents64=61 bind=200 connect=203 sendto=206 "
            "fanotify_mark=263 socket=198 socketpair=199 add_key=217 request_key=218 keyctl=219 " + _NEWER
        ),
        sched_setattr=274,
    ),
}


def architecture() -> Architecture | None:
    """This machine's architecture; None if it is not supported."""
    return ARCHITECTURES.get(os.uname().machine)


def calls_by_number(machine: Architecture | None) -> Mapping[int, tuple[PathCall, ...]]:
    """The system calls that name a path, keyed by their numbers on a machine; none if its architecture is not
    supported. A call that names two paths has two entries."""
    calls: dict[int, tuple[PathCall, ...]] = {}
    for call in PATH_CALLS:
        if machine and call.name in machine.numbers:
            number = machine.numbers[call.name]
            calls[number] = (*calls.get(number, ()), call)
    return calls


def install(machine: Architecture) -> bool:
    """Filter this process and its future children; returns whether the kernel accepted the filter. The process must
    already be traced, because without a tracer, the calls that the filter stops fail with ENOSYS."""
    return add_filter(machine, _program(machine))


def add_filter(machine: Architecture, instructions: Iterable[bytes]) -> bool:
    """Add a filter to those of this process and its future children. Of several results, the strictest counts."""
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(b"".join(instructions))
    length = (len(code) - 1) // 8
    program = ctypes.create_string_buffer(struct.pack("=H6xQ", length, ctypes.addressof(code)))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.syscall(machine.numbers["seccomp"], SECCOMP_SET_MODE_FILTER, 0, program) == 0)


def _program(machine: Architecture) -> Iterator[bytes]:
    """The filter's instructions. The filter stops every call by a program built for a different architecture, and the
    list of the run's reads then counts as incomplete."""
    numbers = machine.numbers
    yield from (op(LOAD, ARCHITECTURE), op(IF_EQUAL, machine.audit, 1), op(RETURN, TRACE))
    yield from (op(LOAD, NUMBER), op(IF_AT_LEAST, X32, 0, 1), op(RETURN, TRACE))
    for name, error in REFUSED.items():
        yield from (op(IF_EQUAL, numbers[name], 0, 1), op(RETURN, ERRNO | error))
    # A notification listener installed by the run itself would take precedence over the tracer.
    yield from (op(IF_EQUAL, numbers["seccomp"], 0, 4), op(LOAD, ARGUMENTS + 8))
    yield from (op(IF_ANY_BIT, FILTER_FLAG_NEW_LISTENER, 0, 1), op(RETURN, ERRNO | errno.EBUSY))
    yield op(RETURN, ALLOW)
    for name, flags in MAY_NAME_NOTHING.items():
        yield from (op(IF_EQUAL, numbers[name], 0, 6), op(LOAD, ARGUMENTS), op(IF_EQUAL, AT_FDCWD, 3))
        yield from (op(LOAD, ARGUMENTS + 8 * flags), op(IF_ANY_BIT, AT_EMPTY_PATH, 0, 1))
        yield from (op(RETURN, ALLOW), op(RETURN, TRACE))
    name, address = MAY_HAVE_NO_ADDRESS
    yield from (op(IF_EQUAL, numbers[name], 0, 4), op(LOAD, ARGUMENTS + 8 * address))
    yield from (op(IF_EQUAL, 0, 0, 1), op(RETURN, ALLOW), op(RETURN, TRACE))
    for number in calls_by_number(machine):
        yield from (op(IF_EQUAL, number, 0, 1), op(RETURN, TRACE))
    yield op(RETURN, ALLOW)


def op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction. `if_true` and `if_false` are the numbers of instructions that a jump skips."""
    return struct.pack("=HBBI", code, if_true, if_false, value & 0xFFFFFFFF)
