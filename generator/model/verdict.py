"""What the runs say of a claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.model.entry import Claim

VerdictKind = Literal["supported", "refuted", "not run here"]


@dataclass(frozen=True)
class Verdict:
    """`values` is the check with the numbers put in, one for each seed that was looked at."""

    claim: Claim
    kind: VerdictKind
    values: tuple[str, ...]
    seeds: int
