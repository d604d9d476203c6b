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
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from executable_glossary.execution.job import Job, base_environment
from executable_glossary.execution.subprocess_runner import SubprocessRunner, receive_report, sandbox_command


class ForkServer:
    """A process that forks a supervisor for each run. It starts immediately, and ends when `close` is called
    or this process ends.

    modules: names of the modules to import first. readable: folders outside the installation that runs can import
    from. Their modules are not imported here, because they change while someone edits them.
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
        self.can_fork = self._is_safe()

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

    def _is_safe(self) -> bool:
        """Whether forking is safe: a child of a process with several threads may hang, and one that inherits a module
        from a readable folder would not see changes to it."""
        response = self._responses.readline()
        return bool(response) and json.loads(response) == {"threads": 1, "outdated": False}


class ForkServerRunner(SubprocessRunner):
    """Forks runs where that is safe (Linux, one thread, no `isolated = true`); otherwise starts a new Python process.

    modules: names of modules to import before forking; those not installed are skipped. The fork server starts
    with the first run.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        super().__init__()
        self._modules = tuple(modules)
        self._server: ForkServer | None = None
        self._server_lock = threading.Lock()

    def close(self) -> None:
        with self._server_lock:
            if self._server is not None:
                self._server.close()
            self._server = None

    def _start(self, job: Job, private: Path, channel: socket.socket, remote: socket.socket) -> bytes:
        supervisor = self._fork(job, private, remote) if self._is_forkable(job) else None
        if supervisor is None:
            return super()._start(job, private, channel, remote)
        remote.close()
        report = receive_report(channel, job)
        if report is None:
            with suppress(ProcessLookupError):
                os.kill(supervisor, signal.SIGKILL)
        return report or b""

    def _is_forkable(self, job: Job) -> bool:
        settings = job.example.settings
        return (
            bool(self._modules)
            and sys.platform == "linux"
            and settings.threads == 1
            and not settings.isolated
        )

    def _fork(self, job: Job, private: Path, remote: socket.socket) -> int | None:
        """The process id of a forked supervisor; None if the fork server cannot fork or has died."""
        with self._server_lock:
            self._server = self._server or ForkServer(self._modules, job.readable)
            with suppress(OSError):
                return self._server.fork(private, remote) if self._server.can_fork else None
            self._server.close()
            self._server = None
            return None
