"""Every run in a new Python of the same installation."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from platform import machine
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement

from executable_glossary.execution.job import Job, environment, message, surroundings
from executable_glossary.execution.run_result import how_it_ended, report, stopped
from executable_glossary.execution.untrusted_result import last_words, only_files
from executable_glossary.model.run import Run

START = Path(__file__).with_name("sandbox") / "__main__.py"
# The keeper ends a run at its limit; only if it is stuck itself do we end the keeper, so much later.
PATIENCE = 15.0
LONGEST_WORDS = 10_000


class SubprocessRunner:
    """Every run in a new Python, with a cleared environment, behind walls."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()

    def platform(self) -> str:
        return f"python {sys.version_info.major}.{sys.version_info.minor}, {sys.platform}, {machine()}, cpu"

    def isolation(self) -> Mapping[str, str]:
        with TemporaryDirectory() as folder:
            tried = subprocess.run(
                command("isolation"),
                cwd=folder,
                env=surroundings(Path(folder), 1),
                capture_output=True,
                check=False,
            )
        try:
            had: Mapping[str, str] = json.loads(tried.stdout)
        except ValueError:
            return {}
        return had

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
        folder = folder.resolve()
        private = folder / ".run"
        (private / "home").mkdir(parents=True)
        for name, file in job.artifacts.items():
            shutil.copyfile(file, folder / name)
        for name, place in job.caches.items():
            (folder / name).symlink_to(place.resolve())
        (private / "job.json").write_text(json.dumps(message(job, private / "home")), "utf-8")
        ours, theirs = socket.socketpair()
        with ours:
            said = last_words(self._keep(job, private, ours, theirs))
        only_files(folder, private, job.example.settings.outputs)
        ended = stopped(said) if self._stopping.is_set() else how_it_ended(said)
        return report(job, folder, private, ended, self._distributions)

    def stop(self) -> None:
        self._stopping.set()
        with self._lock:
            for line in self._lines:
                line.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        return

    def _fulfilled(self, requirement: Requirement) -> bool:
        if requirement.marker is not None and not requirement.marker.evaluate():
            return True
        version = self.versions((requirement.name,)).get(requirement.name)
        return version is not None and requirement.specifier.contains(version, prereleases=True)

    @cached_property
    def _distributions(self) -> Mapping[str, Sequence[str]]:
        """Distributions by the modules that they bring; reading them all takes a third of a second."""
        return metadata.packages_distributions()

    def _keep(self, job: Job, private: Path, ours: socket.socket, theirs: socket.socket) -> bytes:
        """Have the run made, and give what its keeper said; the line ends when all is over, and ending it ends
        the run."""
        with self._lock:
            self._lines.add(ours)
            if self._stopping.is_set():
                ours.shutdown(socket.SHUT_WR)
        try:
            return self._begin(job, private, ours, theirs)
        finally:
            with self._lock:
                self._lines.discard(ours)

    def _begin(self, job: Job, private: Path, ours: socket.socket, theirs: socket.socket) -> bytes:
        with (private / "before.err").open("wb") as stream:
            keeper = subprocess.Popen(
                command("supervisor", str(private)),
                cwd=private.parent,
                env=environment(job, private / "home"),
                stdin=theirs.fileno(),
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        theirs.close()
        said = heard(ours, job)
        if said is None:
            keeper.kill()
        keeper.wait()
        return said or b""


def command(part: str, *arguments: str) -> tuple[str, ...]:
    """-P keeps the folder of our modules out of the example's sight."""
    return (sys.executable, "-P", str(START), part, *arguments)


def heard(line: socket.socket, job: Job) -> bytes | None:
    """Wait for the end of a run, and what its keeper says of it; None if that overslept."""
    line.settimeout(job.example.settings.timeout + PATIENCE)
    said = b""
    try:
        while part := line.recv(LONGEST_WORDS):
            said += part
    except TimeoutError:
        return None
    except OSError:
        return b""
    return said
