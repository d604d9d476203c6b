"""The verdict on a claim: whether the runs support it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from executable_glossary.model.entry import Claim
from executable_glossary.model.words import Words

VerdictKind = Literal["supported", "refuted", "not run here"]


@dataclass(frozen=True)
class PairedDifference:
    """The difference between two methods' shares of correct answers on the same test cases, in each run.

    name: the group of metrics. leads, lows, highs: the differences and the limits of their 95% intervals.
    """

    name: str
    leads: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]

    @property
    def label(self) -> str:
        """`paired.frozen_vs_scratch` → "frozen vs scratch", `digits.paired.old_vs_new` → "digits: old vs new"."""
        return self.name.replace("paired.", "").replace(".", ": ").replace("_", " ")

    def in_points(self, words: Words) -> str:
        """All differences in percentage points: "+12.0 (+9.1 to +14.9), +11.2 (+8.0 to +14.4)"."""
        runs = zip(self.leads, self.lows, self.highs, strict=True)
        return ", ".join(
            words("paired.run", lead=_points(lead), low=_points(low), high=_points(high))
            for lead, low, high in runs
        )


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


@dataclass(frozen=True)
class Verdict:
    """The result of evaluating a claim's check, once for each seed or once for the mean.

    values: the check with numbers inserted, such as `0.92 >= 0.8`. held: whether the check was true in each
        evaluation. Both are empty if the example was skipped and has no record.
    seeds: the number of seeds. together: whether one run measured several of them.
    margin: the distance of the worst evaluation from the threshold, negative if the check failed, or None if the
        check is not a single comparison.
    paired: the comparisons on the same test cases that the claim names.
    """

    claim: Claim
    kind: VerdictKind
    values: tuple[str, ...]
    held: tuple[bool, ...]
    seeds: int
    margin: float | None = None
    together: bool = False
    paired: tuple[PairedDifference, ...] = ()

    def summary(self, words: Words) -> str:
        """How often the check held, such as "in 3 of 3 runs", "on average over 3 runs", or "in one run"."""
        if not self.held:
            return words("verdict.nothing_recorded")
        if self.kind == "not run here":
            return words("verdict.recorded", held=self._counted(words))
        return self._counted(words)

    def _counted(self, words: Words) -> str:
        what = "by_the_mean" if self.claim.over == "mean" and self.seeds > 1 else "in_runs"
        key = f"verdict.{what}_together" if self.together else f"verdict.{what}"
        return words(key, count=self.seeds, held=sum(self.held))
