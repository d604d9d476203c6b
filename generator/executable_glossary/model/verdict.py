"""The verdict on a claim: whether the runs support it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from executable_glossary.model.entry import Claim

VerdictKind = Literal["supported", "refuted", "not run here"]


@dataclass(frozen=True)
class Verdict:
    """The result of evaluating a claim's check: once for each seed, or once for the mean.

    values: the check with numbers inserted, such as `0.92 >= 0.8`. held: whether each evaluation was true. Both
        are empty if the example was skipped and has no record.
    seeds: number of runs. margin: distance of the worst evaluation from the threshold, negative if the check
        failed; None if the check is more than one comparison.
    """

    claim: Claim
    kind: VerdictKind
    values: tuple[str, ...]
    held: tuple[bool, ...]
    seeds: int
    margin: float | None = None

    @property
    def told(self) -> str:
        """How often the check held, such as "in 3 of 3 runs", "by the mean of 3 runs" or "in one run"."""
        if not self.held:
            return "(nothing is recorded)"
        if self.kind == "not run here":
            return f"(recorded: it held {self._counted})"
        return self._counted

    @property
    def _counted(self) -> str:
        if self.seeds == 1:
            return "in one run"
        if self.claim.over == "mean":
            return f"by the mean of {self.seeds} runs"
        return f"in {sum(self.held)} of {self.seeds} runs"
