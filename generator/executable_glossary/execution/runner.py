"""The interface of every runner: what the rest of the program needs to run one example with one seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from executable_glossary.execution.job import Job
from executable_glossary.model.run import Run


class Runner(Protocol):
    """A place where examples can run."""

    def platform(self) -> str:
        """What of the place can change an outcome: Python's minor version, system, machine, device."""

    def isolation(self) -> Mapping[str, str]:
        """What runs can be kept from there, as `Run.isolation` says it. Makes a process to find out."""

    def missing(self, requirements: Iterable[str]) -> tuple[str, ...]:
        """Those requirements (PEP 508) whose distribution is not installed there."""

    def versions(self, distributions: Iterable[str]) -> Mapping[str, str]:
        """The versions that are installed there now; what is not installed is left out."""

    def run(self, job: Job, folder: Path) -> Run:
        """Run the job with `folder`, which is empty, as working folder; its files stay there.

        Never raises for what an example does: the outcome says it. Called from several threads at once.
        """

    def stop(self) -> None:
        """End all runs; those calls of `run` return soon, with the outcome "killed". No run begins after it."""

    def close(self) -> None:
        """Let go of what was kept ready for runs. A later run makes it anew."""
