"""Traces a run's processes and records every path that they name: the run's *reads*.

The run installs a filter that stops it at every system call that names a path (`syscall_filter`). The supervisor
reads the path from the run's memory, records it, and lets the call continue; its result, errors, and signals do not
change.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import struct
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import syscall_filter
from .call_paths import CallPaths, NamedPath
from .fingerprints import LISTINGS, UNREACHABLE, as_text, content_hash, listings
from .interpreters import interpreter_of
from .listing_reasons import ListingReasons
from .path_walk import SHARED_MEMORY, PathWalk
from .private_mounts import ORIGINALS, View, covers_script_folder, temporary_folders
from .ptrace import SystemCall, Tracer
from .script_folder import CHECKED
from .working_folder import Place, State, WorkingFolder

SO_PASSCRED = 16
CREDENTIALS = struct.Struct("=3i")  # process, user, and group id
ASK, YES, NO = b"?", b"y", b"n"
# How the paths begin whose access is a message to the tracer.
ANNOUNCEMENT = "/.glossary-"
# A path that does not exist. A run accesses it after installing the filter, to show that tracing works.
PROBE = "/.glossary-is-this-noticed"
# Before `importlib.metadata` lists a folder, a run accesses this path with the folder's path appended; see `startup`.
PACKAGES = "/.glossary-lists-packages-in"
# Once Python has executed its startup files, a run accesses this path once for each folder in which Python looked for
# them, with the folder appended. Then it accesses the path itself.
STARTED = "/.glossary-looked-for-startup-files-in"
# While the modules to preload are being imported, a run accesses this path with package names, separated by commas,
# appended to it. The reads that follow belong to these packages; see `ImportTrace.announce`.
IMPORTING = "/.glossary-imports"
MOST_PATHS = 200_000
# Devices, the kernel's own files, and descriptions of this machine's accounts and libraries, which are not inputs.
NOT_INPUTS = ("/dev/", "/proc/", "/sys/", "/run/", "/etc/ld.so.cache/", "/etc/passwd/", "/etc/group/",
              "/etc/nsswitch.conf/", "/etc/hosts/")  # fmt: skip
CALLS_UNTIL_MOVE = 100
MOST_INTERPRETERS = 5  # as in Linux, the number of scripts that can be each other's interpreters
# The kinds of calls that change something. Those in `REMOVING` can free the inode of a file.
REMOVING = ("truncate", "empty", "remove", "rmdir", "replace")
CHANGING = ("change", "socket", *REMOVING)
# In bytes: the limits for a file that is hashed when the run first names it, and for all such files together.
SMALL, MOST_HASHED = 1_000_000, 20_000_000


def ask_to_be_traced(ear: socket.socket, wanted: bool) -> None:
    """Ask the supervisor to trace this process, which executes the run and must be single-threaded. If tracing is
    impossible, the run continues without it."""
    with ear, contextlib.suppress(OSError):
        machine = syscall_filter.architecture()
        if machine is None or not wanted:
            return
        ear.send(ASK)
        if ear.recv(1) == YES and syscall_filter.install(machine):
            os.access(PROBE, os.F_OK)


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """A pair of connected sockets: the supervisor's and the run's. The kernel adds the sender's process id to each
    message; this must be enabled before the run starts."""
    ours, theirs = socket.socketpair()
    with contextlib.suppress(OSError):
        ours.setsockopt(socket.SOL_SOCKET, SO_PASSCRED, 1)
    return ours, theirs


@dataclass(frozen=True)
class RunFolders:
    """The folders of a run. view: what it sees; its working folder will be filled with links to, or copies of, the files in
    the folder `shown`, except `outputs`. inputs: folders and files that always count as reads, such as the project. apart:
    folders and files that never do, such as caches, whose content is part of the cache key."""

    view: View
    shown: str
    outputs: Iterable[str]
    inputs: Iterable[str]
    apart: Iterable[str]


class PathTrace:
    """The paths that a run's processes named outside the run's own folders.

    `owners` contains the packages that named each path while they were imported, if the run announces its imports;
    `above` contains paths, as written, that lead out of the working folder (`../data`) to something that does not
    exist; `unknown` contains the reasons why some reads may be missing; `kinds` contains the kinds of calls that named
    each path, each with a hash of the content that the first such call could see, if it was computed at that time;
    `copied` contains the paths that the run saw as copies.
    """

    def __init__(self, folders: RunFolders) -> None:
        self._view = folders.view
        self._folder = os.path.join(os.path.realpath(folders.view.folder), "")
        self._shown = os.path.join(folders.shown, "")
        self._own = WorkingFolder(self._folder, self._shown, folders.outputs, time.time_ns())
        # A run can refer to these through symbolic links; its home directory, for example, is a link.
        self._inputs = _with_real_names((folders.shown, *folders.inputs))
        self._apart = _with_real_names(folders.apart)
        self._installed = _with_real_names((sys.prefix, sys.base_prefix))
        self._tracer = Tracer()
        self._machine = syscall_filter.architecture()
        self._calls = syscall_filter.calls_by_number(self._machine)
        shared = () if any(path.startswith(SHARED_MEMORY) for path in self._inputs) else (SHARED_MEMORY,)
        own = (self._folder, os.path.join(folders.view.home, ""), *shared)
        self._walk = PathWalk(own, self._note_links, self._note_folder)
        self._paths, self._listing_reasons = CallPaths(self._tracer, self._walk), ListingReasons()
        self._forget()

    def _forget(self) -> None:
        self._noted: set[tuple[str, str, str, tuple[int, int] | None]] = set()
        self._walked, self._checked = set[str](), set[str]()
        self._listings: dict[str, Mapping[str, str]] = {}
        self._count = self._hashed = 0
        self.kinds: dict[str, dict[str, str]] = {}
        self.states: dict[str, State | None] = {}
        self.copied: set[str] = set()
        self.links: dict[str, str] = {}
        self.above: set[str] = set()
        self._importing = ""
        self.owners: dict[str, set[str]] = defaultdict(set)
        self.unknown: set[str] = {"the run did not ask to be traced"}

    def attach(self, ear: socket.socket) -> None:
        """Wait until the run asks to be traced, and start tracing it. Returns early if the run ends without asking."""
        self._tracer.take_short_turns()
        with ear:
            received, messages, _, _ = ear.recvmsg(1, socket.CMSG_SPACE(CREDENTIALS.size))
            if not received:
                return
            pid, _, _ = CREDENTIALS.unpack(messages[0][2])
            refused = self._tracer.seize(pid)
            covered = covers_script_folder(self._view, _root_of(pid))
            self._own.take_stock(everything=covered)
            kept = (*self._view.needed, *self._view.real)
            self._walk.add_temporary(_own_temporary(pid, self._view), kept)
            if covered:
                self._walk.cover(ORIGINALS, self._shown)
            self.unknown = {refused or "the kernel did not report the run's system calls"}
            ear.send(NO if refused else YES)

    def on_stop(self, pid: int, status: int) -> None:
        """Record what a stopped process is about to do, and let it continue."""
        call = self._tracer.stopped_call(pid, status)
        if call:
            if not self._count % CALLS_UNTIL_MOVE:
                self._tracer.move_near(pid)
            self._count += 1
            try:
                self._note(call)
            except (OSError, ValueError, struct.error) as error:
                if self._tracer.is_stopped(pid):
                    self.unknown.add(f"a path could not be read: {type(error).__name__}: {error}")
        self._tracer.resume(pid, status)

    def _add_once(self, kind: str, path: str, source: str = "") -> None:
        """Record a path, unless this kind of call has named it before. In its own folder, a run can replace the file at
        a path, so the file is compared, too."""
        file = _file(path) if path.startswith(self._folder) else (0, 0)
        call = (kind, path, self._importing, file)
        if file is None or call not in self._noted or kind in REMOVING:
            self._noted.add(call)
            place = self._place(path)
            self._add(self._noticed(kind, path, place, source), place)

    def report(self) -> Mapping[str, Any]:
        """The recorded reads as JSON values: {"unknown": [reason], "paths": [[path, {kind: hash}, state or null, whether it
        was copied]], "links": {path: target}, "above": [path], "unseen": [name], "owners": {path: [package]}}."""
        self._add_listings(self._listing_reasons.finish_all())
        paths = [
            [as_text(path), self.kinds[path], state, path in self.copied]
            for path, state in sorted(self.states.items())
        ]
        return {
            "unknown": sorted(map(as_text, self.unknown)),
            "paths": paths,
            "links": {as_text(path): as_text(target) for path, target in self.links.items()},
            "above": sorted(map(as_text, self.above)),
            "unseen": sorted(as_text(name) for name in self._own.unseen if not name.startswith(".")),
            "owners": {as_text(path): sorted(packages) for path, packages in self.owners.items() if packages},
        }

    def _note(self, call: SystemCall) -> None:
        named = self._calls.get(call.number, ())
        if not named or self._machine is None or call.architecture != self._machine.audit:
            self.unknown.add("the run started a program built for a different architecture")
        source = ""
        for each in named:
            if path := self._paths.read(call, each):
                if path.kind in ("empty", "truncate") and self._is_output(path.path):
                    self._paths.keep_content(call, each)
                self._note_path(call.pid, path, source)
                source = path.path

    def _is_output(self, path: str) -> bool:
        """Whether the path is the run's standard output or error. By hand, `/dev/stdout` is a terminal or a pipe, so opening
        it does not delete what was printed before."""
        return path.startswith(f"{self._folder}.run/") and path.endswith((".out", ".err"))

    def _note_path(self, pid: int, named: NamedPath, source: str) -> None:
        """Record a path that a call names. source: the path that the same call named before, if any."""
        kind, path = named.kind, named.path
        if kind == "root":
            self.unknown.add("the run changed its root folder")
            kind = "look"
        if self._is_announcement(pid, named.written):
            return
        if kind == "socket" and not path.startswith((self._folder, *self._inputs)):
            return  # Whether a service of the machine is available is not an input.
        self._note_above(named)
        if kind == "list":
            self._note_listing(pid, path)
            return
        if kind == "open":
            self._listing_reasons.on_open(pid, path)
        if kind == "execute":
            self._add_listings(self._listing_reasons.start(pid))
            self._note_interpreters(pid, self._program(pid, named))
        if kind in CHANGING:
            self._note_folder(os.path.dirname(path))
        self._add_once(kind, path, source)

    def _note_listing(self, pid: int, folder: str) -> None:
        place = self._place(folder)
        if not place.copy and self._counts(place.name):
            self._listing(place.name)
        if reason := self._listing_reasons.reason(pid, folder, place):
            self._add(reason, place)

    def _add_listings(self, places: Iterable[Place]) -> None:
        for place in places:
            self._add("list", place)

    def _note_startup(self, pid: int, folder: str) -> None:
        """Record that Python listed `folder` only to find startup files or, if `folder` is empty, that it has started."""
        if not folder:
            self._add_listings(self._listing_reasons.finish(pid))
        elif place := self._listing_reasons.announce_startup(pid, folder):
            self._add("startup", place)

    def _program(self, pid: int, named: NamedPath) -> str:
        """Where this process finds the program that a call starts, which can be in memory only."""
        if named.descriptor >= 0:
            return f"/proc/{pid}/fd/{named.descriptor}"
        return self._walk.descriptor(pid, named.written) or self._walk.visible(pid, named.path)

    def _note_interpreters(self, pid: int, path: str) -> None:
        """Record the interpreter or the loader of a program, which the kernel opens itself. path: where this process finds
        the program."""
        cwd = os.readlink(f"/proc/{pid}/cwd")
        for _ in range(MOST_INTERPRETERS):
            interpreter = interpreter_of(path)
            if not interpreter:
                break
            name = self._walk.resolve(pid, cwd, interpreter)
            self._add_once("execute", name)
            path = self._walk.visible(pid, name)

    def _note_above(self, named: NamedPath) -> None:
        if ".." not in named.relative or not named.written.startswith(self._folder):
            return
        name = os.path.normpath(named.written)
        if not f"{name}/".startswith(self._folder) and not os.path.lexists(name):
            self.above.add(named.relative)

    def _note_folder(self, folder: str) -> None:
        """Record that a call can succeed only if this folder exists: something is created in it, or a path leads through
        it and out of it again (`folder/../name`)."""
        is_above = any(path.startswith(f"{folder}/") for path in (self._folder, self._shown))
        if not is_above and not folder.startswith(ANNOUNCEMENT):
            self._add_once("exist", folder)

    def _is_announcement(self, pid: int, path: str) -> bool:
        """Whether this access is a message to the tracer rather than a read: why the run lists a folder (see
        `startup`), which package it imports (see `ImportTrace.announce`), or which path our own code is about to look
        at in the run's process. That look does not count as a read either."""
        if path in self._checked:
            self._checked.discard(path)
        elif not path.startswith(ANNOUNCEMENT):
            return False
        elif path == PROBE:
            self.unknown.discard("the kernel did not report the run's system calls")
        elif path.startswith(STARTED):
            self._note_startup(pid, self._walk.uncovered(path.removeprefix(STARTED)))
        elif path.startswith(PACKAGES):
            self._listing_reasons.announce_packages(self._walk.uncovered(path.removeprefix(PACKAGES)))
        elif path.startswith(IMPORTING):
            self._importing = path.removeprefix(IMPORTING)
        elif path.startswith(CHECKED):
            self._checked.add(path.removeprefix(CHECKED))
        return True

    def _add(self, kind: str, place: Place) -> None:
        """Record the file or folder that a call of this kind named, unless the call reveals nothing about it."""
        name = place.name
        if not kind or not self._counts(name):
            return
        if kind == "list" and place.copy and "shown" in place.copy.listings:
            kind = "shown"
        if len(self.kinds) >= MOST_PATHS:
            self.unknown.add(f"the run accessed more than {MOST_PATHS:,} paths")
            return
        self.owners[name].update(filter(None, self._importing.split(",")))
        self._note_links(name)
        self._add_state(name, place)
        if kind not in self.kinds[name]:
            self.kinds[name][kind] = self._seen(kind, name, place)

    def _noticed(self, kind: str, path: str, place: Place, source: str) -> str:
        """The information that a call gives the run: the kind of call, "exist" if it reveals only that the path exists,
        "list" if it also reveals whether a folder is empty, or "fill" if it reveals only that a file can be created or
        replaced there. source: for a call that replaces a path, the path that it moves there."""
        if kind not in CHANGING:
            return kind
        if kind in REMOVING:
            self._own.replace(path)
        there = place.exists and os.path.lexists(place.name)
        is_folder = there and os.path.isdir(place.name)
        moves_folder = kind == "replace" and os.path.isdir(source) and not os.path.islink(source)
        if is_folder and (kind == "rmdir" or moves_folder):
            return "list"
        fills = kind == "empty" or (kind == "replace" and not moves_folder)
        if fills and not is_folder and (there or path.startswith(self._folder)):
            return "fill"
        return "exist" if there else "look"

    def _add_state(self, name: str, place: Place) -> None:
        """Add the state of a path when it is first named. If the run sees a copy, the state of the copy is used."""
        if place.copy and name not in self.copied:
            self.copied.add(name)
            self.states[name] = place.copy.state
            kinds = self.kinds.get(name, ())
            self.kinds[name] = {}
            self.kinds[name] |= {kind: self._seen(kind, name, place) for kind in kinds}
        elif name not in self.states:
            self.states[name] = state(name) if place.exists else None
            self.kinds[name] = {}

    def _seen(self, kind: str, name: str, place: Place) -> str:
        """A hash of the content that this kind of call can see; empty if it would take too long to compute."""
        found = self.states[name]
        if found and stat.S_ISDIR(found[0]):
            listing = place.copy.listings if place.copy else self._listing(name) if kind in LISTINGS else {}
            return listing.get(kind, "")
        if place.copy:
            return place.copy.hash
        if found is None or not stat.S_ISREG(found[0]) or self.kinds.get(name):
            return ""
        inside = f"{name}/"
        if found[1] > SMALL or inside.startswith(self._installed) or not inside.startswith(self._inputs):
            return ""
        self._hashed += found[1]
        return content_hash(name) if self._hashed <= MOST_HASHED else ""

    def _listing(self, folder: str) -> Mapping[str, str]:
        """The hashes of the folder's names when they were first listed."""
        if folder not in self._listings:
            self._listings[folder] = listings(folder)
        return self._listings[folder]

    def _place(self, path: str) -> Place:
        """The file or folder that a resolved path refers to."""
        return self._own.place(path) if f"{path}/".startswith(self._folder) else Place(path)

    def _counts(self, name: str) -> bool:
        """Whether a path counts as a read."""
        inside = f"{name}/"
        if name[:1] != "/" or inside.startswith(self._apart) or self._walk.is_temporary(name):
            return False
        return inside.startswith(self._inputs + self._installed) or not inside.startswith(NOT_INPUTS)

    def _note_links(self, name: str) -> None:
        """Record the target of each symbolic link on a path, except for links above the script's folder."""
        while len(name) > 1 and name not in self._walked and not self._shown.startswith(f"{name}/"):
            self._walked.add(name)
            with contextlib.suppress(OSError):
                self.links[name] = os.readlink(name)
            name = os.path.dirname(name)


def _root_of(pid: int) -> str:
    """The root folder as a process sees it."""
    return os.path.join("/proc", str(pid), "root")


def _own_temporary(pid: int, view: View) -> Iterator[str]:
    """The folders for temporary files that the run has for itself."""
    for place in temporary_folders(view):
        with contextlib.suppress(OSError):
            if not os.path.samefile(place, f"{_root_of(pid)}{place}"):
                yield place


def _with_real_names(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths, and the paths that they resolve to through symbolic links, each ending in a slash."""
    return tuple(os.path.join(name, "") for path in paths for name in (path, os.path.realpath(path)))


def _file(path: str) -> tuple[int, int] | None:
    """The device and inode of the file or folder at a path; None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def state(path: str) -> State | None:
    """Properties that change whenever the file changes; None if it does not exist; `UNREACHABLE` if a folder on the way
    to it may not be searched. Follows symbolic links."""
    try:
        found = os.stat(path)
    except PermissionError:
        return UNREACHABLE
    except (OSError, ValueError):
        return None
    times = (found.st_mtime_ns, found.st_ctime_ns)
    return found.st_mode, found.st_size, *times, found.st_ino, found.st_dev
