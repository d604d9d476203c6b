"""Runs each example in a process forked from one that has already imported common modules.

A run starts about ten times faster this way than in a new Python process.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from executable_glossary.execution.job import Job, base_environment
from executable_glossary.execution.preload import common_modules
from executable_glossary.execution.preload_reads import KeptReads, PreloadReads, preload_reads
from executable_glossary.execution.sandbox.preloaded_modules import NEW_PROCESS
from executable_glossary.execution.store_files import remove_tree
from executable_glossary.execution.subprocess_runner import SubprocessRunner, receive_report, sandbox_command
from executable_glossary.execution.untrusted_result import parse_exit_report
from executable_glossary.model.example import Example
from executable_glossary.model.project import Project
from executable_glossary.model.run import Run

# In seconds. A package that takes longer to import is not preloaded; perhaps it is waiting for something.
IMPORT_TIMEOUT = 120.0


@dataclass(frozen=True)
class ForkServerState:
    """The state that a fork server reports after it has imported its modules.

    `threads` is the number of its threads; `data` is the size of its private memory in bytes, which every fork
    inherits; `failed` contains the modules that could not be imported, and `sharing` those that left something open that
    forked processes would share. `outdated` is true if it has imported modules from readable folders.
    """

    threads: int = 0
    data: int = 0
    failed: tuple[str, ...] = ()
    sharing: tuple[str, ...] = ()
    outdated: bool = False


class ForkServer:
    """A process that forks a supervisor for each run. It starts immediately and ends when `close` is called
    or this process ends.

    modules: names of the modules to import first. readable: folders outside the installation that runs can import
    from. The fork server does not import their modules, because these can be edited while it is running.
    """

    def __init__(self, modules: Sequence[str], readable: Sequence[Path] = ()) -> None:
        self._home = TemporaryDirectory(prefix="glossary-")
        self._channel, remote = socket.socketpair()
        with remote:
            self._process = subprocess.Popen(
                sandbox_command("fork_parent", json.dumps([str(path) for path in readable]), *modules),
                cwd=self._home.name,
                env=base_environment(Path(self._home.name), 1),
                stdin=remote.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._responses = self._channel.makefile("rb")
        self.state = self._report()
        # A process forked from a multithreaded process may hang, and one that inherits a module from a readable
        # folder would not see changes to that module.
        self.can_fork = self.state.threads == 1 and not self.state.outdated

    def fork(self, private: Path, channel: socket.socket) -> int:
        """Fork a supervisor for the run in `private`, which reports to `channel`. Returns its process id.

        Raises OSError if the fork server has died.
        """
        socket.send_fds(self._channel, [os.fsencode(private) + b"\n"], [channel.fileno()])
        response = self._responses.readline()
        if not response:
            raise ConnectionError
        return int(response)

    def close(self) -> None:
        """End the process and remove its folder."""
        self._responses.close()
        self._channel.close()
        self._process.wait()
        self._home.cleanup()

    def _report(self) -> ForkServerState:
        """The state of the process. If it has ended or does not respond, the number of threads is 0."""
        self._channel.settimeout(IMPORT_TIMEOUT)
        try:
            response = json.loads(self._responses.readline() or "{}")
        except TimeoutError:
            self._process.kill()
            response = {}
        self._channel.settimeout(None)
        lists = {name: tuple(response.get(name, ())) for name in ("failed", "sharing")}
        return ForkServerState(**{**response, **lists})


class ForkServerRunner(SubprocessRunner):
    """Forks runs where that is safe (Linux, one thread, no `isolated = true`); otherwise starts a new Python process.

    modules: names of modules to import before forking; modules that are not installed are skipped. None selects
    the modules that several of the expected runs import. The fork server starts with the first run. kept: a folder in
    which to keep what the modules read when they are imported.
    """

    def __init__(self, modules: Sequence[str] | None, trace: bool = True, kept: Path | None = None) -> None:
        super().__init__(trace)
        self._kept = kept
        self._chooses_modules = modules is None
        self._modules = tuple(modules or ())
        self._server: ForkServer | None = None
        self._reads = PreloadReads()
        self._server_lock = threading.Lock()
        # Examples that would import files other than those that the fork server imported; see `sandbox.preloaded_modules`.
        self._alone: list[Example] = []

    @classmethod
    def of(cls, project: Project) -> ForkServerRunner:
        """The runner with a project's settings."""
        return cls(project.preload, kept=project.store / "preload")

    def expect(self, root: Path, examples: Iterable[Example]) -> None:
        if self._chooses_modules and self._server is None and sys.platform == "linux":
            self._modules = common_modules(root, filter(_is_forkable, examples))

    def close(self) -> None:
        with self._server_lock:
            if self._server is not None:
                self._server.close()
            self._server = None

    def run(self, job: Job, folder: Path) -> Run:
        if job.example in self._alone:
            return super().run(_in_new_process(job), folder)
        run = super().run(job, folder)
        if not (folder / ".run" / NEW_PROCESS).exists() or self._stopping.is_set():
            return run
        self._alone.append(job.example)
        remove_tree(folder)
        folder.mkdir()
        return super().run(_in_new_process(job), folder)

    def _report(
        self, job: Job, private: Path, channel: socket.socket, remote: socket.socket
    ) -> Mapping[str, Any]:
        supervisor = self._fork(job, private, remote) if self._is_forkable(job) else None
        if supervisor is None:
            return super()._report(job, private, channel, remote)
        remote.close()
        report = receive_report(channel, job)
        if report is None:
            with suppress(ProcessLookupError):
                os.kill(supervisor, signal.SIGKILL)
        exit = parse_exit_report(report or b"")
        return {**exit, "preloaded": self._reads} if exit else exit

    def _is_forkable(self, job: Job) -> bool:
        # A preloaded module may have looked for data in its own home directory, where there is none.
        return bool(self._modules) and sys.platform == "linux" and not job.home and _is_forkable(job.example)

    def _fork(self, job: Job, private: Path, remote: socket.socket) -> int | None:
        """The process id of a forked supervisor; None if the fork server cannot fork, has died, or itself uses more
        than half of the run's memory limit."""
        with self._server_lock:
            self._server = self._server or self._started(job.readable)
            if (
                not self._server.can_fork
                or self._server.state.data > job.example.settings.memory * 1_000_000 / 2
            ):
                return None
            with suppress(OSError):
                return self._server.fork(private, remote)
            self._server.close()
            self._server = None
            return None

    def _started(self, readable: Sequence[Path]) -> ForkServer:
        """A new fork server. If runs are traced, the files that its modules read on import are recorded, too."""
        if not self._trace:
            return self._start_server(readable)
        with ThreadPoolExecutor(1) as pool:
            reads = pool.submit(self._reads_of_modules, readable)
            server = self._start_server(readable)
            self._reads = reads.result()
        return server

    def _reads_of_modules(self, readable: Sequence[Path]) -> PreloadReads:
        """What the modules read when they are imported, which takes a second import unless it is known."""
        if self._kept is None:
            return preload_reads(self._modules, readable, self._traced)
        file = KeptReads(self._kept, self._modules, readable)
        if known := file.read():
            return known
        reads = preload_reads(self._modules, readable, self._traced)
        file.write(reads)
        return reads

    def _start_server(self, readable: Sequence[Path]) -> ForkServer:
        """A new fork server. It is restarted without the modules that leave something open, and without those that were chosen
        automatically and cannot be imported, because a failed import can leave partially imported modules behind."""
        server = ForkServer(self._modules, readable)
        while unusable := {*server.state.sharing, *(server.state.failed if self._chooses_modules else ())}:
            server.close()
            self._modules = tuple(name for name in self._modules if name not in unusable)
            server = ForkServer(self._modules, readable)
        return server


def _is_forkable(example: Example) -> bool:
    return example.settings.threads == 1 and not example.settings.isolated


def _in_new_process(job: Job) -> Job:
    """The same job, for which no process is forked."""
    settings = job.example.settings.model_copy(update={"isolated": True})
    return replace(job, example=replace(job.example, settings=settings))
