"""Finds, measures, and kills a run's processes, using /proc."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

PROC = Path("/proc")
LISTS_CHILDREN = PROC / "thread-self/children"
KILL_ATTEMPTS = 50


def descendants(pid: int) -> tuple[int, ...]:
    """Process ids of all descendants of a process; empty on systems without /proc."""
    children = defaultdict[int, list[int]](list)
    for child, parent in _parents().items():
        children[parent].append(child)
    return _reached(pid, lambda parent: children[parent])


def most_descendants(pid: int) -> tuple[int, ...]:
    """Like `descendants`, but without looking at all processes of the machine, if the kernel lists a process's children.
    Includes processes that have ended, and can miss the siblings of a process that ends in this moment."""
    return _reached(pid, _children) if LISTS_CHILDREN.exists() else descendants(pid)


def _reached(pid: int, children: Callable[[int], Iterable[int]]) -> tuple[int, ...]:
    found, queue = list[int](), [pid]
    while queue:
        its_children = children(queue.pop())
        found += its_children
        queue += its_children
    return tuple(found)


def _children(pid: int) -> list[int]:
    found = list[int]()
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children") as file:
                found += map(int, file.read().split())
    return found


def outer_id(inner: str, witness: int) -> int:
    """The process id, in this process namespace, of the process that has the id `inner` in the namespace of the process
    `witness`; 0 if there is none."""
    with contextlib.suppress(OSError):
        space = os.readlink(PROC / str(witness) / "ns/pid")
        for name in filter(str.isdigit, os.listdir(PROC)):
            with contextlib.suppress(OSError, IndexError):
                same = os.readlink(PROC / name / "ns/pid") == space
                ids = (PROC / name / "status").read_text().partition("\nNSpid:")[2].splitlines()[0]
                if same and ids.split()[-1] == inner:
                    return int(name)
    return 0


def memory(pids: Iterable[int], limit: int, held: int = 0) -> int:
    """Total memory used by the processes, in bytes. Shared pages are counted only once if the simple sum
    exceeds `limit`; otherwise, the simple sum is returned, because it is faster to compute.

    held: the size of files in memory, of which processes can map a part.
    """
    pids = tuple(pids)
    resident = sum(map(_resident, pids))
    if not held and (resident <= limit or len(pids) < 2):
        return resident
    total = sum(_proportional(pid, "Pss:") for pid in pids) or resident
    mapped = sum(_proportional(pid, "Pss_Shmem:") for pid in pids)
    return total + max(0, held - mapped)


def peak_memory() -> int:
    """Highest memory use of this process since its program started, in bytes; 0 if the system does not report
    it. (A child's `rusage`, in contrast, is measured from the fork.)"""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def kill_descendants(pid: int) -> None:
    """Kill all descendants of a process, including those that start in the meantime."""
    for _ in range(KILL_ATTEMPTS):
        pids = descendants(pid)
        if not pids:
            return
        for child in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        # Our own children must be reaped; otherwise, they would be found again and again as zombies.
        with contextlib.suppress(ChildProcessError):
            while pid == os.getpid() and os.waitpid(-1, os.WNOHANG)[0]:
                continue


def printing(pid: int, folder: Path) -> tuple[tuple[str, str], ...]:
    """The descendants of a process whose standard output or error is a file in the folder: the name of the file, and that of
    the program, each pair once."""
    found = dict[tuple[str, str], None]()
    for child in most_descendants(pid):
        for descriptor in ("1", "2"):
            with contextlib.suppress(OSError):
                file = Path(os.readlink(PROC / str(child) / "fd" / descriptor))
                if file.parent == folder:
                    found[file.name, (PROC / str(child) / "comm").read_text(errors="replace").strip()] = None
    return tuple(found)


def _parents() -> Mapping[int, int]:
    """Parent process ids, keyed by process id. A process name, in parentheses, may itself contain
    parentheses, so the line is split at the last one."""
    parents = {}
    with contextlib.suppress(OSError):
        for name in filter(str.isdigit, os.listdir(PROC)):
            with contextlib.suppress(OSError, IndexError):
                state, parent = (PROC / name / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    parents[int(name)] = int(parent)
    return parents


def _resident(pid: int) -> int:
    """Resident set size in bytes."""
    try:
        pages = (PROC / str(pid) / "statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGESIZE")


def _proportional(pid: int, pages: str) -> int:
    """Proportional set size in bytes: a page shared by n processes counts as 1/n of a page. pages: which pages count, as
    the kernel names them."""
    with contextlib.suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith(pages):
                return int(line.split()[1]) * 1024
    return 0
