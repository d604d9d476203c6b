"""Determines how many cores and how much memory this process may use: everything that the machine has, or less if
limits apply.

The limits are the process's CPU affinity, and the quotas of its Linux control groups (cgroups, versions 1 and 2), which
containers and CI systems set. A control group is also subject to its ancestors' quotas. On other systems, no limits are
taken into account.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MB = 1_000_000
UNKNOWN_MEMORY = 8192 * MB  # assumed where the system does not report its memory


@dataclass(frozen=True)
class Machine:
    """The number of cores, and the memory in MB, that this process may use."""

    cores: int
    memory: int


def usable_cores() -> int:
    """The cores that this process may run on, or all cores where the system has no such limit."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def installed_memory() -> int:
    """The machine's memory in bytes."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return UNKNOWN_MEMORY


def this_machine(
    files: Path = Path("/"),
    cores: Callable[[], int] = usable_cores,
    memory: Callable[[], int] = installed_memory,
) -> Machine:
    """What this process may currently use. A quota of 2.5 cores counts as 2, and a quota below 1 as 1. Memory that
    other programs are using is not included.

    files: the folder that contains `proc` and `sys`. cores, memory: return the machine's totals, regardless of quotas.
    """
    groups = tuple(_control_groups(files))
    quotas = [quota for group in groups for quota in _core_quotas(group)]
    limits = [limit for group in groups for limit in _memory_limits(group)]
    free = _free_memory(files / "proc/meminfo")
    return Machine(
        cores=max(1, int(min([cores(), *quotas]))),
        memory=max(1, min([memory() if free is None else free, *limits]) // MB),
    )


def _free_memory(meminfo: Path) -> int | None:
    """The memory in bytes that programs can still use, including caches that the system would drop."""
    sizes = dict(re.findall(r"^(\w+): +(\d+) kB$", _content(meminfo), re.MULTILINE))
    size = sizes.get("MemAvailable", sizes.get("MemTotal"))
    return int(size) * 1024 if size is not None else None


def _control_groups(files: Path) -> Iterator[Path]:
    """The folders of the control groups that this process is in, and of their ancestors, as far as they are visible."""
    mounts = tuple(_mounts(files))
    for line in _content(files / "proc/self/cgroup").splitlines():
        _, _, place = line.partition(":")
        controllers, _, path = place.partition(":")
        for root, point, mounted in mounts:
            if mounted & set(controllers.split(",")):
                own = PurePosixPath(path)
                # A container may see only its own group, mounted under the path of an ancestor.
                inside = own.relative_to(root) if own.is_relative_to(root) else PurePosixPath()
                levels = () if ".." in inside.parts else (inside, *inside.parents)
                yield from (files / point.lstrip("/") / level for level in levels or (PurePosixPath(),))


def _mounts(files: Path) -> Iterator[tuple[str, str, set[str]]]:
    """The root, mount point, and controllers of each mounted hierarchy. "" marks the only hierarchy of version 2."""
    for line in _content(files / "proc/self/mountinfo").splitlines():
        mount, _, system = line.partition(" - ")
        fields, kinds = mount.split(" "), system.split(" ")
        if len(fields) > 4 and kinds[0] in ("cgroup", "cgroup2"):
            root, point = (re.sub(r"\\(\d{3})", _unescaped, path) for path in fields[3:5])
            yield root, point, {""} if kinds[0] == "cgroup2" else set(kinds[-1].split(","))


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 8))


def _core_quotas(group: Path) -> Iterator[float]:
    """The number of cores that the group may use, read from `cpu.max` in version 2 and from two files in version 1."""
    quota, _, period = _content(group / "cpu.max").partition(" ")
    old = (_content(group / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    for share, whole in ((quota, period), tuple(old)):
        # "max" and -1 mean that there is no quota.
        with suppress(ValueError):
            if int(share) > 0 and int(whole) > 0:
                yield int(share) / int(whole)


def _memory_limits(group: Path) -> Iterator[int]:
    """The limits of the group in bytes. Version 2 slows processes down above `high` and kills them above `max`."""
    for name in ("memory.max", "memory.high", "memory.limit_in_bytes"):
        with suppress(ValueError):
            yield int(_content(group / name))


def _content(file: Path) -> str:
    """The file's text without surrounding blanks; empty if it cannot be read."""
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
