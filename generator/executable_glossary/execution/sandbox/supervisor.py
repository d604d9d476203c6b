"""Supervises one run: starts it in isolation, enforces its limits, reports how it ended, and kills leftover
processes."""

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

from . import isolation, process_tree, run_cells, script_folder
from .import_trace import ImportTrace

MAX_PROCESSES = 100  # more than any example needs, and few enough for the machine
MAX_OUTPUT = 100_000_000  # bytes of standard output and error together
SHORTEST_TICK, LONGEST_TICK = 0.02, 0.2  # seconds between checks of the limits
STACK_TIMEOUT = 0.5  # seconds; a run writes its stack at once or not at all

Reason = tuple[str, str]


def main(private: str) -> None:
    """Supervise a run in a new process. Standard input is the socket to the builder: when it closes, the run ends."""
    channel = os.dup(0)
    supervise(Path(private), channel, ImportTrace())


def supervise(private: Path, channel: int, imports: ImportTrace) -> None:
    """Execute the run that `private`/job.json describes, and report how it ended.

    The report is sent through the `channel` socket, which the run cannot access, so the run cannot forge it.
    """
    job = json.loads((private / "job.json").read_text("utf-8"))
    folder = private.parent
    if not hasattr(os, "fork"):
        script_folder.show(Path(job["script"]), folder, job["outputs"], links=False)
        run_cells.run(job, private, imports)
    outside = map(Path, (*job["caches"].values(), *job["readable"]))
    namespaces = isolation.enter_namespaces(folder, Path(job["script"]), *outside)
    reader, writer = os.pipe()
    began, began_at = time.monotonic(), time.time()
    guard = os.fork()
    if guard == 0:
        os.close(channel)
        os.close(reader)
        _guard(job, private, namespaces, writer, imports)
    os.close(writer)
    monitor = Monitor(job, private, guard, began)
    reason = monitor.wait(channel, reader)
    report = {"reason": reason, "began": began_at, "seconds": time.monotonic() - began, **monitor.summary}
    _remove_link(job["environment"]["HOME"])
    _send(channel, report)


class Monitor:
    """Watches a run until it ends or exceeds a limit. `peak` is the highest total memory use of its
    processes, in bytes."""

    def __init__(self, job: Mapping[str, Any], private: Path, guard: int, began: float) -> None:
        self._job, self._private, self._guard, self._began = job, private, guard, began
        self.peak = 0
        self._guard_output = b""

    def wait(self, channel: int, guard_pipe: int) -> Reason | None:
        """Wait for the run to end. Returns why it was killed (outcome and message), or None if it ended on its own."""
        reason: Reason | None = None
        tick = SHORTEST_TICK
        while b"status" not in self._guard_output and reason is None:
            ready, _, _ = select.select([channel, guard_pipe], [], [], tick)
            tick = min(tick * 1.2, LONGEST_TICK)
            if channel in ready:
                reason = "killed", "stopped with the build"
            elif guard_pipe not in ready:
                reason = self._exceeded_limit()
            elif not (data := os.read(guard_pipe, 10_000)):
                break
            else:
                self._guard_output += data
        if reason:
            self._kill(reason)
        os.waitpid(self._guard, 0)
        return reason

    @property
    def summary(self) -> Mapping[str, Any]:
        """Exit code, isolation and peak memory, from the guard's messages and our own measurements."""
        messages = map(json.loads, self._guard_output.splitlines())
        reported = {key: value for message in messages for key, value in message.items()}
        code = os.waitstatus_to_exitcode(reported.get("status", signal.SIGKILL))
        return {"code": code, "isolation": reported.get("isolation", {}), "peak_memory": self.peak}

    def _exceeded_limit(self) -> Reason | None:
        limit, memory = self._job["timeout"], self._job["memory"]
        if time.monotonic() - self._began > limit:
            return "timed out", f"still running after {limit:g} s"
        pids = process_tree.descendants(self._guard)
        used = process_tree.memory(pids, memory * 1_000_000)
        self.peak = max(self.peak, used)
        if used > memory * 1_000_000:
            return "out of memory", f"used more than {memory} MB"
        if len(pids) > MAX_PROCESSES:
            return "killed", f"started more than {MAX_PROCESSES} processes"
        if _output_size(self._private) > MAX_OUTPUT:
            return "killed", f"printed more than {MAX_OUTPUT // 1_000_000} MB"
        return None

    def _kill(self, reason: Reason) -> None:
        if reason[0] == "timed out":
            _request_stack(self._guard, self._private)
        process_tree.kill_descendants(self._guard)
        os.kill(self._guard, signal.SIGKILL)


