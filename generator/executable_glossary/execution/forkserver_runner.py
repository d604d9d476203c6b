"""Runs that begin in a tenth of the time: forked from a parent that has imported what they need."""

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

from executable_glossary.execution.job import Job, surroundings
from executable_glossary.execution.subprocess_runner import SubprocessRunner, command, heard


class Parent:
    """The process that forks: started now, gone with `close` or with us."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._home = TemporaryDirectory(prefix="glossary-")
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                command("fork_parent", *modules),
                cwd=self._home.name,
                env=surroundings(Path(self._home.name), 1),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._answers = self._line.makefile("rb")
        self.fit = self._single_threaded()

    def fork(self, private: Path, line: socket.socket) -> int:
        """The process id of a keeper. OSError if there is no parent any more."""
        socket.send_fds(self._line, [os.fsencode(private) + b"\n"], [line.fileno()])
        answer = self._answers.readline()
        if not answer:
            raise ConnectionError
        return int(answer)

    def close(self) -> None:
        self._answers.close()
        self._line.close()
        self._process.wait()
        self._home.cleanup()

    def _single_threaded(self) -> bool:
        """Children of a process with several threads may hang: then it is better to start afresh."""
        answer = self._answers.readline()
        return bool(answer) and json.loads(answer)["threads"] == 1


class ForkServerRunner(SubprocessRunner):
    """Forks where it is safe: one thread, Linux, nothing that asks to be alone; else a fresh process.

    modules: what the parent imports before it forks, as far as it is installed. Starts with the first run.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        super().__init__()
        self._modules = tuple(modules)
        self._parent: Parent | None = None
        self._asking = threading.Lock()

    def close(self) -> None:
        with self._asking:
            if self._parent is not None:
                self._parent.close()
            self._parent = None

    def _begin(self, job: Job, private: Path, ours: socket.socket, theirs: socket.socket) -> bytes:
        keeper = self._fork(private, theirs) if self._suits(job) else None
        if keeper is None:
            return super()._begin(job, private, ours, theirs)
        theirs.close()
        said = heard(ours, job)
        if said is None:
            with suppress(ProcessLookupError):
                os.kill(keeper, signal.SIGKILL)
        return said or b""

    def _suits(self, job: Job) -> bool:
        settings = job.example.settings
        return (
            bool(self._modules)
            and sys.platform == "linux"
            and settings.threads == 1
            and not settings.isolated
        )

    def _fork(self, private: Path, line: socket.socket) -> int | None:
        """None if there is no parent that could do it."""
        with self._asking:
            self._parent = self._parent or Parent(self._modules)
            with suppress(OSError):
                return self._parent.fork(private, line) if self._parent.fit else None
            self._parent.close()
            self._parent = None
            return None
