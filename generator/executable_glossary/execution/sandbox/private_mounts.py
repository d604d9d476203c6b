"""Gives a run its own view of the file system in a mount namespace: only its folder can be changed, and nothing in the
folders that all programs share, such as /tmp, is visible.

Sources: mount_namespaces(7), mount(2), mount_setattr(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

NEW_MOUNTS = 0x20000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x1, 0x20, 0x1000, 0x4000, 0x40000
# Flags of statvfs(3) with the same meaning in mount(2), which a user namespace may not clear: nosuid, nodev,
# noexec, noatime, nodiratime.
KEPT_FLAGS = 0x2 | 0x4 | 0x8 | 0x400 | 0x800
ST_RELATIME, MS_RELATIME = 0x1000, 0x200000
SYS_MOUNT_SETATTR = 442  # the same on all architectures
AT_FDCWD, AT_RECURSIVE, ATTR_RDONLY = -100, 0x8000, 0x1
SHARED_MEMORY = "/dev/shm"
# Landlock does not restrict sockets, and a service could do things for the run that the run itself may not do.
SERVICES = "/run"
# Where a run sees the files in the script's folder, which it can read but not change.
ORIGINALS = "/run/glossary-originals"
# The folders for temporary files, with the run's own folders that take their place, and the file that covers others.
TEMPORARY, UNREADABLE = {"/tmp": "tmp", "/var/tmp": "var-tmp"}, "unreadable"
NO_LISTING = b"mode=111"  # a folder that leads to the files in it, but does not list them


@dataclass(frozen=True)
class View:
    """What a run sees. folder: its working folder, the only one that it can change. script: the script's folder, where it
    also sees its working folder. home: the path to its home directory. readable: files and folders that it can read.
    listable: folders of which it can read only the names."""

    folder: str
    script: str
    home: str
    readable: tuple[str, ...]
    listable: tuple[str, ...]

    @cached_property
    def needed(self) -> tuple[str, ...]:
        return (self.home, *self.readable, *self.listable)

    @cached_property
    def real(self) -> frozenset[str]:
        """What the run needs outside its folder, without symbolic links."""
        paths = frozenset(map(os.path.realpath, self.needed))
        return frozenset(path for path in paths if not f"{path}/".startswith(f"{self.folder}/"))


def mount_privately(view: View) -> bool:
    """Show this process and its children the view. Returns whether this system permits it."""
    if _libc().unshare(NEW_MOUNTS):
        return False
    own = _create_own(view)
    _mount(b"none", "/", None, MS_REC | MS_PRIVATE)
    _mount(view.folder, view.folder, None, MS_BIND | MS_REC)
    _replace(SERVICES, view)
    has_originals = _needs_nothing_beside(view) and _mount_originals(view)
    is_read_only = _make_read_only() and _make_writable(view.folder)
    is_covered = has_originals and is_read_only
    if is_covered:
        _mount(view.folder, os.path.realpath(view.script), None, MS_BIND)
    _replace(SHARED_MEMORY, view)
    for place in temporary_folders(view):
        _replace(place, view, own[TEMPORARY[place]])
        if is_covered:
            _lead_through_script_folder(view, place)
        for path in _hidden(view, place):
            _hide(path, view, own[UNREADABLE])
    for descriptor in own.values():
        os.close(descriptor)
    _mount(b"proc", "/proc", b"proc")
    return is_read_only


def _lead_through_script_folder(view: View, place: str) -> None:
    """Let the path to the home directory, if it is a link in `place`, lead through the script's folder: the kernel renames
    no file from one mount to another, and temporary files are in the home directory."""
    if view.home.startswith(f"{place}/") and os.path.islink(view.home):
        inside = os.path.relpath(os.path.realpath(view.home), view.folder)
        os.unlink(view.home)
        os.symlink(os.path.join(os.path.realpath(view.script), inside), view.home)


def own_folder(folder: str) -> str:
    """The folder that contains a run's own folders for temporary files. It is next to the working folder, because nothing
    can be deleted in which something is mounted."""
    return f"{folder}.tmp"


def _create_own(view: View) -> Mapping[str, int]:
    """Create the contents of the own folder. Returns a descriptor for each, because its path can become invisible."""
    paths = {name: os.path.join(own_folder(view.folder), name) for name in (*TEMPORARY.values(), UNREADABLE)}
    for place in TEMPORARY.values():
        os.makedirs(paths[place], exist_ok=True)
    os.close(os.open(paths[UNREADABLE], os.O_CREAT | os.O_WRONLY, 0))
    return {name: os.open(path, os.O_PATH) for name, path in paths.items()}


def temporary_folders(view: View) -> tuple[str, ...]:
    """The folders for temporary files that a run has for itself. It shares one that it needs as a whole, or that is a
    symbolic link."""
    there = (place for place in TEMPORARY if os.path.isdir(place) and not os.path.islink(place))
    return tuple(place for place in there if place not in view.real)


def covers_script_folder(view: View, root: str = "") -> bool:
    """Whether a process whose root folder is `root` sees the run's working folder in place of the script's folder."""
    with contextlib.suppress(OSError):
        return os.path.samefile(f"{root}{os.path.realpath(view.script)}", view.folder)
    return False


def _needs_nothing_beside(view: View) -> bool:
    """Whether the run needs nothing else in the script's folder, so that its working folder can take its place."""
    folders = {view.script, os.path.realpath(view.script)}
    inside = tuple(f"{folder}/" for folder in folders)
    return not any(f"{path}/".startswith(inside) for path in {view.folder, *view.readable} - folders)


