"""Runs each example in a new Python process of the same installation."""

from __future__ import annotations

import compileall
import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import metadata
from pathlib import Path
from platform import machine
from tempfile import TemporaryDirectory
from typing import Any

from packaging.requirements import Requirement

from executable_glossary.execution.installed_modules import distributions_by_module
from executable_glossary.execution.job import Job, base_environment, message
from executable_glossary.execution.run_result import build_run, exit_from, stopped
from executable_glossary.execution.sandbox.private_mounts import own_folder
from executable_glossary.execution.short_home import short_path
from executable_glossary.execution.store_files import remove_tree
from executable_glossary.execution.untrusted_result import (
    parse_exit_report,
    read_result,
    remove_special_files,
)
from executable_glossary.model.example import Example, Settings
from executable_glossary.model.run import Run
from executable_glossary.model.text import Text

START = Path(__file__).with_name("sandbox") / "__main__.py"
# In seconds. The supervisor kills a run at its time limit; a supervisor that hangs is itself killed this much
# later.
GRACE = 15.0
READ_SIZE = 10_000  # bytes per read of the supervisor's report


class SubprocessRunner:
    """Starts a new, isolated Python process with a minimal environment for every run. Implements `Runner`.

    trace: whether to track what runs read, if this machine supports it.
    """

    def __init__(self, trace: bool = True) -> None:
        self._trace = trace
        self._stopping = threading.Event()
        self._channels: set[socket.socket] = set()
        self._lock = threading.Lock()

    def platform(self) -> str:
        return f"python {sys.version_info.major}.{sys.version_info.minor}, {sys.platform}, {machine()}, cpu"

    def isolation(self) -> Mapping[str, str]:
        isolation: Mapping[str, str] = self.probe().get("isolation", {})
        return isolation

    def probe(self) -> Mapping[str, Any]:
        """The supervisor's report on a run without code, as a dict with the fields of `ExitReport`; empty if this
        machine cannot run examples."""
        nothing = Text("")
        example = Example(
            "probe", "probe.py", nothing, nothing, "", Settings(timeout=30, isolated=True), (), ()
        )
        with TemporaryDirectory() as folder:
            job = Job(example, 0, Path(folder).resolve())
            private = self._prepared(job, job.root)
            with short_path(private / "home") as home:
                return self._supervise(job, private, home)

    def missing(self, requirements: Iterable[str]) -> tuple[str, ...]:
        return tuple(text for text in requirements if not self._is_met(Requirement(text)))

    def versions(self, distributions: Iterable[str]) -> Mapping[str, str]:
        versions = {}
        for name in distributions:
            try:
                versions[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                continue
        return versions

    def run(self, job: Job, folder: Path) -> Run:
        folder = folder.resolve()
        private = self._prepared(job, folder)
        with short_path(private / "home") as home:
            report = self._supervise(job, private, home)
        unusable = remove_special_files(folder, private, job.example.settings.outputs)
        exit = stopped(report) if self._stopping.is_set() else exit_from(report)
        run = build_run(job, folder, home, exit, distributions_by_module())
        return replace(run, unusable=unusable)

    def expect(self, root: Path, examples: Iterable[Example]) -> None:
        return

    def stop(self) -> None:
        self._stopping.set()
        with self._lock:
            for channel in self._channels:
                channel.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        return

    def _prepared(self, job: Job, folder: Path) -> Path:
        """Set up the run's folder, and return the private folder in it."""
        private = folder / ".run"
        (private / "home").mkdir(parents=True)
        for name, file in job.artifacts.items():
            shutil.copyfile(file, folder / name)
        for name, place in job.caches.items():
            (folder / name).symlink_to(place.resolve())
        for name, place in job.home.items():
            link = private / "home" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(place)
        return private

    def _is_met(self, requirement: Requirement) -> bool:
        if requirement.marker is not None and not requirement.marker.evaluate():
            return True
        version = self.versions((requirement.name,)).get(requirement.name)
        return version is not None and requirement.specifier.contains(version, prereleases=True)

    def _supervise(self, job: Job, private: Path, home: Path) -> Mapping[str, Any]:
        """Execute the run and return its supervisor's report. Shutting down `channel` ends the run."""
        (private / "job.json").write_text(json.dumps(message(job, home, self._trace)), "utf-8")
        channel, remote = socket.socketpair()
        with channel:
            with self._lock:
                self._channels.add(channel)
                if self._stopping.is_set():
                    channel.shutdown(socket.SHUT_WR)
            try:
                return self._report(job, private, channel, remote)
            finally:
                with self._lock:
                    self._channels.discard(channel)
                remove_tree(Path(own_folder(str(private.parent))))

    def _report(
        self, job: Job, private: Path, channel: socket.socket, remote: socket.socket
    ) -> Mapping[str, Any]:
        """Start the supervisor, which owns the other end of the socket, `remote`, and wait for its report."""
        with (private / "before.err").open("wb") as stream:
            supervisor = subprocess.Popen(
                sandbox_command("supervisor", str(private)),
                cwd=private.parent,
                env=base_environment(private / "home", job.example.settings.threads),
                stdin=remote.fileno(),
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        remote.close()
        report = receive_report(channel, job)
        if report is None:
            supervisor.kill()
        supervisor.wait()
        return parse_exit_report(report or b"")

    def _traced(self, job: Job, folder: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Execute a job in a new process, and return its supervisor's report and its result without evaluating them."""
        private = self._prepared(job, folder)
        with short_path(private / "home") as home:
            return self._supervise(job, private, home), read_result(private)


def sandbox_command(part: str, *arguments: str) -> tuple[str, ...]:
    """The command line that starts a part of the sandbox, such as "supervisor". The option -P keeps the sandbox's
    folder out of `sys.path`, so examples cannot import from it."""
    _compile_sandbox()
    return (sys.executable, "-P", str(START), part, *arguments)


@cache
def _compile_sandbox() -> None:
    """Store the compiled modules of the sandbox. Its processes do not do this, because Python runs with
    PYTHONDONTWRITEBYTECODE in them; without it, each run would compile these modules again."""
    if not sys.dont_write_bytecode:
        compileall.compile_dir(START.parent, quiet=2)


def receive_report(channel: socket.socket, job: Job) -> bytes | None:
    """Wait for a run to end and return its supervisor's report, as JSON; empty if the supervisor died, None if it
    hangs."""
    channel.settimeout(job.example.settings.timeout + GRACE)
    report = b""
    try:
        while data := channel.recv(READ_SIZE):
            report += data
    except TimeoutError:
        return None
    except OSError:
        return b""
    return report
