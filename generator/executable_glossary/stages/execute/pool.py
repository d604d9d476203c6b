"""As many runs at once as cores and memory allow, the longest first, so that none is left over at the end."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType

from executable_glossary.model.example import Example
from executable_glossary.model.run import Run, RunEvent

Progress = Callable[[RunEvent], None]


@dataclass(frozen=True)
class Capacity:
    """What all runs together may use: cores, and memory in MB."""

    cores: int = 2
    memory: int = 8192


@dataclass(frozen=True)
class Task:
    """A run to be made. `seconds` is what it took when it was recorded; 0 is "not known"."""

    example: Example
    seed: int
    seconds: float
    run: Callable[[], Run]

    @property
    def rank(self) -> tuple[float, str, int]:
        """Longest first, and what nobody knows before that."""
        return (-(self.seconds or math.inf), self.example.name, self.seed)


class Pool:
    """Used with `with`: whatever interrupts it, `stop` is called and no run goes on."""

    def __init__(self, capacity: Capacity, progress: Progress, stop: Callable[[], None]) -> None:
        self._capacity, self._progress, self._stop = capacity, progress, stop
        self._waiting: list[Task] = []
        self._running: dict[Future[Run], Task] = {}
        self._threads = ThreadPoolExecutor(max(1, capacity.cores))

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._stop()
        self._threads.shutdown(cancel_futures=True)

    def add(self, task: Task) -> None:
        self._waiting.append(task)

    def next(self) -> Run:
        """The next run that ends. There must be one that waits or runs."""
        self._start()
        ended, _ = wait(self._running, return_when=FIRST_COMPLETED)
        future = min(ended, key=lambda one: self._running[one].rank)
        task, run = self._running.pop(future), future.result()
        self._progress(RunEvent(task.example.name, task.seed, run.outcome, run.seconds))
        return run

    def _start(self) -> None:
        for task in sorted(self._waiting, key=lambda task: task.rank):
            if self._running and not self._fits(task):
                continue
            self._waiting.remove(task)
            self._progress(RunEvent(task.example.name, task.seed, None, task.seconds))
            self._running[self._threads.submit(task.run)] = task

    def _fits(self, task: Task) -> bool:
        together = [task.example.settings, *(other.example.settings for other in self._running.values())]
        cores, memory = sum(one.threads for one in together), sum(one.memory for one in together)
        return cores <= self._capacity.cores and memory <= self._capacity.memory
