"""Traces a run's processes and records every path that they name: the run's *reads*.

The run installs a filter that stops it at every system call that names a path (`syscall_filter`). The supervisor
reads the path from the run's memory, records it, and lets the call continue; its result, errors, and signals do not
change.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import socket
import stat
import struct
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from . import process_tree, syscall_filter
from .fingerprints import LISTINGS, as_text, content_hash, listings
from .interpreters import interpreter_of
from .ptrace import SystemCall, Tracer
from .script_folder import CHECKED
from .syscall_filter import AT_FDCWD, PathCall
from .working_folder import Place, State, WorkingFolder

SO_PASSCRED = 16
CREDENTIALS = struct.Struct("=3i")  # process, user, and group id
ASK, YES, NO = b"?", b"y", b"n"
# A path that does not exist. A run accesses it after installing the filter, to show that tracing works.
PROBE = "/.glossary-is-this-noticed"
# Before `importlib.metadata` lists a folder, a run accesses this path with the folder's path appended; see `startup`.
PACKAGES = "/.glossary-lists-packages-in"
# Once Python has executed its startup files, a run accesses this path once for each folder in which Python looked for
# them, with the folder appended, and then the path itself.
STARTED = "/.glossary-looked-for-startup-files-in"
# While the modules to preload are imported, a run accesses this path with the names of the packages appended to which the
# following reads belong, separated by commas; see `ImportTrace.announce`.
IMPORTING = "/.glossary-imports"
O_PATH = 0o10000000
MOST_PATHS = 200_000
# Devices, the kernel's own files, and descriptions of this machine's accounts and libraries, which are not inputs.
NOT_INPUTS = ("/dev/", "/proc/", "/sys/", "/run/", "/etc/ld.so.cache/", "/etc/passwd/", "/etc/group/",
              "/etc/nsswitch.conf/", "/etc/hosts/")  # fmt: skip
CALLS_UNTIL_MOVE = 100
LOWEST_ADDRESS = 4096  # no process has readable memory below the second page
UP = re.compile(r"(.*/\.\.)((?:/.*)?)$", re.DOTALL)  # a path up to its last `..`, and the rest
# The kinds of calls that change something.
CHANGING = ("change", "empty", "remove", "write")
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


class PathTrace:
    """The paths that a run's processes named outside the run's own folders.

    folder: the run's working folder, which will be filled with links to, or copies of, the files in the folder `shown`,
    except `outputs`. inputs: folders and files that always count, such as the project. apart: folders and files that
    never count as reads, such as caches, whose content is part of the cache key.

    `owners` contains the packages that named each path while they were imported, if the run announces its imports;
    `above` contains paths, as written, that lead out of the working folder (`../data`) to something that does not exist;
    `unknown` contains the reasons why some reads may be missing; `kinds` contains the kinds of calls that named each
    path, each with a hash of what the first such call could see, if the hash was computed
    then; `copied` contains the paths that the run saw as copies.
    """

    def __init__(
        self, folder: str, shown: str, outputs: Iterable[str], inputs: Iterable[str], apart: Iterable[str]
    ) -> None:
        self._folder, self._shown = os.path.join(os.path.realpath(folder), ""), os.path.join(shown, "")
        self._own = WorkingFolder(self._folder, self._shown, outputs, time.time_ns())
        # A run can refer to these through symbolic links; its home directory, for example, is a link.
        self._inputs, self._apart = _with_real_names((shown, *inputs)), _with_real_names(apart)
        self._installed = _with_real_names((sys.prefix, sys.base_prefix))
        self._tracer = Tracer()
        self._machine = syscall_filter.architecture()
        self._calls = syscall_filter.calls_by_number(self._machine)
        self._noted: set[tuple[str, str, str, tuple[int, int] | None]] = set()
        self._walked, self._packages, self._checked = set[str](), set[str](), set[str]()
        # The folders that a new program has listed so far, keyed by process.
        self._starting: dict[int, set[str]] = {}
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
            self._own.take_stock()
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

    def _note_startup(self, pid: int, folder: str) -> None:
        """Python listed `folder` only to find startup files or, if `folder` is empty, has finished starting."""
        listed = self._starting.get(pid, set())
        if folder:
            if folder in listed:
                listed.discard(folder)
                self._add_once("startup", folder)
            return
        for other in self._starting.pop(pid, set()):
            self._add_once("open", other)

    def _add_once(self, kind: str, path: str, cwd: str = "/") -> None:
        """Record a path, unless this kind of call has named it before. In its own folder, a run can put another file at a
        path, so the file counts as well."""
        file = _file(path) if path.startswith(self._folder) else (0, 0)
        call = (kind, path, self._importing, file)
        if file is None or call not in self._noted or kind in ("empty", "remove", "execute"):
            self._noted.add(call)
            self._add(kind, path, cwd)

    def report(self) -> Mapping[str, Any]:
        """The recorded reads as JSON values: {"unknown": [reason], "paths": [[path, {kind: hash}, state or null, whether it
        was copied]], "links": {path: target}, "above": [path], "owners": {path: [package]}}."""
        for pid in list(self._starting):
            self._note_startup(pid, "")
        paths = [
            [as_text(path), self.kinds[path], state, path in self.copied]
            for path, state in sorted(self.states.items())
        ]
        return {
            "unknown": sorted(map(as_text, self.unknown)),
            "paths": paths,
            "links": {as_text(path): as_text(target) for path, target in self.links.items()},
            "above": sorted(map(as_text, self.above)),
            "owners": {as_text(path): sorted(packages) for path, packages in self.owners.items() if packages},
        }

    def _note(self, call: SystemCall) -> None:
        named = self._calls.get(call.number, ())
        if not named or self._machine is None or call.architecture != self._machine.audit:
            self.unknown.add("the run started a program built for a different architecture")
        else:
            for each in named:
                self._note_path(call, each)

    def _note_path(self, call: SystemCall, named: PathCall) -> None:
        address = call.arguments[named.path]
        if address < LOWEST_ADDRESS:
            return  # Some programs name no path in order to learn whether the kernel has this call; it then fails.
        written = os.fsdecode(self._tracer.text(call.pid, address))
        kind, path = self._kind(call, named), self._absolute(call, named, written)
        if kind == "root":
            self.unknown.add("the run changed its root folder")
            kind = "look"
        if kind == "execute":
            self._note_startup(call.pid, "")
            self._starting[call.pid] = set()
        if not self._is_announcement(call.pid, path) and not self._is_startup(call.pid, kind, path):
            if kind == "open" and path in self._packages:
                self._packages.discard(path)
                kind = "packages"
            cwd = os.readlink(f"/proc/{call.pid}/cwd") if kind == "execute" else "/"
            self._add_once(kind, path, cwd)

    def _absolute(self, call: SystemCall, named: PathCall, written: str) -> str:
        """The absolute path to what a call names."""
        path = f"/{written.lstrip('/')}" if written.startswith("//") else written
        if path.startswith("/dev/fd/"):
            path = f"/proc/self/fd/{path.removeprefix('/dev/fd/')}"
        if path.startswith("/") and not path.startswith("/proc/"):
            return path
        folder = AT_FDCWD if named.folder is None else ctypes.c_int(call.arguments[named.folder]).value
        path = self._resolved(call.pid, path, folder)
        self._note_above(written, path)
        return path

    def _note_above(self, written: str, path: str) -> None:
        name = os.path.normpath(path)
        leads_out = path.startswith(self._folder) and not f"{name}/".startswith(self._folder)
        if ".." in written and leads_out and not os.path.lexists(name):
            self.above.add(written)

    def _is_announcement(self, pid: int, path: str) -> bool:
        """Whether the path serves only to tell us why the run lists a folder (see `startup`), which package it imports
        (see `ImportTrace.announce`), or whether our own code looks at it in the run's process, as a path of that kind
        has told us."""
        if path.startswith(STARTED):
            self._note_startup(pid, path.removeprefix(STARTED))
        elif path.startswith(PACKAGES):
            self._packages.add(path.removeprefix(PACKAGES))
        elif path.startswith(IMPORTING):
            self._importing = path.removeprefix(IMPORTING)
        elif path.startswith(CHECKED):
            self._checked.add(path.removeprefix(CHECKED))
        elif path in self._checked:
            self._checked.discard(path)
        else:
            return False
        return True

    def _is_startup(self, pid: int, kind: str, path: str) -> bool:
        """Whether a new program lists a folder. If it is a Python program, it may tell us the reason later."""
        listed = self._starting.get(pid)
        if listed is None or kind != "open" or not os.path.isdir(path):
            return False
        listed.add(path)
        if self._counts(name := self._place(path).name):
            self._listing(name)
        return True

    def _kind(self, call: SystemCall, named: PathCall) -> str:
        if named.kind != "open":
            return named.kind
        if named.flags is None:
            flags = int.from_bytes(self._tracer.memory(call.pid, call.arguments[2], 8), "little")
        else:
            flags = call.arguments[named.flags]
        if flags & O_PATH:
            return "look"
        if flags & os.O_ACCMODE == os.O_RDONLY:
            return "open"
        if flags & os.O_CREAT and flags & os.O_EXCL:
            return "change"
        if flags & os.O_TRUNC:
            return "empty"
        return "write" if flags & os.O_ACCMODE == os.O_WRONLY else "open"

    def _resolved(self, pid: int, path: str, folder: int) -> str:
        """The absolute path, resolved in this process, because the run sees different process ids in /proc."""
        if not path.startswith("/"):
            base = os.readlink(f"/proc/{pid}/cwd" if folder == AT_FDCWD else f"/proc/{pid}/fd/{folder}")
            return os.path.join(base, path) if path else base
        whose, *parts = path.removeprefix("/proc/").split("/")
        if parts[:1] == ["task"]:
            parts = parts[2:]
        if not parts or parts[0] not in ("fd", "cwd", "root", "exe") or parts == ["fd"]:
            return path
        if whose not in ("self", "thread-self"):
            pid = process_tree.outer_id(whose, pid)
        if not pid:
            return path
        kept = 2 if parts[0] == "fd" else 1
        with contextlib.suppress(FileNotFoundError):
            return os.path.join(os.readlink(f"/proc/{pid}/{'/'.join(parts[:kept])}"), *parts[kept:])
        return path

    def _add(self, kind: str, path: str, cwd: str = "/") -> None:
        """Record a path. cwd: for a program, the working folder of the process that starts it."""
        if path == PROBE:
            self.unknown.discard("the kernel did not report the run's system calls")
            return
        place = self._place(path)
        name, kind = place.name, self._noticed(kind, path, place)
        if not kind or not self._counts(name):
            return
        if len(self.kinds) >= MOST_PATHS:
            self.unknown.add(f"the run accessed more than {MOST_PATHS:,} paths")
            return
        self.owners[name].update(filter(None, self._importing.split(",")))
        self._note_links(name)
        self._add_state(name, place)
        if kind not in self.kinds[name]:
            self.kinds[name][kind] = self._seen(kind, name, place)
        if kind == "execute" and self.states[name] and (interpreter := interpreter_of(name)):
            self._add("execute", os.path.join(cwd, interpreter), cwd)

    def _noticed(self, kind: str, path: str, place: Place) -> str:
        """What a call lets the run know: the kind of call, "exist" if it only reveals that there is something, or "" if
        it reveals nothing."""
        if kind not in CHANGING:
            return kind
        empties = kind == "empty" and path.startswith(self._folder)
        if empties or kind == "remove":
            self._own.replace(path)
        there = place.exists and os.path.lexists(place.name)
        if empties or (there and kind in ("empty", "write")):
            return ""
        return "exist" if there else "look"

    def _add_state(self, name: str, place: Place) -> None:
        """Add the state of a path when it is first named. If the run sees a copy, the copy is what counts."""
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
        """A hash of what this kind of call sees; empty if it would take too long to compute."""
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
        """What a path stands for, without `..`."""
        name = os.path.normpath(path)
        if up := UP.match(path):
            # After a symbolic link, `..` is the parent of the link's target, not of the link.
            self._note_links(os.path.normpath(path.partition("/..")[0]))
            name = os.path.normpath(os.path.realpath(up[1]) + up[2])
        return self._own.place(name) if f"{name}/".startswith(self._folder) else Place(name)

    def _counts(self, name: str) -> bool:
        """Whether a path counts as a read."""
        inside = f"{name}/"
        if name[:1] != "/" or inside.startswith(self._apart):
            return False
        return inside.startswith(self._inputs + self._installed) or not inside.startswith(NOT_INPUTS)

    def _note_links(self, name: str) -> None:
        """Record the target of each symbolic link on a path, except for links above the script's folder."""
        while len(name) > 1 and name not in self._walked and not self._shown.startswith(f"{name}/"):
            self._walked.add(name)
            with contextlib.suppress(OSError):
                self.links[name] = os.readlink(name)
            name = os.path.dirname(name)


def _with_real_names(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths, and the paths that they lead to through symbolic links, each ending in a slash."""
    return tuple(os.path.join(name, "") for path in paths for name in (path, os.path.realpath(path)))


def _file(path: str) -> tuple[int, int] | None:
    """The device and inode of what is at a path; None if nothing is."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def state(path: str) -> State | None:
    """Properties that change whenever the file changes; None if it does not exist. Follows symbolic links."""
    with contextlib.suppress(OSError, ValueError):
        found = os.stat(path)
        return (
            found.st_mode,
            found.st_size,
            found.st_mtime_ns,
            found.st_ctime_ns,
            found.st_ino,
            found.st_dev,
        )
    return None
