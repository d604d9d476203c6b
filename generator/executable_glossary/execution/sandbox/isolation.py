"""The walls around a run, as far as the system lets us build them: Linux namespaces, Landlock, no privileges.

Sources: namespaces(7), user_namespaces(7), landlock(7), prctl(2), capabilities(7). Everything here is
allowed to ordinary users, and nothing of it can be taken back by the run.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import socket
import struct
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import landlock
from .readable_paths import listable, readable

NEW_MOUNTS, NEW_USER, NEW_PROCESSES, NEW_NETWORK = 0x20000, 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x1, 0x20, 0x1000, 0x4000, 0x40000
# Flags of statvfs(3) that mean the same to mount(2), and that a user namespace may not take back: nosuid,
# nodev, noexec, noatime, nodiratime.
KEPT_FLAGS = 0x2 | 0x4 | 0x8 | 0x400 | 0x800
ST_RELATIME, MS_RELATIME = 0x1000, 0x200000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION = 0x20080522
ONLY_READ_AS_OWNER = 0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def main() -> None:
    """Say what this system allows, as JSON, by building the walls around a process that does nothing else."""
    inner, outer = os.pipe()
    parted = part(Path.cwd())
    if not os.fork():
        os.write(outer, json.dumps(close(Path.cwd(), parted, Path.cwd())).encode())
        os._exit(0)
    os.wait()
    print(os.read(inner, 10_000).decode())


def part(*needed: Path) -> int:
    """Leave the system's processes and network, for the children to come; gives the flags that were had.

    needed: what the run must be able to read. Root keeps its own user where these belong to others: in a
    user namespace it would be a stranger to them.
    """
    if sys.platform != "linux":
        return 0
    plain = NEW_PROCESSES | NEW_NETWORK
    as_root = os.geteuid() == 0 and any(map(_is_closed_to_others, needed))
    for flags in (plain,) if as_root else (NEW_USER | plain, plain, NEW_USER | NEW_PROCESSES):
        user, group = os.geteuid(), os.getegid()
        if not _libc().unshare(flags):
            if flags & NEW_USER:
                _stay(user, group)
            if flags & NEW_NETWORK:
                _raise_loopback()
            return flags
    return 0


def close(folder: Path, parted: int, root: Path, only_read: Sequence[str] = ()) -> dict[str, str]:
    """Close the walls around this process and its children: only `folder` can be written to, and only that,
    Python, the system and the open parts of `root`, the project, can be read.

    parted: what `part` gave. only_read: places that can be read, and stay as they are even if `folder` or
    shared memory, which can be written to, holds them. Answers what was had: {"network": "off" or "on",
    "processes": "namespace" or "watched", "files": "refused" or "seen", "reads": "limited" or "open", "memory":
    "watched" or "limited"}.
    """
    if parted & NEW_PROCESSES:
        _own_mounts(only_read, (str(folder), str(root), sys.prefix, sys.base_prefix, *only_read))
    refused = landlock.restrict(str(folder), readable(root, only_read), listable(root))
    if parted:
        _drop_privileges(0 if parted & NEW_USER else ONLY_READ_AS_OWNER)
    return {
        "network": "off" if parted & NEW_NETWORK else "on",
        "processes": "namespace" if parted & NEW_PROCESSES else "watched",
        "files": "refused" if refused else "seen",
        "reads": "limited" if refused else "open",
        "memory": "watched" if Path("/proc/self/statm").exists() else "limited",
    }


def die_with_parent(signal: int) -> None:
    """Whoever ends the parent ends this process; its own orphans come to it, not to the system."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
        _libc().prctl(PR_SET_SUBREAPER, 1, 0, 0, 0)


def hide(hidden: bool) -> None:
    """Whether other processes are kept from reading this one's memory and what it holds open. A child is hidden
    as its parent is, until it says otherwise."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_DUMPABLE, int(not hidden), 0, 0, 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _is_closed_to_others(path: Path) -> bool:
    return any(folder.stat().st_uid and not folder.stat().st_mode & 0o001 for folder in path.parents)


def _stay(user: int, group: int) -> None:
    """The same numbers within: files then have the owner that they had."""
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with contextlib.suppress(OSError):
            Path("/proc/self", name).write_text(text)


def _raise_loopback() -> None:
    """Processes of one run may speak with each other."""
    import fcntl

    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def _own_mounts(only_read: Iterable[str], needed: Iterable[str]) -> None:
    """Its own /proc shows only the run's processes; shared memory ends with the run; no socket of a service
    of this machine lies in /run, unless something that is needed does."""
    if _libc().unshare(NEW_MOUNTS):
        return
    _libc().mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    for place in map(os.fsencode, only_read):
        _libc().mount(place, place, None, MS_BIND, None)
        flags = os.statvfs(place).f_flag
        kept = flags & KEPT_FLAGS | (MS_RELATIME if flags & ST_RELATIME else 0)
        _libc().mount(None, place, None, MS_REMOUNT | MS_BIND | MS_RDONLY | kept, None)
    _libc().mount(b"proc", b"/proc", b"proc", 0, None)
    _libc().mount(b"tmpfs", b"/dev/shm", b"tmpfs", 0, None)
    # Landlock does not see who is spoken to, and a service would do what the run may not.
    if not any(os.path.realpath(path).startswith("/run/") for path in needed):
        _libc().mount(b"tmpfs", b"/run", b"tmpfs", 0, None)


def _drop_privileges(kept: int) -> None:
    """Within a user namespace one is root; a run needs nothing of that, and could undo mounts with it."""
    _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    number = SYS_CAPSET.get(os.uname().machine)
    if number is not None:
        _libc().syscall(number, header, struct.pack("=6I", kept, kept, 0, 0, 0, 0))
