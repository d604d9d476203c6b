"""Keeps one run: starts it behind walls, watches time, memory and output, and lets nothing of it survive."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from . import isolation, process_tree, run_cells
from .import_trace import Imports

# More than any example needs, and few enough for a machine to bear.
PROCESSES = 100
LONGEST_OUTPUT = 100_000_000
SHORTEST_TICK, LONGEST_TICK = 0.02, 0.2
# A run that is asked for its stack answers at once, or never.
ANSWER = 0.5

Reason = tuple[str, str]


def main(private: str) -> None:
    """A run in a fresh process. The line to the builder is standard input: when it ends, so does the run."""
    line = os.dup(0)
    keep(Path(private), line, Imports())


def keep(private: Path, line: int, imports: Imports) -> None:
    """Make the run that `private`/job.json describes; say on the line how it ended, where it cannot be altered."""
    job = json.loads((private / "job.json").read_text("utf-8"))
    folder = private.parent
    if not hasattr(os, "fork"):
        run_cells.run(job, private, imports)
    caches = [Path(place) for place in job["caches"].values()]
    parted = isolation.part(folder, Path(job["script"]), *caches)
    inner, outer = os.pipe()
    began, began_at = time.monotonic(), time.time()
    guard = os.fork()
    if guard == 0:
        os.close(line)
        os.close(inner)
        _guard(job, private, parted, outer, imports)
    os.close(outer)
    watch = Watch(job, private, guard, began)
    reason = watch.until_the_end(line, inner)
    _tell(line, {"reason": reason, "began": began_at, "seconds": time.monotonic() - began, **watch.seen})


class Watch:
    """Looks at a run until it ends or passes a limit. `peak` is in bytes, over all its processes."""

    def __init__(self, job: Mapping[str, Any], private: Path, guard: int, began: float) -> None:
        self._job, self._private, self._guard, self._began = job, private, guard, began
        self.peak = 0
        self.told = b""

    def until_the_end(self, line: int, inner: int) -> Reason | None:
        """Why it had to be ended: outcome and message; None if it ended by itself."""
        reason: Reason | None = None
        tick = SHORTEST_TICK
        while b"status" not in self.told and reason is None:
            ready, _, _ = select.select([line, inner], [], [], tick)
            tick = min(tick * 1.2, LONGEST_TICK)
            if line in ready:
                reason = "killed", "stopped with the build"
            elif inner not in ready:
                reason = self._passed_limit()
            elif not (said := os.read(inner, 10_000)):
                break
            else:
                self.told += said
        if reason:
            self._end(reason)
        os.waitpid(self._guard, 0)
        return reason

    @property
    def seen(self) -> Mapping[str, Any]:
        """What the guard told, and what was looked at: exit code, walls, peak of memory."""
        told = {key: value for said in self.told.splitlines() for key, value in json.loads(said).items()}
        code = os.waitstatus_to_exitcode(told.get("status", signal.SIGKILL))
        return {"code": code, "isolation": told.get("isolation", {}), "peak_memory": self.peak}

    def _passed_limit(self) -> Reason | None:
        limit, memory = self._job["timeout"], self._job["memory"]
        if time.monotonic() - self._began > limit:
            return "timed out", f"still running after {limit:g} s"
        pids = process_tree.below(self._guard)
        held = process_tree.memory(pids, memory * 1_000_000)
        self.peak = max(self.peak, held)
        if held > memory * 1_000_000:
            return "out of memory", f"held more than {memory} MB"
        if len(pids) > PROCESSES:
            return "killed", f"started more than {PROCESSES} processes"
        if _printed(self._private) > LONGEST_OUTPUT:
            return "killed", f"printed more than {LONGEST_OUTPUT // 1_000_000} MB"
        return None

    def _end(self, reason: Reason) -> None:
        if reason[0] == "timed out":
            _ask_for_stack(self._guard, self._private)
        process_tree.kill_below(self._guard)
        os.kill(self._guard, signal.SIGKILL)


def _guard(job: Mapping[str, Any], private: Path, parted: int, outer: int, imports: Imports) -> NoReturn:
    """The first process within the walls: what the run leaves behind comes to it, and ends with it."""
    status = 1 << 8
    try:
        isolation.die_with_parent(signal.SIGKILL)
        closed = isolation.close(private.parent, parted, Path(job["root"]), tuple(job["caches"].values()))
        os.write(outer, json.dumps({"isolation": closed}).encode() + b"\n")
        # Else the run could say to the keeper what only the guard may.
        isolation.hide(True)
        run = os.fork()
        if run == 0:
            os.close(outer)
            _run(job, private, imports)
        signal.signal(signal.SIGUSR2, lambda *_: os.kill(run, signal.SIGUSR2))
        while (ended := os.wait())[0] != run:
            continue
        status = ended[1]
        if not parted:
            _end_what_is_left(run)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
    finally:
        os.write(outer, json.dumps({"status": status}).encode() + b"\n")
        os._exit(0)


def _run(job: Mapping[str, Any], private: Path, imports: Imports) -> NoReturn:
    isolation.hide(False)
    os.setsid()
    isolation.die_with_parent(signal.SIGKILL)
    run_cells.run(job, private, imports)


def _end_what_is_left(run: int) -> None:
    """Where the kernel does not do it: what came to us as an orphan, or is of the run's group."""
    process_tree.kill_below(os.getpid())
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(run, signal.SIGKILL)


def _ask_for_stack(guard: int, private: Path) -> None:
    """The guard passes the signal on, and faulthandler writes, whatever the run is doing."""
    os.kill(guard, signal.SIGUSR2)
    end = time.monotonic() + ANSWER
    before = -1
    while time.monotonic() < end:
        time.sleep(SHORTEST_TICK)
        now = os.path.getsize(private / "stack") if (private / "stack").exists() else 0
        if now and now == before:
            return
        before = now


def _printed(private: Path) -> int:
    """Bytes of standard output and error until now, as far as the run left them where they were."""
    with contextlib.suppress(OSError):
        files = (file for file in os.scandir(private) if file.name.endswith((".out", ".err")))
        return sum(file.stat(follow_symlinks=False).st_size for file in files)
    return 0


def _tell(line: int, said: Mapping[str, Any]) -> None:
    """Unless the builder is gone."""
    with contextlib.suppress(OSError), socket.socket(fileno=line) as told:
        told.sendall(json.dumps(said).encode())