def _mount_originals(view: View) -> bool:
    with contextlib.suppress(OSError):
        os.mkdir(ORIGINALS)
        return _mount(os.path.realpath(view.script), ORIGINALS, None, MS_BIND | MS_REC)
    return False


def own_terminals() -> bool:
    """Replace the machine's pseudoterminals with the run's own, which it can then create and use. Returns whether this
    system permits it."""
    return _mount(b"devpts", "/dev/pts", b"devpts", 0, b"newinstance,ptmxmode=0666,mode=620")


def _replace(place: str, view: View, own: int = -1, options: bytes | None = None) -> None:
    """Replace the folder `place` with the one that the descriptor `own` refers to, or with an empty one in memory. What
    the run needs in it stays visible there."""
    kept = {path: os.open(path, os.O_PATH) for path in _kept(view, place)}
    links = dict(_links(view.needed, place))
    if own >= 0:
        _mount(f"/proc/self/fd/{own}", place, None, MS_BIND)
        _make_writable(place)
    else:
        _mount(b"tmpfs", place, b"tmpfs", 0, options)
    for path, target in links.items():
        if not os.path.lexists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(target, path)
    for path, descriptor in kept.items():
        if not os.path.lexists(path):
            _make_like(path, descriptor)
        _mount(f"/proc/self/fd/{descriptor}", path, None, MS_BIND | MS_REC)
        os.close(descriptor)


def _kept(view: View, place: str) -> Iterator[str]:
    """The paths in a folder to mount there again, without those in others that are mounted."""
    last = ""
    for path in sorted(view.real, key=lambda path: f"{path}/"):
        if path.startswith(f"{place}/") and not f"{path}/".startswith(last or "//") and os.path.exists(path):
            last = f"{path}/"
            yield path
    if view.folder.startswith(f"{place}/"):
        yield view.folder


def _links(paths: Iterable[str], place: str) -> Iterator[tuple[str, str]]:
    """The symbolic links in a folder that lead to these paths, with their targets."""
    for path in paths:
        while path.startswith(f"{place}/"):
            if os.path.islink(path):
                yield path, os.readlink(path)
            path = os.path.dirname(path)


def _make_like(path: str, descriptor: int) -> None:
    """Create an empty folder or file where the folder or file that the descriptor refers to can be mounted."""
    is_folder = stat.S_ISDIR(os.stat(descriptor).st_mode)
    os.makedirs(path if is_folder else os.path.dirname(path), exist_ok=True)
    if not is_folder:
        open(path, "x").close()


def _hidden(view: View, place: str) -> Iterator[str]:
    """The hidden entries that the run must not read in the folders that are visible in `place`."""
    for folder in {os.path.realpath(path) for path in view.listable}:
        if folder.startswith(f"{place}/") and os.path.isdir(folder):
            found = [entry.path for entry in os.scandir(folder) if entry.name.startswith(".")]
            yield from (path for path in found if path not in view.real and not os.path.islink(path))


def _hide(path: str, view: View, unreadable: int) -> None:
    """Make the content of a hidden file or folder unreadable, apart from what the run needs in it."""
    if os.path.isdir(path):
        _replace(path, view, options=NO_LISTING)
        return
    _mount(f"/proc/self/fd/{unreadable}", path, None, MS_BIND)


def _make_read_only() -> bool:
    """Make all mounts read-only. Returns whether that succeeded."""
    return _set_attributes("/", ATTR_RDONLY, 0) or all(map(_remount_read_only, _mount_points()))


def _make_writable(folder: str) -> bool:
    """Make the mount at `folder` writable. Returns whether that succeeded."""
    if _set_attributes(folder, 0, ATTR_RDONLY, flags=0):
        return True
    return _mount(None, folder, None, MS_REMOUNT | MS_BIND | _kept_flags(folder))


def _set_attributes(path: str, added: int, removed: int, flags: int = AT_RECURSIVE) -> bool:
    attributes = struct.pack("=4Q", added, removed, 0, 0)
    arguments = (ctypes.c_char_p(os.fsencode(path)), ctypes.c_uint(flags), attributes, ctypes.c_size_t(32))
    return not _libc().syscall(SYS_MOUNT_SETATTR, AT_FDCWD, *arguments)


def _mount_points() -> list[str]:
    """Where file systems are mounted, for Linux before 5.12."""
    with open("/proc/self/mountinfo", "rb") as lines:
        found = (line.split()[4].decode("unicode_escape").encode("latin-1") for line in lines)
        return [os.fsdecode(path) for path in found]


def _remount_read_only(path: str) -> bool:
    """Make a mount read-only. One that another mount covers cannot be reached, and therefore needs no change."""
    with contextlib.suppress(OSError):
        return _mount(None, path, None, MS_REMOUNT | MS_BIND | MS_RDONLY | _kept_flags(path))
    return True


def _kept_flags(path: str) -> int:
    flags = os.statvfs(path).f_flag
    return flags & KEPT_FLAGS | (MS_RELATIME if flags & ST_RELATIME else 0)


def _mount(
    source: str | bytes | None,
    place: str,
    kind: bytes | None = None,
    flags: int = 0,
    data: bytes | None = None,
) -> bool:
    """Mount a file, a folder, or a file system. Returns whether that succeeded."""
    source = os.fsencode(source) if source is not None else None
    return not _libc().mount(source, os.fsencode(place), kind, ctypes.c_ulong(flags), data)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
