"""Runs one example with one seed in a process of its own, and says honestly how that ended.

`Runner` is all that the rest of the program knows of execution: a warm parent that forks, or a cluster,
needs these five methods. `FreshProcess` starts a new Python for every run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from platform import machine
from typing import Any, Protocol

import nh3

from generator.model.run import Cell, Example, Figure, Outcome, Output, Run

WORKER = Path(__file__).with_name("worker.py")
# A stream longer than this, in bytes, is cut where it is read; a file larger than the other is refused.
LONGEST_STREAM = 200_000
LARGEST_FILE = 4 * 1024**3
SHORTEST_WAIT, LONGEST_WAIT = 0.01, 0.1
Shorten = Callable[[str], str]
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


@dataclass(frozen=True)
class Job:
    """One run to be made. `artifacts` are the files that it needs, by the name they have in its folder."""

    example: Example
    seed: int
    root: Path
    artifacts: Mapping[str, Path] = field(default_factory=dict)

    @property
    def script(self) -> Path:
        return self.root / self.example.path

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.example.code_cells


class Runner(Protocol):
    """A place where examples can run."""

    def platform(self) -> str:
        """What of the place can change an outcome: Python's minor version, system, machine, device."""

    def missing(self, requirements: Iterable[str]) -> tuple[str, ...]:
        """Those requirements (PEP 508) whose distribution is not installed there."""

    def versions(self, distributions: Iterable[str]) -> Mapping[str, str]:
        """The versions that are installed there now; what is not installed is left out."""

    def run(self, job: Job, folder: Path) -> Run:
        """Run the job with `folder`, which is empty, as working folder; its files stay there.

        Never raises for what an example does: the outcome says it. Called from several threads at once.
        """

    def stop(self) -> None:
        """End all runs; those calls of `run` return soon, with the outcome "killed"."""


class FreshProcess:
    """Every run in a new Python of the same installation, with a cleared environment."""

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def platform(self) -> str:
        return f"python {sys.version_info.major}.{sys.version_info.minor}, {sys.platform}, {machine()}, cpu"

    def missing(self, requirements: Iterable[str]) -> tuple[str, ...]:
        names = (re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0] for requirement in requirements)
        return tuple(name for name in names if not self.versions((name,)))

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
        (private / "job.json").write_text(json.dumps(_message(job)), "utf-8")
        ended = self._wait(job, _start(job, folder, private))
        return _run(job, folder, private, ended, self._distributions)

    def stop(self) -> None:
        self._stopping.set()

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


@dataclass(frozen=True)
class Ended:
    """How a process ended: exit code (negative: a signal), why we killed it, when it began (seconds since
    1970), how long it took, peak memory in bytes."""

    code: int
    reason: Outcome | None
    began: float
    seconds: float
    peak_memory: int


def _message(job: Job) -> Mapping[str, Any]:
    """The job as the worker reads it."""
    memory = job.example.settings.memory * 1_000_000
    return {
        "script": str(job.script),
        "introduction": f"{job.example.title}\n\n{job.example.introduction}",
        "cells": [{"line": cell.line, "code": cell.code} for cell in job.cells],
        "limits": {"RLIMIT_DATA": memory * 2, "RLIMIT_FSIZE": LARGEST_FILE, "RLIMIT_CORE": 0},
        "parent": os.getpid(),
    }


def _start(job: Job, folder: Path, private: Path) -> subprocess.Popen[bytes]:
    """A process group of its own; -P keeps this folder's modules out of the example's sight."""
    with (private / "before.err").open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-P", str(WORKER), str(private / "job.json")],
            cwd=folder,
            env=_environment(job, private / "home"),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )


def _environment(job: Job, home: Path) -> Mapping[str, str]:
    """All that a run sees of the environment: nothing of the person's who builds."""
    threads = str(job.example.settings.threads)
    return {
        "SEED": str(job.seed),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "PATH": os.defpath,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TMPDIR": str(home),
        "TZ": "UTC",
        "XDG_CACHE_HOME": str(home / "cache"),
        **dict.fromkeys(THREAD_VARIABLES, threads),
    }


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


