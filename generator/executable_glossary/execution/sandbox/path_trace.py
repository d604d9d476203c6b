"""Records every path that a run's processes name, by tracing them: a run's *reads*.

The run filters itself, so it stops at calls that name a path (`syscall_filter`). Its supervisor reads the path
from its memory, notes it, and lets the call go on: no result, error, or signal changes.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import socket
import stat
import struct
import time
from collections.abc import Iterable, Mapping
from typing import Any

from . import syscall_filter
from .ptrace import SystemCall, Tracer
from .syscall_filter import AT_FDCWD, PathCall

SO_PASSCRED = 16
CREDENTIALS = struct.Struct("=3i")  # process, user, and group id
ASK, YES, NO = b"?", b"y", b"n"
# A path that does not exist. A run looks at it after it has installed the filter, to find out whether its tracer notices.
PROBE = "/.glossary-is-this-noticed"
# A run looks at this path, with that of a folder after it, before `importlib.metadata` lists the folder; see `startup`.
PACKAGES = "/.glossary-lists-packages-in"
O_PATH = 0o10000000
MOST_PATHS = 200_000
# Devices, the kernel's own files, and descriptions of this machine's accounts and libraries, which are not inputs.
NOT_INPUTS = ("/dev/", "/proc/", "/sys/", "/run/", "/etc/ld.so.cache/", "/etc/passwd/", "/etc/group/",
              "/etc/nsswitch.conf/", "/etc/hosts/")  # fmt: skip
CALLS_UNTIL_MOVE = 100
UP = re.compile(r"(.*/\.\.)((?:/.*)?)$", re.DOTALL)  # a path up to its last `..`, and the rest
# What is known about a path when it was first named: mode, size, times of modification and change, inode, device.
State = tuple[int, int, int, int, int, int]


def ask_to_be_traced(ear: socket.socket, wanted: bool) -> None:
    """In the run, while it has one thread: have the supervisor trace this process. If it cannot, go on without."""
    with ear, contextlib.suppress(OSError):
        machine = syscall_filter.architecture()
        if machine is None or not wanted:
            return
        ear.send(ASK)
        if ear.recv(1) == YES and syscall_filter.install(machine):
            os.access(PROBE, os.F_OK)


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """The supervisor's and the run's end. The kernel tells the supervisor which process asks, so this must be set up
    before the run starts."""
    ours, theirs = socket.socketpair()
    with contextlib.suppress(OSError):
        ours.setsockopt(socket.SOL_SOCKET, SO_PASSCRED, 1)
    return ours, theirs


class PathTrace:
    """The paths that a run's processes named outside the run's own folders.

    folder: the run's working folder, which shows the files of the folder `shown`. apart: folders and files whose content
    never counts, because it is known otherwise.
    `unknown` contains the reasons why some reads may be missing; `kinds` contains what was done with each path.
    """

    def __init__(self, folder: str, shown: str, apart: Iterable[str]) -> None:
        self._folder, self._shown = os.path.join(os.path.realpath(folder), ""), os.path.join(shown, "")
        # A run can name its home directory, for example, by a link to it.
        named = (name for path in apart for name in (path, os.path.realpath(path)))
        self._apart = tuple(os.path.join(name, "") for name in named)
        self._tracer = Tracer()
        self._machine = syscall_filter.architecture()
        numbers = self._machine.numbers if self._machine else {}
        self._calls: Mapping[int, PathCall] = {
            numbers[call.name]: call for call in syscall_filter.PATH_CALLS if call.name in numbers
        }
        self._not_inputs = tuple(place for place in NOT_INPUTS if not self._shown.startswith(place))
        self._began = time.time_ns()
        self._noted: set[tuple[str, str]] = set()
        self._walked: set[str] = set()
        self._packages: set[str] = set()
        self._count = 0
        self.kinds: dict[str, set[str]] = {}
        self.states: dict[str, State | None] = {}
        self.links: dict[str, str] = {}
        self.unknown: set[str] = {"the run did not ask to be traced"}

    def attach(self, ear: socket.socket) -> None:
        """Wait until the run asks or ends, and trace it."""
        self._tracer.take_short_turns()
        with ear:
            received, messages, _, _ = ear.recvmsg(1, socket.CMSG_SPACE(CREDENTIALS.size))
            if not received:
                return
            pid, _, _ = CREDENTIALS.unpack(messages[0][2])
            refused = self._tracer.seize(pid)
            self.unknown = {refused or "the kernel did not report the run's system calls"}
            ear.send(NO if refused else YES)

    def on_stop(self, pid: int, status: int) -> None:
        """Note what a stopped process is about to do, and let it go on."""
        call = self._tracer.stopped_call(pid, status)
        if call:
            if not self._count % CALLS_UNTIL_MOVE:
                self._tracer.move_near(pid)
            self._count += 1
            try:
                self._note(call)
            except UnicodeError:
                self.unknown.add("the name of a path is not valid UTF-8")
            except (OSError, ValueError, struct.error) as error:
                if self._tracer.is_stopped(pid):
                    self.unknown.add(f"a path could not be read: {type(error).__name__}: {error}")
        self._tracer.resume(pid, status)

    def report(self) -> Mapping[str, Any]:
        """What was read, as JSON values: {"unknown": [reason], "paths": [[path, [kind], state or null]], "links": {path:
        target}}."""
        paths = [[path, sorted(self.kinds[path]), state] for path, state in sorted(self.states.items())]
        return {"unknown": sorted(self.unknown), "paths": paths, "links": self.links}

    def _note(self, call: SystemCall) -> None:
        named = self._calls.get(call.number)
        if named is None or self._machine is None or call.architecture != self._machine.audit:
            self.unknown.add("a program of another architecture ran")
            return
        path = self._tracer.text(call.pid, call.arguments[named.path]).decode()
        kind = self._kind(call, named)
        if path.startswith("/dev/fd/"):
            path = f"/proc/self/fd/{path.removeprefix('/dev/fd/')}"
        if path[:1] != "/" or path.startswith("/proc/"):
            folder = AT_FDCWD if named.folder is None else ctypes.c_int(call.arguments[named.folder]).value
            path = self._absolute(call.pid, path, folder)
        if path.startswith(PACKAGES):
            self._packages.add(path.removeprefix(PACKAGES))
            return
        if kind == "open" and path in self._packages:
            self._packages.discard(path)
            kind = "packages"
        if (kind, path) not in self._noted:
            self._noted.add((kind, path))
            self._add(kind, path)

    def _kind(self, call: SystemCall, named: PathCall) -> str:
        if named.kind != "open":
            return named.kind
        if named.flags is None:
            flags = int.from_bytes(self._tracer.memory(call.pid, call.arguments[2], 8), "little")
        else:
            flags = call.arguments[named.flags]
        if flags & O_PATH:
            return "look"
        return "change" if flags & os.O_ACCMODE == os.O_WRONLY else "open"

    def _absolute(self, pid: int, path: str, folder: int) -> str:
        """The path as this process would name it: /proc shows other process ids to the run."""
        if not path.startswith("/"):
            base = os.readlink(f"/proc/{pid}/cwd" if folder == AT_FDCWD else f"/proc/{pid}/fd/{folder}")
            return os.path.join(base, path) if path else base
        whose, _, rest = path.removeprefix("/proc/").partition("/")
        parts = rest.split("/")
        if parts[0] == "task":
            self.unknown.add(f"a file was opened through {path}")
        if parts[0] not in ("fd", "cwd", "root", "exe") or parts == ["fd"]:
            return path
        if whose not in ("self", "thread-self"):
            self.unknown.add(f"a file was opened through {path}")
            return path
        kept = 2 if parts[0] == "fd" else 1
        return os.path.join(os.readlink(f"/proc/{pid}/{'/'.join(parts[:kept])}"), *parts[kept:])

    def _add(self, kind: str, path: str) -> None:
        if path == PROBE:
            self.unknown.discard("the kernel did not report the run's system calls")
            return
        name, seen = self._real_name(path)
        if not name or f"{name}/".startswith(self._not_inputs):
            return
        if kind == "change" and os.path.lexists(name):
            return
        if len(self.kinds) >= MOST_PATHS:
            self.unknown.add(f"more than {MOST_PATHS:,} paths were named")
            return
        self.kinds.setdefault(name, set()).add("look" if kind == "change" else kind)
        self._note_links(name)
        if name not in self.states:
            self.states[name] = state(name) if seen else None
        if seen and name != path and kind == "open":
            self._check_listing(name)
        if kind == "execute" and self.states[name]:
            self._add_interpreter(name)

    def _real_name(self, path: str) -> tuple[str, bool]:
        """The path without `..`, and whether the run can see what is there. A path in the run's folder becomes the one
        that it shows; "" if it does not count."""
        name = os.path.normpath(path)
        if up := UP.match(path):
            # `..` after a link leads elsewhere than it seems.
            self._note_links(os.path.normpath(path.partition("/..")[0]))
            name = os.path.normpath(os.path.realpath(up[1]) + up[2])
        if f"{name}/".startswith(self._apart):
            return "", True
        return self._shown_name(name) if f"{name}/".startswith(self._folder) else (name, True)

    def _shown_name(self, name: str) -> tuple[str, bool]:
        """What a path in the run's folder stands for: the path in the script's folder whose name it has, or the target
        of a link that leads elsewhere. "" for the run's own files."""
        inside = f"{name}/"[len(self._folder) : -1]
        twin, real = os.path.normpath(self._shown + inside), os.path.realpath(name)
        if inside.startswith(".run"):
            return "", True
        if not os.path.lexists(name):
            # The run's folder shows what was there when the run began.
            return twin, False
        if not f"{real}/".startswith(self._folder) and real != os.path.realpath(twin):
            return ("" if f"{real}/".startswith(self._apart) else real), True
        return (twin if os.path.exists(twin) else ""), True

    def _note_links(self, name: str) -> None:
        """Note where each link on the way to a path leads, except above the script's folder."""
        while len(name) > 1 and name not in self._walked and not self._shown.startswith(f"{name}/"):
            self._walked.add(name)
            with contextlib.suppress(OSError):
                self.links[name] = os.readlink(name)
            name = os.path.dirname(name)

    def _check_listing(self, folder: str) -> None:
        """A folder that changed after the run began is not the one that the run's folder shows."""
        found = self.states[folder]
        if found and stat.S_ISDIR(found[0]) and found[2] > self._began:
            self.states[folder] = (*found[:2], 0, *found[3:])

    def _add_interpreter(self, script: str) -> None:
        """The kernel itself opens the interpreter that a script names in its first line."""
        with open(script, "rb") as file:
            line = file.readline(256)
        if line.startswith(b"#!") and (words := line[2:].split()):
            self._add("execute", os.fsdecode(words[0]))


def state(path: str) -> State | None:
    """What changes whenever the file does; None if it does not exist. Follows links."""
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
