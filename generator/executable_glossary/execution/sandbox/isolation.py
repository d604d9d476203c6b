"""Isolates a run as far as the system allows: Linux namespaces, Landlock, and dropped privileges.

Sources: namespaces(7), user_namespaces(7), landlock(7), prctl(2), capabilities(7). All of these methods are
available to ordinary users, and the run cannot undo any of them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import stat
import struct
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import landlock
from .readable_paths import listable, readable

NEW_MOUNTS, NEW_USER, NEW_PROCESSES, NEW_NETWORK = 0x20000, 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x1, 0x20, 0x1000, 0x4000, 0x40000
# Flags of statvfs(3) with the same meaning in mount(2), which a user namespace may not clear: nosuid, nodev,
# noexec, noatime, nodiratime.
KEPT_FLAGS = 0x2 | 0x4 | 0x8 | 0x400 | 0x800
ST_RELATIME, MS_RELATIME = 0x1000, 0x200000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION = 0x20080522
READ_EVERY_FILE = 0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
SHARED_MEMORY = "/dev/shm"
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
            return flags
    return 0


def isolate(
    folder: Path, namespaces: int, root: Path, read_only: Sequence[str] = (), more: Sequence[str] = ()
) -> dict[str, str]:
    """Isolate this process and its children: they can write only to `folder`, and read only that folder, Python,
    the system, and the project files in `root` that are not hidden.

    namespaces: the flags that `enter_namespaces` returned. read_only: paths that may be read but never written,
    even if they are inside a writable folder. more: additional readable files and folders.

    Returns the isolation as a `Run.isolation` value: {"network": "off" or "on", "processes": "namespace" or "watched",
    "files": "refused" or "seen", "reads": "limited" or "open", "memory": "watched" or "limited"}.
    """
    needed = (str(root), sys.prefix, sys.base_prefix, *more)
    private = bool(namespaces & NEW_PROCESSES) and _mount_privately(str(folder), read_only, needed)
    refused = landlock.restrict(str(folder), readable(root, read_only, more), listable(root, more))
    shared = any(map(_is_shared, (*needed, *read_only)))  # Landlock does not protect shared memory.
    if namespaces:
        _drop_privileges(0 if namespaces & NEW_USER else READ_EVERY_FILE)
    return {
        "network": "off" if namespaces & NEW_NETWORK else "on",
        "processes": "namespace" if namespaces & NEW_PROCESSES else "watched",
        "files": "refused" if refused and (private or not shared) else "seen",
        "reads": "limited" if refused and not shared else "open",
        "memory": "watched" if Path("/proc/self/statm").exists() else "limited",
    }


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


def _mount_privately(folder: str, read_only: Iterable[str], needed: Iterable[str]) -> bool:
    """Mount a /proc that shows only the run's processes, private shared memory, `read_only` paths read-only, and an empty
    /run without the sockets of services. Only `folder` and the paths in `needed` stay visible there.
    Returns whether this system permits it."""
    if _libc().unshare(NEW_MOUNTS):
        return False
    _libc().mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    for path in read_only:
        _bind(path, path, read_only=True)
    _libc().mount(b"proc", b"/proc", b"proc", 0, None)
    needed = (*needed, *read_only)
    _empty(SHARED_MEMORY, folder, needed)
    # Landlock does not restrict sockets, and a service could do things on the run's behalf that the run
    # itself may not do.
    _empty("/run", folder, needed)
    return True


def _empty(place: str, folder: str, needed: Iterable[str]) -> None:
    """Mount an empty folder at `place`, and in it, if they were there, the paths in `needed`, read-only, and `folder`."""
    real = dict.fromkeys(sorted(map(os.path.realpath, needed)))
    kept = {path: os.open(path, os.O_PATH) for path in (*real, folder) if f"{path}/".startswith(f"{place}/")}
    _libc().mount(b"tmpfs", place.encode(), b"tmpfs", 0, None)
    for path, descriptor in kept.items():
        if not os.path.lexists(path):
            _make_like(path, descriptor)
        _bind(f"/proc/self/fd/{descriptor}", path, read_only=path != folder)
        os.close(descriptor)


def _make_like(path: str, descriptor: int) -> None:
    """Make an empty folder or file, in which what the descriptor refers to can be mounted."""
    is_folder = stat.S_ISDIR(os.stat(descriptor).st_mode)
    os.makedirs(path if is_folder else os.path.dirname(path), exist_ok=True)
    if not is_folder:
        open(path, "x").close()


def _bind(source: str, path: str, read_only: bool) -> None:
    """Mount a file or folder at another path."""
    target = os.fsencode(path)
    _libc().mount(os.fsencode(source), target, None, MS_BIND | MS_REC, None)
    if read_only:
        flags = os.statvfs(path).f_flag
        kept = flags & KEPT_FLAGS | (MS_RELATIME if flags & ST_RELATIME else 0)
        _libc().mount(None, target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | kept, None)


def _drop_privileges(kept: int) -> None:
    """Drop all capabilities except `kept` (a bit mask). Inside a user namespace, a process has every
    capability and could undo the mounts."""
    _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    number = SYS_CAPSET.get(os.uname().machine)
    if number is not None:
        _libc().syscall(number, header, struct.pack("=6I", kept, kept, 0, 0, 0, 0))