def _guard(
    job: Mapping[str, Any], private: Path, namespaces: int, writer: int, imports: ImportTrace
) -> NoReturn:
    """The first isolated process. Orphaned processes of the run become its children, and end when it ends."""
    status = 1 << 8
    try:
        isolation.die_with_parent(signal.SIGKILL)
        isolated = _isolate(job, private.parent, namespaces)
        os.write(writer, json.dumps({"isolation": isolated}).encode() + b"\n")
        # Otherwise, the run could open the guard's pipe and send messages in the guard's name.
        isolation.hide(True)
        run = os.fork()
        if run == 0:
            os.close(writer)
            _run(job, private, imports)
        status = _wait_for(run)
        if not namespaces:
            _kill_leftovers(run)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
    finally:
        os.write(writer, json.dumps({"status": status}).encode() + b"\n")
        os._exit(0)


def _isolate(job: Mapping[str, Any], folder: Path, namespaces: int) -> Mapping[str, str]:
    """Isolate this process, and show the script folder's files in the run's folder: as links only if Landlock keeps
    the run from writing through them."""
    caches, readable = tuple(job["caches"].values()), tuple(job["readable"])
    isolated = isolation.isolate(folder, namespaces, Path(job["root"]), caches, readable)
    script_folder.show(Path(job["script"]), folder, job["outputs"], links=isolated["files"] == "refused")
    return isolated


def _wait_for(run: int) -> int:
    """The run's wait status. While waiting, forwards requests for its stack and reaps its orphans."""
    signal.signal(signal.SIGUSR2, lambda *_: os.kill(run, signal.SIGUSR2))
    while (ended := os.wait())[0] != run:
        continue
    return ended[1]


def _run(job: Mapping[str, Any], private: Path, imports: ImportTrace) -> NoReturn:
    isolation.hide(False)
    os.setsid()
    isolation.die_with_parent(signal.SIGKILL)
    run_cells.run(job, private, imports)


def _kill_leftovers(run: int) -> None:
    """Kill the run's orphans and process group. The kernel does this only if there is a process namespace."""
    process_tree.kill_descendants(os.getpid())
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(run, signal.SIGKILL)


def _request_stack(guard: int, private: Path) -> None:
    """Have the run write its stack, and wait until it is written: the guard forwards the signal, and
    faulthandler can write the stack even while C code is running."""
    os.kill(guard, signal.SIGUSR2)
    end = time.monotonic() + STACK_TIMEOUT
    before = -1
    while time.monotonic() < end:
        time.sleep(SHORTEST_TICK)
        now = os.path.getsize(private / "stack") if (private / "stack").exists() else 0
        if now and now == before:
            return
        before = now


def _output_size(private: Path) -> int:
    """Bytes of standard output and error so far, unless the run has deleted the files."""
    with contextlib.suppress(OSError):
        files = (file for file in os.scandir(private) if file.name.endswith((".out", ".err")))
        return sum(file.stat(follow_symlinks=False).st_size for file in files)
    return 0


def _remove_link(home: str) -> None:
    """Delete the short path of the run's home directory. The builder does this too, unless it was killed."""
    with contextlib.suppress(OSError):
        if os.path.islink(home):
            os.unlink(home)


def _send(channel: int, report: Mapping[str, Any]) -> None:
    """Send the report to the builder, unless the builder has ended."""
    with contextlib.suppress(OSError), socket.socket(fileno=channel) as builder:
        builder.sendall(json.dumps(report).encode())
