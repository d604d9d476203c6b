"""What a build would do with one seed of an example, and why."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING_CHANGED = "nothing changed"


@dataclass(frozen=True)
class Forecast:
    """`runs`: it would run now, for about `seconds` (0: nobody knows). `reason` is one line.

    `key` and `date` are those of the stored run that would be shown; empty where there is none.
    """

    example: str
    seed: int
    runs: bool
    reason: str
    seconds: float = 0.0
    key: str = ""
    date: str = ""
