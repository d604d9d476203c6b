"""Evidence: an example's runs, statistics of their metrics over seeds, and the comparison with its record."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from executable_glossary.model.example import Example
from executable_glossary.model.run import Run

Origin = Literal["executed", "stored", "recorded"]


@dataclass(frozen=True)
class Statistic:
    """The values of one metric, one for each seed. The mean is used wherever a single number is needed.

    together: whether one run measured all the values. Otherwise, each value comes from a separate run.
    seeds: the seed of each value.
    """

    values: tuple[float, ...]
    together: bool = False
    seeds: tuple[int, ...] = ()

    @property
    def mean(self) -> float:
        return math.fsum(self.values) / len(self.values)

    @property
    def std(self) -> float:
        """The sample standard deviation, or 0 if there is only one value."""
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
    """A metric that differs from its record by more than the tolerance. A missing value is NaN.

    whole: whether the whole seed, and therefore all its metrics, is missing from the record or from this build.
    """

    metric: str
    seed: int
    recorded: float
    now: float
    tolerance: float
    whole: bool = False


def told_once(drifts: Iterable[Drift]) -> tuple[Drift, ...]:
    """The drifted metrics. If a whole seed is missing from the record or from this build, only one of its metrics is
    included."""
    firsts: dict[tuple[int, str], Drift] = {}
    for drift in drifts:
        firsts.setdefault((drift.seed, "" if drift.whole else drift.metric), drift)
    return tuple(firsts.values())


@dataclass(frozen=True)
class Evidence:
    """The results of one example in this build: its runs, one for each seed (even if one run measured several seeds
    together), and their origin.

    origin: "executed" (ran in this build), "stored" (a cache hit), or "recorded" (taken from the committed record,
        because the example could not run or was not meant to run).
    drifts: the metrics that differ from the record. compared: whether there was a record to compare with.
    reason: why the example did not run in this build. outdated: whether the code has changed since it was recorded.
    reported: whether a problem already explains why there are no results.
    read: files that the runs read, keyed by their path below the script's folder. read_elsewhere: the paths of other files
        that they read, relative to the project.
    """

    example: Example
    runs: tuple[Run, ...]
    origin: Origin
    drifts: tuple[Drift, ...] = ()
    reason: str = ""
    compared: bool = False
    outdated: bool = False
    reported: bool = False
    read: Mapping[str, Path] = field(default_factory=dict)
    read_elsewhere: tuple[str, ...] = ()

    @cached_property
    def metrics(self) -> Mapping[str, Statistic]:
        """The metrics that every seed has, so n is the same for all of them."""
        if not self.runs:
            return {}
        names = [name for name in self.runs[0].metrics if all(name in run.metrics for run in self.runs)]
        values = {name: tuple(run.metrics[name] for run in self.runs) for name in names}
        seeds = tuple(run.seed for run in self.runs)
        return {name: Statistic(values[name], self.together, seeds) for name in names}

    @property
    def together(self) -> bool:
        """Whether one run measured several seeds."""
        return len(self.runs) > len(self.executions)

    @property
    def executions(self) -> tuple[Run, ...]:
        """The runs as they were executed: if a run measured several seeds together, only its first seed."""
        return tuple(run for run in self.runs if run.seed == run.seeds[0])

    def artifacts(self, seed: int) -> Mapping[str, str]:
        """The SHA-256 hashes of this example's files, keyed by name.

        seed: the seed of the dependent example's run that needs the files.
        """
        wanted = self.example.seed_for(seed)
        return next((run.artifacts for run in self.runs if run.seed == wanted), {})

    @property
    def told_drifts(self) -> tuple[Drift, ...]:
        """The drifted metrics that pages mention."""
        return told_once(self.drifts)

    @property
    def ran(self) -> bool:
        """Whether the example ran on this machine, in this build or an earlier one."""
        return self.origin != "recorded"

    @property
    def date(self) -> str:
        """The date of the runs, such as 2026-11-21; empty if there are no runs."""
        return self.runs[0].date[:10] if self.runs else ""

    @property
    def skipped(self) -> bool:
        """Whether there are no results, because the example did not run on this machine and has no record."""
        return not self.ran and any(run.outcome == "skipped" for run in self.runs)

    @property
    def stopped(self) -> bool:
        """Whether it was skipped after it had shown something, because it reached the import of a missing package."""
        return self.skipped and any(run.shows_something for run in self.runs)

    @property
    def reproduced(self) -> bool | None:
        """Whether the metrics match the record, or None if there was nothing to compare with."""
        return not self.drifts if self.compared else None

    @property
    def failed(self) -> bool:
        """Whether a run failed, had invalid metrics, or did not write a declared output."""
        return self.origin != "recorded" and any(
            run.outcome != "passed" or run.rejected or set(self.example.settings.outputs) - set(run.artifacts)
            for run in self.runs
        )

    @property
    def failed_unexpectedly(self) -> bool:
        """Whether it failed although it must not, which is reported as an error."""
        return self.failed and not self.example.settings.may_fail

    @property
    def failure(self) -> Run | None:
        """The first run that failed; pages show it if the example may fail."""
        return next((run for run in self.runs if run.outcome not in ("passed", "skipped")), None)
