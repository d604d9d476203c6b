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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from . import isolation, path_trace, process_tree, ptrace, refused_calls, run_cells, script_folder
from .held_memory import HeldMemory
from .import_trace import ImportTrace
from .path_trace import PathTrace, RunFolders
from .private_mounts import ORIGINALS, View, covers_script_folder
from .readable_paths import listable, readable

MAX_PROCESSES = 100  # more than any example needs, and few enough for the machine
MAX_OUTPUT = 100_000_000  # bytes of standard output and error together
SHORTEST_TICK, LONGEST_TICK = 0.02, 0.2  # seconds between checks of the limits
# Seconds that a run may take to start before its time limit applies; shorter than `GRACE` in subprocess_runner.
LONGEST_START = 10.0
LINGER = 1.0  # seconds for which the processes that a script leaves behind can still print
STACK_TIMEOUT = 0.3  # seconds; a run writes its stack at once or not at all

Reason = tuple[str, str]


def main(private: str) -> None:
    """Supervise a run in a new process. Standard input is the socket to the builder: when it closes, the run ends."""
    channel = os.dup(0)
    supervise(Path(private), channel, ImportTrace())


def supervise(private: Path, channel: int, imports: ImportTrace) -> None:
    """Execute the run that `private`/job.json describes, and report how it ended.

    The report is sent through the `channel` socket, which the run cannot access, so the run cannot forge it.
    """
    job, folder = json.loads((private / "job.json").read_bytes()), private.parent
    if not hasattr(os, "fork"):
        _run_here(job, private, imports)
    view, held = _view(job, folder), HeldMemory()
    namespaces = _enter_namespaces(job, folder)
    (reader, writer), (mouth, ear) = os.pipe(), path_trace.socket_pair()
    trace, began = _trace(job, view), time.time()
    guard = os.fork()
    if guard == 0:
        os.close(channel)
        os.close(reader)
        mouth.close()
        _guard(Start(job, private, view, imports, ear), namespaces, writer)
    os.close(writer)
    ear.close()
    isolation.see_as_the_run(namespaces)
    trace.attach(mouth)
    monitor = Monitor(job, private, guard, trace, held)
    _send(channel, {"reason": monitor.wait(channel, reader), "began": began, **monitor.summary})
    _remove_link(job["environment"]["HOME"])


def _run_here(job: Mapping[str, Any], private: Path, imports: ImportTrace) -> None:
    """Execute the run in this process, where no other can be forked."""
    script_folder.show(Path(job["script"]).parent, private.parent, job["outputs"], links=False)
    run_cells.run(job, private, imports)


def _enter_namespaces(job: Mapping[str, Any], folder: Path) -> int:
    outside = map(Path, (*job["caches"].values(), *job["readable"]))
    return isolation.enter_namespaces(folder, Path(job["script"]), *outside)


def _view(job: Mapping[str, Any], folder: Path) -> View:
    root, caches, more = Path(job["root"]), tuple(job["caches"].values()), tuple(job["readable"])
    script, home = os.path.dirname(job["script"]), job["environment"]["HOME"]
    return View(str(folder), script, home, readable(root, caches, more), listable(root, more))


def _trace(job: Mapping[str, Any], view: View) -> PathTrace:
    """The trace of the run. Must be created before the script folder's files appear in the working folder."""
    home, shown = job["environment"]["HOME"], str(Path(job["script"]).parent)
    inputs = (job["root"], *job["readable"])
    apart = (*job["caches"].values(), home, str(Path(__file__).parent))
    return PathTrace(RunFolders(view, shown, job["outputs"], inputs, apart))