def _run(
    job: Job, folder: Path, private: Path, ended: Ended, distributions: Mapping[str, Sequence[str]]
) -> Run:
    """What the worker wrote, and what the way it ended adds to that."""
    told = _result(private)
    shorten = _without_places(job, folder)
    outcome, message, line = _outcome(job, private, ended, told)
    modules = [name for module in told.get("modules", ()) for name in distributions.get(module, ())]
    return Run(
        example=job.example.name,
        seed=job.seed,
        outcome=outcome,
        message=shorten(message),
        line=line,
        outputs=_outputs(job, private, told, shorten),
        metrics=told.get("metrics", {}),
        rejected=told.get("rejected", {}),
        files=_observed(job, folder, told.get("files", ()), ended.began),
        warnings=tuple(shorten(warning) for warning in told.get("warnings", ())),
        seconds=round(ended.seconds, 3),
        peak_memory=told.get("peak_memory") or ended.peak_memory,
        versions={name: metadata.version(name) for name in sorted(set(modules))},
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _result(private: Path) -> Mapping[str, Any]:
    """The worker's last word; nothing where it did not come that far."""
    try:
        result: Mapping[str, Any] = json.loads((private / "result.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return result


def _outcome(job: Job, private: Path, ended: Ended, told: Mapping[str, Any]) -> tuple[Outcome, str, int]:
    """Outcome, message, line. A run that said all it had to say has passed, however it left."""
    if ended.reason is None and told:
        failure = told["failure"]
        if failure is None:
            return "passed", "", 0
        return "out of memory" if failure["memory"] else "raised", failure["message"], failure["line"]
    cell = _current(job, private)
    settings = job.example.settings
    messages: Mapping[Outcome | None, str] = {
        "timed out": f"still running after {settings.timeout:g} s",
        "out of memory": f"held more than {settings.memory} MB",
        "killed": "stopped with the build",
    }
    message = messages.get(ended.reason) or _last_words(private, ended.code)
    return ended.reason or "killed", message, cell.line if cell else 1


def _current(job: Job, private: Path) -> Cell | None:
    """The cell that was running when the process ended."""
    try:
        return job.cells[int((private / "cell").read_text())]
    except (OSError, ValueError, IndexError):
        return None


def _last_words(private: Path, code: int) -> str:
    """Why a process ended that was not killed by us and did not finish."""
    if code < 0:
        return f"ended by signal {signal.Signals(-code).name}"
    before = (private / "before.err").read_text("utf-8", "replace").strip()
    last = f": {before.splitlines()[-1]}" if before and not (private / "cell").exists() else ""
    return f"left with exit code {code} before the last cell was done{last}"


def _outputs(job: Job, private: Path, told: Mapping[str, Any], shorten: Shorten) -> tuple[Output, ...]:
    """One output for each cell with code that began."""
    cells = told.get("cells", ())
    captions = told.get("captions", {})
    outputs = []
    for number, cell in enumerate(job.cells):
        if not (private / f"{number}.out").exists():
            break
        result = cells[number] if number < len(cells) else {}
        html = result.get("value_is_html", False)
        value = nh3.clean(result["value"]) if html else shorten(result.get("value", ""))
        figures = tuple(_figure(private, figure, captions) for figure in result.get("figures", ()))
        text, errors = (shorten(_stream(private / f"{number}.{ending}")) for ending in ("out", "err"))
        outputs.append(Output(cell.name, text, errors, value, html, figures))
    return tuple(outputs)


def _figure(private: Path, figure: Mapping[str, Any], captions: Mapping[str, Mapping[str, str]]) -> Figure:
    said = captions.get(figure["name"], {})
    return Figure(
        name=figure["name"],
        file=private / figure["file"],
        caption=said.get("caption", ""),
        alt=said.get("alt", ""),
        width=figure["width"],
        height=figure["height"],
    )


def _stream(file: Path) -> str:
    """The text of a stream, cut where it is too long."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        text = stream.read(LONGEST_STREAM).decode("utf-8", "replace")
    return text if size <= LONGEST_STREAM else f"{text}\n[{size - LONGEST_STREAM:,} more bytes]\n"


def _observed(job: Job, folder: Path, files: Iterable[str], began: float) -> Mapping[str, str]:
    """Hashes of the project's own files among `files`, by path from the root.

    The script itself is left out (its code is known cell by cell), and so is what belongs to the run or to
    the installation, which may lie in a folder of the project.
    """
    apart = (folder, Path(sys.prefix), WORKER)
    paths = {Path(file) for file in files}
    own = {path for path in paths if path.is_relative_to(job.root) and path != job.script and path.is_file()}
    outside = {path for path in own if any(path.is_relative_to(other) for other in apart)}
    return {
        path.relative_to(job.root).as_posix(): _hash(path, began)
        for path in sorted(own - outside)
        if "__pycache__" not in path.parts
    }


def _hash(path: Path, began: float) -> str:
    """SHA-256; empty, which matches nothing, for a file that was written while the run may have read it."""
    return sha256(path.read_bytes()).hexdigest() if path.stat().st_mtime < began else ""


def _without_places(job: Job, folder: Path) -> Shorten:
    """Takes out of a text what differs from machine to machine: folders, and addresses of objects."""
    folders = [str(folder), str(job.root), sys.prefix, sys.base_prefix]
    known = re.compile("|".join(rf"{re.escape(place)}/?" for place in folders) + "| at 0x[0-9a-f]+")
    return lambda text: known.sub("", text)
