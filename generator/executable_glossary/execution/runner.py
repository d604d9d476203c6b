"""The interface that every runner implements: everything the program needs to run one example with one seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from executable_glossary.execution.job import Job
from executable_glossary.model.example import Example
from executable_glossary.model.run import Run


class Runner(Protocol):
    """Runs examples, on this machine or elsewhere. A runner for a cluster would need only these methods."""

    def platform(self) -> str:
        """The properties that can change a result, in one line: Python's minor version, the system, machine,
        and device."""

    def isolation(self) -> Mapping[str, str]:
        """How this runner can isolate runs, as a `Run.isolation` value. Starts a process to find out."""

    def missing(self, requirements: Iterable[str]) -> tuple[str, ...]:
        """The requirements (PEP 508) that the installed distributions do not satisfy."""

    def versions(self, distributions: Iterable[str]) -> Mapping[str, str]:
        """Installed versions, keyed by distribution; distributions that are not installed are left out."""

    def expect(self, root: Path, examples: Iterable[Example]) -> None:
        """Announce the upcoming runs, so that the runner can prepare for them.

        root: the project's folder. examples: one item for each run. Some of these runs may never happen.
        """

    def run(self, job: Job, folder: Path) -> Run:
        """Run the job in `folder`, which must be empty; the files that it writes stay there.

        Never raises an exception because the example fails: `Run.outcome` reports the failure. May be called
        from several threads at once.
        """

    def stop(self) -> None:
        """Kill all runs, so pending calls to `run` return soon with the outcome "killed". No run starts after that."""

    def close(self) -> None:
        """Release resources such as the fork server. A later run creates them again."""