class Monitor:
    """Watches a run until it ends or exceeds a limit. `peak` is the highest total memory use of its
    processes, in bytes."""

    def __init__(
        self, job: Mapping[str, Any], private: Path, guard: int, trace: PathTrace, held: HeldMemory
    ) -> None:
        self._job, self._private, self._guard, self._trace, self._held = job, private, guard, trace, held
        self._began = time.monotonic()
        self._started = (
            self._began + LONGEST_START
        )  # when the first cell started; at first, the latest such time
        self._has_started = False
        self._reason: Reason | None = None
        self._kill_at = 0.0
        self._tick = SHORTEST_TICK
        self._guard_output = b""
        self.peak = 0

    def wait(self, channel: int, guard_pipe: int) -> Reason | None:
        """Wait for the run to end. Returns why it was killed (outcome and message), or None if it ended on its own.

        One loop does everything: a multithreaded process could not create the namespaces, and this process must
        reap traced processes that have ended, because otherwise their namespace would never end.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        next_look = time.monotonic()
        while True:
            pid, status = ptrace.wait_any()
            if pid == self._guard and not os.WIFSTOPPED(status):
                self._read_guard(guard_pipe)
                return self._reason
            if pid and os.WIFSTOPPED(status):
                self._trace.on_stop(pid, status)
            if (now := time.monotonic()) >= next_look:
                self._look(channel, guard_pipe, now)
                next_look = now + self._tick
            if not pid:
                _pause(next_look - now, channel, guard_pipe)

    @property
    def summary(self) -> Mapping[str, Any]:
        """Exit code, isolation, peak memory, reads, and processes left, from the guard's messages and our own measurements."""
        messages = map(json.loads, self._guard_output.splitlines())
        reported = {key: value for message in messages for key, value in message.items()}
        code = os.waitstatus_to_exitcode(reported.get("status", signal.SIGKILL))
        reads = self._trace.report()
        traced = {"traced": "python" if reads["unknown"] else "all"}
        isolation = {**reported["isolation"], **traced} if "isolation" in reported else {}
        seconds = time.monotonic() - self._began
        return {
            "code": code,
            "seconds": seconds,
            "isolation": isolation,
            "peak_memory": self.peak,
            "reads": reads,
            "left": reported.get("left", ()),
        }

    def _look(self, channel: int, guard_pipe: int, now: float) -> None:
        """Kill the run if it has exceeded a limit or the builder has ended; the loop then waits for the run to end."""
        self._tick = min(self._tick * 1.2, LONGEST_TICK)
        self._read_guard(guard_pipe)
        if self._reason is None:
            if select.select([channel], [], [], 0)[0]:
                self._reason = "killed", "stopped with the build"
            else:
                self._reason = self._exceeded_limit()
            if self._reason is None:
                return
            # A run writes its stack at once or not at all, and only while this loop is running.
            self._kill_at = now + (STACK_TIMEOUT if self._request_stack(self._reason) else 0)
            self._tick = SHORTEST_TICK
        if now >= self._kill_at:
            process_tree.kill_descendants(self._guard)
            os.kill(self._guard, signal.SIGKILL)

    def _read_guard(self, pipe: int) -> None:
        while select.select([pipe], [], [], 0)[0] and (data := os.read(pipe, 10_000)):
            self._guard_output += data

    def _exceeded_limit(self) -> Reason | None:
        limit, memory, now = self._job["timeout"], self._job["memory"], time.monotonic()
        # The script could delete the file, but only after it has started.
        if not self._has_started and os.path.exists(self._private / "cell"):
            self._has_started, self._started = True, min(now, self._started)
        if now - self._started > limit:
            return "timed out", f"still running after {limit:g} s"
        pids = process_tree.most_descendants(self._guard)
        used = process_tree.memory(pids, memory * 1_000_000, self._held.size(pids))
        self.peak = max(self.peak, used)
        if used > memory * 1_000_000:
            return "out of memory", f"used more than {memory} MB"
        if len(pids) > MAX_PROCESSES:
            return "killed", f"started more than {MAX_PROCESSES} processes"
        if _output_size(self._private) > MAX_OUTPUT:
            return "killed", f"printed more than {MAX_OUTPUT // 1_000_000} MB"
        return None

    def _request_stack(self, reason: Reason) -> bool:
        """Have a run that timed out write its stack: the guard forwards the signal, and faulthandler can write the
        stack even while C code is running."""
        if reason[0] == "timed out":
            os.kill(self._guard, signal.SIGUSR2)
        return reason[0] == "timed out"


def _pause(seconds: float, channel: int, guard_pipe: int) -> None:
    """Wait until a process stops or ends, or until the time is up."""
    if hasattr(signal, "sigtimedwait"):
        signal.sigtimedwait({signal.SIGCHLD}, max(seconds, 0))
    else:
        select.select([channel, guard_pipe], [], [], min(max(seconds, 0), SHORTEST_TICK))


