"""The processes of a run, seen from outside through /proc: who they are, and what they hold."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path

PROC = Path("/proc")
TRIES = 50


def below(pid: int) -> tuple[int, ...]:
    """All descendants of a process that the system shows; none where it shows nothing."""
    parents = _parents()
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        children = [child for child, of in parents.items() if of == parent]
        found += children
        waiting += children
    return tuple(found)


def memory(pids: Iterable[int], limit: int) -> int:
    """Bytes that processes hold together. What they share counts once where that could decide."""
    pids = tuple(pids)
    resident = sum(map(_resident, pids))
    return resident if resident <= limit or len(pids) < 2 else sum(map(_proportional, pids)) or resident


def peak_memory() -> int:
    """Bytes since this program began; 0 where the system does not tell. (A child's rusage begins at fork.)"""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def kill_below(pid: int) -> None:
    """End all descendants, those too that are born meanwhile."""
    for _ in range(TRIES):
        found = below(pid)
        if not found:
            return
        for child in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        # Our own children must be buried, or they would be found for ever.
        with contextlib.suppress(ChildProcessError):
            while pid == os.getpid() and os.waitpid(-1, os.WNOHANG)[0]:
                continue


def _parents() -> Mapping[int, int]:
    """The parent of every process. The name, in parentheses, may hold anything, hence the split at the last."""
    parents = {}
    with contextlib.suppress(OSError):
        for name in filter(str.isdigit, os.listdir(PROC)):
            with contextlib.suppress(OSError, IndexError):
                state, parent = (PROC / name / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    parents[int(name)] = int(parent)
    return parents


def _resident(pid: int) -> int:
    try:
        pages = (PROC / str(pid) / "statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGESIZE")


def _proportional(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
