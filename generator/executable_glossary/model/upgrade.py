"""What an upgrade of the installed packages does to the results: recorded against now, for one review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from executable_glossary.model.entry import Claim

# compared: it ran, and there is a record · new: it ran, and nothing is recorded · failed: it went wrong ·
# not run: a package or data are not here, or what it needs did not run.
State = Literal["compared", "new", "failed", "not run"]
# open: an example did not run, so nothing can be said.
Turn = Literal["flipped", "shrunk", "as before", "open"]
# A margin that is less than this share of the recorded one is worth a look before it is gone.
MUCH = 0.5


@dataclass(frozen=True)
class MetricChange:
    """The mean over seeds, recorded and now (None: it is not measured there). `most` is the greatest change
    of a single seed, `tolerance` what each may change (None: exempt); `left` says that one left it."""

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
    """A distribution that runs imported, and by which examples; "" stands for "not among them"."""

    distribution: str
    recorded: str
    now: str
    examples: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return self.recorded != self.now


@dataclass(frozen=True)
class VerdictChange:
    """A claim or a finding: whether its check held and holds (None: nothing to say), and by which margin.

    `whose` is the concept; of a finding, the page of evidence. `values` is the check with the numbers of now.
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
        """Every metric with its example; those that left their tolerance first."""
        found = ((one.example, metric) for one in self.examples for metric in one.metrics)
        return tuple(sorted(found, key=lambda pair: not pair[1].left))

    def in_state(self, *states: State) -> tuple[ExampleUpgrade, ...]:
        return tuple(one for one in self.examples if one.state in states)

    def that(self, turn: Turn) -> tuple[VerdictChange, ...]:
        return tuple(one for one in self.verdicts if one.turn == turn)

    @cached_property
    def to_record(self) -> tuple[str, ...]:
        """Examples whose record would say something else: another result, another package, or no record yet."""
        moved = {example for example, metric in self.metrics if metric.moved and metric.tolerance is not None}
        renewed = {example for one in self.versions if one.changed for example in one.examples}
        new = {one.example for one in self.in_state("new")}
        return tuple(one.example for one in self.examples if one.example in moved | renewed | new)

    @property
    def safe(self) -> bool:
        """Whether nothing flips and every example that could run did."""
        return not self.that("flipped") and not self.in_state("failed")


def by_use(used: Iterable[tuple[str, str, str, str]]) -> Iterator[VersionChange]:
    """From (distribution, recorded, now, example) to one change with all its examples; what changed first."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for distribution, recorded, now, example in used:
        found.setdefault((distribution, recorded, now), []).append(example)
    for (distribution, recorded, now), examples in sorted(
        found.items(), key=lambda pair: (pair[0][1] == pair[0][2], pair[0])
    ):
        yield VersionChange(distribution, recorded, now, tuple(examples))