@dataclass(frozen=True)
class Start:
    """Everything needed to start a run: the job, its private folder, what it sees, the trace of preloaded modules, and the
    socket on which the run asks to be traced."""

    job: Mapping[str, Any]
    private: Path
    view: View
    imports: ImportTrace
    ear: socket.socket


def _guard(start: Start, namespaces: int, writer: int) -> NoReturn:
    """The first isolated process. Orphaned processes of the run become its children and end when it ends."""
    status = 1 << 8
    try:
        os.setsid()
        isolation.die_with_parent(signal.SIGKILL)
        refused_calls.refuse()
        isolated = _isolate(start, namespaces)
        os.write(writer, json.dumps({"isolation": isolated}).encode() + b"\n")
        status = _run_in_child(start, writer, bool(namespaces))
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
    finally:
        os.write(writer, json.dumps({"status": status}).encode() + b"\n")
        os._exit(0)


def _run_in_child(start: Start, writer: int, in_namespaces: bool) -> int:
    """Fork the run, wait until it has ended, and return its wait status."""
    # Otherwise, the run could open the guard's pipe and send messages in the guard's name.
    isolation.hide(True)
    run = os.fork()
    if run == 0:
        os.close(writer)
        _run(start)
    start.ear.close()
    status = _wait_for(run)
    if status == 0:
        os.write(writer, json.dumps({"left": _linger(start.private)}).encode() + b"\n")
    if not in_namespaces:
        _kill_leftovers(run)
    return status


def _isolate(start: Start, namespaces: int) -> Mapping[str, str]:
    """Isolate this process, and make the script folder's files available in the run's folder: as links if the run is
    prevented from writing through them, otherwise as copies."""
    view, isolated = start.view, isolation.isolate(start.view, namespaces)
    covered = covers_script_folder(view)
    links = covered or isolated["reads"] == "limited"
    source = ORIGINALS if covered else view.script
    script_folder.show(Path(source), start.private.parent, start.job["outputs"], links, covered)
    return isolated


def _wait_for(run: int) -> int:
    """The run's wait status. While waiting, forwards requests for its stack and reaps its orphans."""
    signal.signal(signal.SIGUSR2, lambda *_: os.kill(run, signal.SIGUSR2))
    while (ended := os.wait())[0] != run:
        continue
    return ended[1]


def _linger(private: Path) -> Sequence[tuple[str, str]]:
    """Wait until no process prints any more, but not long. Returns the files that processes are still printing to, with the
    names of the programs."""
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    private, until = private.resolve(), time.monotonic() + LINGER
    while (left := process_tree.printing(os.getpid(), private)) and time.monotonic() < until:
        time.sleep(SHORTEST_TICK)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                continue
    return left


def _run(start: Start) -> NoReturn:
    isolation.hide(False)
    # As in a shell, the run leads a group of processes, but not a session, so it can call `setpgrp`.
    os.setpgid(0, 0)
    isolation.die_with_parent(signal.SIGKILL)
    path_trace.ask_to_be_traced(start.ear, start.job["trace"])
    if start.job["announces_imports"]:
        start.imports.announce()
    run_cells.run(start.job, start.private, start.imports)


def _kill_leftovers(run: int) -> None:
    """Kill the run's orphans and process group. The kernel does this only in a process namespace."""
    process_tree.kill_descendants(os.getpid())
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(run, signal.SIGKILL)


def _output_size(private: Path) -> int:
    """The number of bytes of standard output and error so far, unless the run has deleted the files."""
    with contextlib.suppress(OSError):
        files = (file for file in os.scandir(private) if file.name.endswith((".out", ".err")))
        return sum(file.stat(follow_symlinks=False).st_size for file in files)
    return 0


def _remove_link(home: str) -> None:
    """Delete the short path to the run's home directory. The builder does this too, unless it was killed."""
    with contextlib.suppress(OSError):
        if os.path.islink(home):
            os.unlink(home)


def _send(channel: int, report: Mapping[str, Any]) -> None:
    """Send the report to the builder, unless the builder has ended."""
    with contextlib.suppress(OSError), socket.socket(fileno=channel) as builder:
        builder.sendall(json.dumps(report).encode())
