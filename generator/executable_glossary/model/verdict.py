"""What the runs say of a claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from executable_glossary.model.entry import Claim
from executable_glossary.model.words import Words

VerdictKind = Literal["supported", "refuted", "not run here"]


@dataclass(frozen=True)
class Verdict:
    """`values` is the check with the numbers put in, `held` whether each is true: one for each seed, or the mean.

    Both are empty where the example was skipped and nothing is recorded.
    `margin` is how far the worst of them is from the threshold, below zero where it is beyond; None where the
    check is more than one comparison.
    """

    claim: Claim
    kind: VerdictKind
    values: tuple[str, ...]
    held: tuple[bool, ...]
    seeds: int
    margin: float | None = None

    def told(self, words: Words) -> str:
        """How often it held: "in 3 of 3 runs", "by the mean of 3 runs", "in one run"; of a record, that it did."""
        if not self.held:
            return words("verdict.nothing_recorded")
        if self.kind == "not run here":
            return words("verdict.recorded", held=self._counted(words))
        return self._counted(words)

    def _counted(self, words: Words) -> str:
        if self.claim.over == "mean" and self.seeds > 1:
            return words("verdict.by_the_mean", count=self.seeds)
        return words("verdict.in_runs", count=self.seeds, held=sum(self.held))
