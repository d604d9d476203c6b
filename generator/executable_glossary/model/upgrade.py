"""The effect of upgraded packages on results: recorded values compared with current ones, for review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from executable_glossary.model.entry import Claim

# compared: the example ran and has a record · new: it ran but has no record · failed: it ran but failed ·
# not run: a package, data, or a needed example is missing.
State = Literal["compared", "new", "failed", "not run"]
# open: the example did not run, so the verdict is unknown.
Turn = Literal["flipped", "shrunk", "as before", "open"]
# A margin below this fraction of the recorded margin is reported as an early warning that the claim may be refuted.
MUCH = 0.5


@dataclass(frozen=True)
class MetricChange:
    """A metric's mean over seeds, recorded and now (None: not measured).

    `most` is the largest change for a single seed, `tolerance` is the allowed change (None: exempt), and `left` is
    True if a seed exceeded the tolerance.
    """

    metric: str
    recorded: float | None
    now: float | None
    most: float | None
    tolerance: float | None
    left: bool = False

    @property
    def change(self) -> float | None:
        return None if self.recorded is None or self.now is None else self.now - self.recorded

    @property
    def moved(self) -> bool:
        return self.left or self.most != 0


@dataclass(frozen=True)
class ExampleUpgrade:
    example: str
    state: State
    reason: str = ""
    metrics: tuple[MetricChange, ...] = ()


@dataclass(frozen=True)
class VersionChange:
    """A distribution's recorded and current versions (empty: not imported), and the examples that use it."""

    distribution: str
    recorded: str
    now: str
    examples: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return self.recorded != self.now


@dataclass(frozen=True)
class VerdictChange:
    """A claim or finding: whether its check held when recorded and holds now (None: unknown), and the two margins.

    `whose` is the concept's id, or the name of the evidence page for a finding. `values` contains the check with the
    current numbers inserted.
    """

    whose: str
    claim: Claim
    held: bool | None
    holds: bool | None
    margin: float | None
    margin_now: float | None
    values: tuple[str, ...] = ()

    @property
    def turn(self) -> Turn:
        if self.held is None or self.holds is None:
            return "open"
        if self.held != self.holds:
            return "flipped"
        known = self.margin is not None and self.margin_now is not None
        return "shrunk" if known and self.margin_now < MUCH * self.margin else "as before"  # type: ignore[operator]


@dataclass(frozen=True)
class Upgrade:
    examples: tuple[ExampleUpgrade, ...]
    versions: tuple[VersionChange, ...]
    verdicts: tuple[VerdictChange, ...]

    @cached_property
    def metrics(self) -> tuple[tuple[str, MetricChange], ...]:
        """All metrics with their examples, starting with those that exceeded their tolerance."""
        pairs = ((example.example, metric) for example in self.examples for metric in example.metrics)
        return tuple(sorted(pairs, key=lambda pair: not pair[1].left))

    def in_state(self, *states: State) -> tuple[ExampleUpgrade, ...]:
        return tuple(example for example in self.examples if example.state in states)

    def that(self, turn: Turn) -> tuple[VerdictChange, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.turn == turn)

    @cached_property
    def to_record(self) -> tuple[str, ...]:
        """The names of the examples whose records would change (results or package versions), or that have no record."""
        moved = {example for example, metric in self.metrics if metric.moved and metric.tolerance is not None}
        renewed = {example for version in self.versions if version.changed for example in version.examples}
        new = {example.example for example in self.in_state("new")}
        changed = moved | renewed | new
        return tuple(example.example for example in self.examples if example.example in changed)

    @property
    def safe(self) -> bool:
        """True if no verdict flips and no example fails."""
        return not self.that("flipped") and not self.in_state("failed")


def by_use(used: Iterable[tuple[str, str, str, str]]) -> Iterator[VersionChange]:
    """Group (distribution, recorded, now, example) tuples by distribution and versions, starting with changed ones."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for distribution, recorded, now, example in used:
        groups.setdefault((distribution, recorded, now), []).append(example)
    for (distribution, recorded, now), examples in sorted(
        groups.items(), key=lambda pair: (pair[0][1] == pair[0][2], pair[0])
    ):
        yield VersionChange(distribution, recorded, now, tuple(examples))
