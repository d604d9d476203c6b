"""Runs one example with one seed in a process of its own, and says honestly how that ended.

`Runner` is all that the rest of the program knows of execution: a warm parent that forks, or a cluster,
needs these five methods. `FreshProcess` starts a new Python for every run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from platform import machine
from typing import Protocol

from packaging.requirements import Requirement

from generator.model.run import Outcome, Run
from generator.tools.runner.job import Job, environment, message
from generator.tools.runner.report import Ended, report

__all__ = ["FreshProcess", "Job", "Runner"]

WORKER = Path(__file__).with_name("worker.py")
SHORTEST_WAIT, LONGEST_WAIT = 0.01, 0.1


class Runner(Protocol):
    """A place where examples can run."""

    def platform(self) -> str:
        """What of the place can change an outcome: Python's minor version, system, machine, device."""

    def missing(self, requirements: Iterable[str]) -> tuple[str, ...]:
        """Those requirements (PEP 508) that no distribution fulfills which is installed there."""

    def versions(self, distributions: Iterable[str]) -> Mapping[str, str]:
        """The versions that are installed there now; what is not installed is left out."""

    def run(self, job: Job, folder: Path) -> Run:
        """Run the job with `folder`, which is empty, as working folder; its files stay there.

        Never raises for what an example does: the outcome says it. Called from several threads at once.
        """

    def stop(self) -> None:
        """End all runs; those calls of `run` return soon, with the outcome "killed". No run begins after it."""


class FreshProcess:
    """Every run in a new Python of the same installation, with a cleared environment."""

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def platform(self) -> str:
        return f"python {sys.version_info.major}.{sys.version_info.minor}, {sys.platform}, {machine()}, cpu"

    def missing(self, requirements: Iterable[str]) -> tuple[str, ...]:
        return tuple(text for text in requirements if not self._fulfilled(Requirement(text)))

    def versions(self, distributions: Iterable[str]) -> Mapping[str, str]:
        found = {}
        for name in distributions:
            try:
                found[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                continue
        return found

    def run(self, job: Job, folder: Path) -> Run:
        private = folder / ".run"
        (private / "home").mkdir(parents=True)
        for name, file in job.artifacts.items():
            shutil.copyfile(file, folder / name)
        (private / "job.json").write_text(json.dumps(message(job)), "utf-8")
        ended = self._wait(job, _start(job, folder, private))
        return report(job, folder, private, ended, self._distributions)

    def stop(self) -> None:
        self._stopping.set()

    def _fulfilled(self, requirement: Requirement) -> bool:
        if requirement.marker is not None and not requirement.marker.evaluate():
            return True
        version = self.versions((requirement.name,)).get(requirement.name)
        return version is not None and requirement.specifier.contains(version, prereleases=True)

    @cached_property
    def _distributions(self) -> Mapping[str, Sequence[str]]:
        """Distributions by the modules that they bring; reading them all takes a third of a second."""
        return metadata.packages_distributions()

    def _wait(self, job: Job, process: subprocess.Popen[bytes]) -> Ended:
        """Watch a run until it ends or passes a limit; nothing of its process group survives."""
        began, began_at = time.monotonic(), time.time()
        reason: Outcome | None = None
        wait = SHORTEST_WAIT
        try:
            while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
                reason = self._reason_to_kill(job, process.pid, time.monotonic() - began)
                if reason:
                    _kill_group(process.pid)
                    ended = os.wait4(process.pid, 0)
                    break
                time.sleep(wait)
                wait = min(wait * 1.2, LONGEST_WAIT)
        finally:
            _kill_group(process.pid)
        _, status, usage = ended
        process.returncode = os.waitstatus_to_exitcode(status)
        # macOS counts bytes, others count kilobytes.
        peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return Ended(process.returncode, reason, began_at, time.monotonic() - began, peak)

    def _reason_to_kill(self, job: Job, pid: int, seconds: float) -> Outcome | None:
        if self._stopping.is_set():
            return "killed"
        if seconds > job.example.settings.timeout:
            return "timed out"
        return "out of memory" if _resident(pid) > job.example.settings.memory * 1_000_000 else None


def _start(job: Job, folder: Path, private: Path) -> subprocess.Popen[bytes]:
    """A process group of its own; -P keeps this folder's modules out of the example's sight."""
    with (private / "before.err").open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-P", str(WORKER), str(private / "job.json")],
            cwd=folder,
            env=environment(job, private / "home"),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _resident(pid: int) -> int:
    """Bytes of memory that a process holds; 0 where the system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGESIZE")
