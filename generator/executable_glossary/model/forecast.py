"""A forecast: what a build would do with one seed of an example, and why."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING_CHANGED = "nothing changed"


@dataclass(frozen=True)
class Forecast:
    """Whether the example would run (`runs`), for about how many `seconds` (0: unknown), and the `reason` in one line.

    `key` and `date` are those of the stored run that would be used; empty if there is none.
    """

    example: str
    seed: int
    runs: bool
    reason: str
    seconds: float = 0.0
    key: str = ""
    date: str = ""
