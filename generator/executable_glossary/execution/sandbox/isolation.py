"""Isolates a run as far as the system allows: Linux namespaces, Landlock, and dropped privileges.

Sources: namespaces(7), user_namespaces(7), landlock(7), prctl(2), capabilities(7). All of these methods are
available to ordinary users, and the run cannot undo any of them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import struct
import sys
from pathlib import Path

from . import landlock
from .private_mounts import ORIGINALS, SHARED_MEMORY, View, mount_privately, own_terminals, temporary_folders

NEW_USER, NEW_PROCESSES, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
NEW_IPC = 0x8000000  # the shared memory, semaphores, and message queues of System V, which outlive a process
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
SYS_CAPGET, SYS_CAPSET = {"x86_64": 125, "aarch64": 90}, {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION = 0x20080522
READ_EVERY_FILE = 0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
TERMINALS = ("/dev/pts", "/dev/ptmx")
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def enter_namespaces(*needed: Path) -> int:
    """Place future children in new namespaces; returns the flags of the namespaces that could be created.

    needed: paths that the run must be able to read. If these paths belong to other users, root does not get a
    user namespace, because it could not read them from inside one.
    """
    if sys.platform != "linux":
        return 0
    plain = NEW_PROCESSES | NEW_NETWORK
    as_root = os.geteuid() == 0 and any(map(_is_private, needed))
    for flags in (plain,) if as_root else (NEW_USER | plain, plain, NEW_USER | NEW_PROCESSES):
        user, group = os.geteuid(), os.getegid()
        if not _libc().unshare(flags):
            if flags & NEW_USER:
                _keep_ids(user, group)
            if flags & NEW_NETWORK:
                _raise_loopback()
            _libc().unshare(NEW_IPC)
            return flags
    return 0


def isolate(view: View, namespaces: int) -> dict[str, str]:
    """Isolate this process and its children: they can write only to their folder, and read only that folder, Python,
    the system, and the project files that are not hidden.

    namespaces: the flags that `enter_namespaces` returned.
    Returns the isolation as a `Run.isolation` value: {"network": "off" or "on", "processes": "namespace" or "watched",
    "files": "refused" or "seen", "reads": "limited" or "open", "memory": "watched" or "limited"}.
    """
    mounted = bool(namespaces & NEW_PROCESSES) and mount_privately(view)
    own = (*temporary_folders(view), *(TERMINALS if own_terminals() else ())) if mounted else ()
    refused = landlock.restrict((view.folder, *own), (*view.readable, ORIGINALS), view.listable)
    shared = any(map(_is_shared, view.needed))  # Landlock does not protect shared memory.
    if namespaces:
        _drop_privileges(0 if namespaces & NEW_USER else READ_EVERY_FILE)
    return {
        "network": "off" if namespaces & NEW_NETWORK else "on",
        "processes": "namespace" if namespaces & NEW_PROCESSES else "watched",
        "files": "refused" if refused and mounted else "seen",
        "reads": "limited" if refused and not shared else "open",
        "memory": "watched" if Path("/proc/self/statm").exists() else "limited",
    }


def see_as_the_run(namespaces: int) -> None:
    """Give up this process's privilege to read any file, which it has in a user namespace and the run does not."""
    machine = os.uname().machine
    if namespaces & NEW_USER and machine in SYS_CAPGET:
        header, held = struct.pack("=Ii", CAPABILITY_VERSION, 0), ctypes.create_string_buffer(24)
        _libc().syscall(SYS_CAPGET[machine], header, held)
        effective, permitted, *others = struct.unpack("=6I", held.raw)
        sets = (effective & ~READ_EVERY_FILE, permitted & ~READ_EVERY_FILE, *others)
        _libc().syscall(SYS_CAPSET[machine], header, struct.pack("=6I", *sets))


def die_with_parent(signal: int) -> None:
    """Have the kernel send `signal` to this process when its parent ends, and let this process, rather than
    process 1, adopt orphaned descendants."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
        _libc().prctl(PR_SET_SUBREAPER, 1, 0, 0, 0)


def hide(hidden: bool) -> None:
    """Hide this process's memory and open files from other processes, or reveal them again. Children inherit the
    setting."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_DUMPABLE, int(not hidden), 0, 0, 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _is_shared(path: str) -> bool:
    """Whether a path is in shared memory."""
    return f"{os.path.realpath(path)}/".startswith(f"{SHARED_MEMORY}/")


def _is_private(path: Path) -> bool:
    """Whether a folder above the path belongs to an ordinary user and is closed to everyone else."""
    return any(folder.stat().st_uid and not folder.stat().st_mode & 0o001 for folder in path.parents)


def _keep_ids(user: int, group: int) -> None:
    """Map user and group ids to themselves, so files keep their owners inside the namespace."""
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with contextlib.suppress(OSError):
            Path("/proc/self", name).write_text(text)


def _raise_loopback() -> None:
    """Enable the loopback interface, so processes of one run can connect to each other."""
    import fcntl

    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def _drop_privileges(kept: int) -> None:
    """Drop all capabilities except `kept` (a bit mask). Inside a user namespace, a process has every
    capability and could undo the mounts."""
    _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    number = SYS_CAPSET.get(os.uname().machine)
    if number is not None:
        _libc().syscall(number, header, struct.pack("=6I", kept, kept, 0, 0, 0, 0))
