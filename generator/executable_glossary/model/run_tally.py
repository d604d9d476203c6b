"""How far the runs of a build are: which have ended, which are running, and how long the others will take."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import mean

from executable_glossary.model.run import RunEvent


@dataclass(frozen=True)
class _Running:
    """A run that started at a time. `expected` is its estimated duration, or 0 if unknown."""

    event: RunEvent
    expected: float
    since: float


@dataclass
class RunTally:
    """The runs of a build, counted from their events. All times are in seconds, on one clock.

    ended: for each ended run, its end event and its estimated and actual durations.
    """

    begun: float
    ended: list[tuple[RunEvent, float, float]] = field(default_factory=list)
    waiting: tuple[tuple[str, float], ...] = ()
    _running: dict[tuple[str, int], _Running] = field(default_factory=dict)

    def add(self, event: RunEvent, now: float) -> None:
        key, self.waiting = (event.example, event.seed), event.waiting
        if event.outcome is None:
            self._running[key] = _Running(event, event.seconds, now)
        elif run := self._running.pop(key, None):
            self.ended.append((event, run.expected, now - run.since))

    @property
    def running(self) -> tuple[RunEvent, ...]:
        return tuple(run.event for run in self._running.values())

    @property
    def total(self) -> int:
        return len(self.ended) + len(self._running) + len(self.waiting)

    def ended_runs(self, example: str) -> tuple[RunEvent, ...]:
        """The ended runs of an example; none while others of its runs are running or waiting."""
        if any(run.example == example for run in self.running) or example in dict(self.waiting):
            return ()
        return tuple(event for event, *_ in self.ended if event.example == example)

    def seconds_left(self, now: float) -> float | None:
        """An estimate for all runs that have not ended; None if there is nothing to base it on.

        Runs take as long as their records say, multiplied by how much longer other runs took. Those without a record
        take as long as the ended ones. As many runs are concurrent as have been so far.
        """
        runs, pace = self._running.values(), self._pace(now)
        typical = mean(taken for *_, taken in self.ended) if self.ended else 0.0
        left = [(run.expected * pace or typical, now - run.since) for run in runs]
        left += [(expected * pace or typical, 0.0) for _, expected in self.waiting]
        if not all(expected for expected, _ in left):
            return None
        rest = [max(0.0, expected - passed) for expected, passed in left]
        return max([sum(rest) / self._concurrent(now), *rest])

    def share(self, now: float) -> float:
        """The share of the whole time that has passed, from 0 to 1; if it is unknown, the share of the runs that ended."""
        passed, left = now - self.begun, self.seconds_left(now)
        if left is None:
            return len(self.ended) / self.total if self.total else 0.0
        return passed / (passed + left) if passed + left else 0.0

    def _pace(self, now: float) -> float:
        """The actual durations of runs that have ended, or should have ended by now, as a multiple of the recorded ones."""
        pairs = [(expected, taken) for _, expected, taken in self.ended if expected]
        late = ((run.expected, now - run.since) for run in self._running.values() if run.expected)
        pairs += [(expected, passed) for expected, passed in late if passed > expected]
        return sum(taken for _, taken in pairs) / sum(expected for expected, _ in pairs) if pairs else 1.0

    def _concurrent(self, now: float) -> float:
        """The average number of concurrent runs so far, at least 1."""
        passed = now - self.begun
        busy = sum(taken for *_, taken in self.ended)
        busy += sum(now - run.since for run in self._running.values())
        return max(1.0, busy / passed if passed else len(self._running))
