"""Capacity: the cores and memory that a build may use, read from a fake /proc and /sys."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from executable_glossary.adapters.machine import Machine, this_machine
from executable_glossary.stages.execute import Capacity

GB = 10**9
MEMINFO = "MemTotal:       70000000 kB\nMemFree:         1000000 kB\nMemAvailable:   62500000 kB\n"
FREE = 64_000  # MB, as in MEMINFO
V2 = "30 23 0:26 {root} /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup rw,nsdelegate\n"
V1 = (
    "33 25 0:28 {root} /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "34 25 0:29 {root} /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "35 25 0:30 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
    "36 25 8:1 / /mnt rw - ext4 /dev/sda1 rw\n"
)


def machine(root: Path, files: Mapping[str, str], cores: int = 16) -> Machine:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return this_machine(root, lambda: cores, lambda: 32 * GB)


def version_2(groups: Mapping[str, str], own: str, root: str = "/") -> Mapping[str, str]:
    return {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": f"0::{own}\n",
        "proc/self/mountinfo": V2.format(root=root),
        **{f"sys/fs/cgroup/{path}": content for path, content in groups.items()},
    }


def version_1(groups: Mapping[str, str], own: str, root: str = "/") -> Mapping[str, str]:
    return {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": f"12:pids:/\n4:memory:{own}\n3:cpu,cpuacct:{own}\n1:name=systemd:{own}\n0::/\n",
        "proc/self/mountinfo": V1.format(root=root),
        **{f"sys/fs/cgroup/{path}": content for path, content in groups.items()},
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (version_2({}, "/"), Machine(16, FREE)),
        (version_2({"cpu.max": "max 100000\n", "memory.max": "max\n"}, "/"), Machine(16, FREE)),
        (version_2({"cpu.max": "400000 100000\n", "memory.max": "8000000000\n"}, "/"), Machine(4, 8000)),
        (version_2({"cpu.max": "250000 100000\n", "memory.high": "3000000000\n"}, "/"), Machine(2, 3000)),
        (version_2({"cpu.max": "50000 100000\n"}, "/"), Machine(1, FREE)),
        (version_2({"cpu.max": "9900000 100000\n", "memory.max": f"{900 * GB}"}, "/"), Machine(16, FREE)),
        (version_2({"a/b/cpu.max": "300000 100000", "a/memory.max": f"{5 * GB}"}, "/a/b"), Machine(3, 5000)),
        (version_2({"other/cpu.max": "100000 100000"}, "/a/b"), Machine(16, FREE)),
        (
            version_2({"b/cpu.max": "200000 100000", "memory.max": f"{GB}"}, "/a/b", root="/a"),
            Machine(2, 1000),
        ),
        (version_2({"cpu.max": "200000 100000", "x/cpu.max": "100000 100000"}, "/../x"), Machine(2, FREE)),
        (version_2({"cpu.max": "200000 100000"}, "/x", root="/docker/1"), Machine(2, FREE)),
        (version_2({"cpu.max": "many", "memory.max": ""}, "/"), Machine(16, FREE)),
    ],
)
def test_quotas_of_version_2_and_of_all_ancestors_count(
    tmp_path: Path, files: Mapping[str, str], expected: Machine
) -> None:
    assert machine(tmp_path, files) == expected


CPU = "cpu,cpuacct"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            version_1({f"{CPU}/cpu.cfs_quota_us": "-1", f"{CPU}/cpu.cfs_period_us": "100000"}, "/"),
            Machine(16, FREE),
        ),
        (
            version_1(
                {
                    f"{CPU}/docker/1/cpu.cfs_quota_us": "150000",
                    f"{CPU}/docker/1/cpu.cfs_period_us": "50000",
                    "memory/docker/memory.limit_in_bytes": f"{6 * GB}",
                    "memory/memory.limit_in_bytes": "9223372036854771712",
                },
                "/docker/1",
            ),
            Machine(3, 6000),
        ),
        (
            version_1({"memory/memory.limit_in_bytes": f"{2 * GB}"}, own="/docker/1", root="/docker/1"),
            Machine(16, 2000),
        ),
    ],
)
def test_quotas_of_version_1_count(tmp_path: Path, files: Mapping[str, str], expected: Machine) -> None:
    assert machine(tmp_path, files) == expected


def test_the_cores_that_the_process_may_run_on_are_the_most(tmp_path: Path) -> None:
    assert machine(tmp_path, version_2({"cpu.max": "400000 100000"}, "/"), cores=2).cores == 2


def test_a_mount_point_can_contain_spaces(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "0::/\n",
        "proc/self/mountinfo": "30 23 0:26 / /my\\040groups rw - cgroup2 cgroup rw\n",
        "my groups/cpu.max": "100000 100000\n",
    }
    assert machine(tmp_path, files).cores == 1


@pytest.mark.parametrize(
    ("files", "memory"),
    [
        ({}, 32_000),
        ({"proc/meminfo": "MemTotal:  1000000 kB\n"}, 1024),
        ({"proc/meminfo": "nonsense"}, 32_000),
        ({"proc/self/mountinfo": "cgroup\n- cgroup2\n\n", "proc/self/cgroup": "nonsense\n::\n"}, 32_000),
    ],
)
def test_without_proc_the_installed_memory_counts(
    tmp_path: Path, files: Mapping[str, str], memory: int
) -> None:
    """This happens on macOS, and on Linux if the files have an unknown format."""
    assert machine(tmp_path, files) == Machine(16, memory)


def test_this_machine_has_something() -> None:
    here = this_machine()
    assert 1 <= here.cores <= (os.cpu_count() or 1)
    assert here.memory > 100


@pytest.mark.parametrize(
    ("jobs", "capacity"),
    [
        (None, Capacity(16, 64_000, 16)),
        (2, Capacity(16, 64_000, 2)),
        (40, Capacity(40, 64_000, 40)),
    ],
)
def test_jobs_limit_the_runs_and_may_exceed_the_cores(jobs: int | None, capacity: Capacity) -> None:
    assert Capacity.of(Machine(16, 64_000), jobs) == capacity
