"""A forecast: whether a build would run one seed of an example, and why."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING_CHANGED = "nothing changed"


@dataclass(frozen=True)
class Forecast:
    """Whether the example would run (`runs`), and the `reason` in one line.

    `seconds` is the estimated duration (0: unknown). `key` and `date` describe the stored run that would be used, or
    are empty if there is none.
    """

    example: str
    seed: int
    runs: bool
    reason: str
    seconds: float = 0.0
    key: str = ""
    date: str = ""
