"""Runs as many tasks in parallel as cores and memory allow, longest first to keep the total time short."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType

from executable_glossary.adapters.machine import Machine
from executable_glossary.model.example import Example
from executable_glossary.model.run import Outcome, Pulse, Run, RunEvent

Progress = Callable[[RunEvent | Pulse], None]
PULSE = 1.0  # the seconds after which progress is reported, even if no run has started or ended


@dataclass(frozen=True)
class Capacity:
    """The total number of cores and the memory (in MB) that all runs together may use, and the maximum number of
    concurrent runs.

    A run that needs more than the total runs alone.
    """

    cores: int
    memory: int
    jobs: int

    @classmethod
    def of(cls, machine: Machine, jobs: int | None = None) -> Capacity:
        """The machine's full capacity. `jobs` limits the number of concurrent runs and may exceed the core count."""
        return cls(max(machine.cores, jobs or 1), machine.memory, jobs or machine.cores)


@dataclass(frozen=True)
class Task:
    """A run to execute. `seconds` is its recorded duration, or 0 if unknown."""

    example: Example
    seed: int
    seconds: float
    run: Callable[[], Run]

    @property
    def rank(self) -> tuple[float, str, int]:
        """A sort key: tasks of unknown duration first, then the longest tasks."""
        return (-(self.seconds or math.inf), self.example.name, self.seed)


class Pool:
    """A thread pool for runs, and a context manager: on an exception, it calls `stop` to end all runs."""

    def __init__(self, capacity: Capacity, progress: Progress, stop: Callable[[], None]) -> None:
        self._capacity, self._progress, self._stop = capacity, progress, stop
        self._queue: list[Task] = []
        self._running: dict[Future[Run], Task] = {}
        self._later: tuple[tuple[str, float], ...] = ()
        self._reports = False
        self._threads = ThreadPoolExecutor(capacity.jobs)

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._stop()
        self._threads.shutdown(cancel_futures=True)
        if self._reports:
            self._progress(Pulse.ENDED)

    def add(self, task: Task) -> None:
        """Queue a task; it starts during a later call to `next`."""
        self._queue.append(task)

    def next(self, later: Iterable[tuple[str, float]] = ()) -> Run:
        """Wait for a run to end and return it. At least one task must be queued or running.

        later: the runs that may be added when others have ended, each as its example and its estimated seconds.
        """
        self._later = tuple(later)
        self._start()
        ended, _ = wait(self._running, PULSE, FIRST_COMPLETED)
        while not ended:
            self._progress(Pulse.WAITING)
            ended, _ = wait(self._running, PULSE, FIRST_COMPLETED)
        future = min(ended, key=lambda future: self._running[future].rank)
        task, run = self._running.pop(future), future.result()
        self._report(task, run.outcome, run.seconds)
        return run

    def _report(self, task: Task, outcome: Outcome | None, seconds: float) -> None:
        self._reports = True
        queued = ((each.example.name, each.seconds) for each in self._queue)
        name, together = task.example.name, task.example.together
        self._progress(RunEvent(name, task.seed, outcome, seconds, together, (*queued, *self._later)))

    def _start(self) -> None:
        for task in sorted(self._queue, key=lambda task: task.rank):
            if self._running and not self._fits(task):
                continue
            self._queue.remove(task)
            self._report(task, None, task.seconds)
            self._running[self._threads.submit(task.run)] = task

    def _fits(self, task: Task) -> bool:
        """Whether the task and the running tasks stay within the capacity."""
        if len(self._running) >= self._capacity.jobs:
            return False
        settings = [task.example.settings, *(other.example.settings for other in self._running.values())]
        cores, memory = sum(each.threads for each in settings), sum(each.memory for each in settings)
        return cores <= self._capacity.cores and memory <= self._capacity.memory
