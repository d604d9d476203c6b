"""What pages draw from runs: statistics over seeds, and how they compare with the record."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from executable_glossary.model.example import Example
from executable_glossary.model.run import Run

Origin = Literal["executed", "stored", "recorded"]


@dataclass(frozen=True)
class Statistic:
    """A metric over seeds; printed alone it is the mean."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        return math.fsum(self.values) / len(self.values)

    @property
    def std(self) -> float:
        """Sample standard deviation; 0 with one value."""
        if self.n < 2:
            return 0.0
        return math.sqrt(math.fsum((value - self.mean) ** 2 for value in self.values) / (self.n - 1))

    @property
    def min(self) -> float:
        return min(self.values)

    @property
    def max(self) -> float:
        return max(self.values)

    @property
    def n(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Drift:
    """A metric that left its tolerance: recorded value, value now (NaN: there is none), and the tolerance.

    `whole`: the seed itself is on one side only, with all that it measured.
    """

    metric: str
    seed: int
    recorded: float
    now: float
    tolerance: float
    whole: bool = False


def told_once(drifts: Iterable[Drift]) -> tuple[Drift, ...]:
    """What a person is told: of a seed that is on one side only, its first metric stands for all."""
    firsts: dict[tuple[int, str], Drift] = {}
    for drift in drifts:
        firsts.setdefault((drift.seed, "" if drift.whole else drift.metric), drift)
    return tuple(firsts.values())


@dataclass(frozen=True)
class Evidence:
    """All that is known of one example in this build: its runs, one for each seed, and where they come from.

    `origin` is "executed" (ran just now), "stored" (ran earlier, nothing changed since) or "recorded"
    (the committed record is shown, because it could not run here or was not asked to). `compared` says
    that the metrics were held against a record, `outdated` that the code is another one than was recorded,
    `told` that a problem says why there are no results.
    """

    example: Example
    runs: tuple[Run, ...]
    origin: Origin
    drifts: tuple[Drift, ...] = ()
    reason: str = ""
    compared: bool = False
    outdated: bool = False
    told: bool = False

    @cached_property
    def metrics(self) -> Mapping[str, Statistic]:
        """Only metrics that every seed reports, so that n is the same for all."""
        if not self.runs:
            return {}
        names = [name for name in self.runs[0].metrics if all(name in run.metrics for run in self.runs)]
        return {name: Statistic(tuple(run.metrics[name] for run in self.runs)) for name in names}

    def artifacts(self, seed: int) -> Mapping[str, str]:
        """SHA-256 by name of the files that a run with `seed` of an example that needs this one gets."""
        wanted = self.example.seed_for(seed)
        return next((run.artifacts for run in self.runs if run.seed == wanted), {})

    @property
    def told_drifts(self) -> tuple[Drift, ...]:
        """What pages say of the drifts."""
        return told_once(self.drifts)

    @property
    def ran(self) -> bool:
        """Whether it ran on this machine, now or earlier: what pages say must not depend on which."""
        return self.origin != "recorded"

    @property
    def date(self) -> str:
        """The day of its runs, as in 2026-11-21; empty where there are none."""
        return self.runs[0].date[:10] if self.runs else ""

    @property
    def skipped(self) -> bool:
        """Whether it did not run here and nothing is recorded: there are no results; `reason` says why."""
        return not self.ran and any(run.outcome == "skipped" for run in self.runs)

    @property
    def reproduced(self) -> bool | None:
        """Whether the metrics match the record; None when there was nothing to compare."""
        return not self.drifts if self.compared else None

    @property
    def failed(self) -> bool:
        """Whether a run went wrong, or did not give what it was to give."""
        return self.origin != "recorded" and any(
            run.outcome != "passed" or run.rejected or set(self.example.settings.outputs) - set(run.artifacts)
            for run in self.runs
        )
