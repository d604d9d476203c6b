"""What a build would do with one seed of an example, and why."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING_CHANGED = "nothing changed"


@dataclass(frozen=True)
class Forecast:
    """`runs`: it would run now, for about `seconds` (0: nobody knows). `reason` is one line.

    `key` names what would be shown without a run: that of the stored run; empty where there is none.
    """

    example: str
    seed: int
    runs: bool
    reason: str
    seconds: float = 0.0
    key: str = ""
