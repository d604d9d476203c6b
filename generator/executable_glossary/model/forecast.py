"""A forecast: whether a build would run one seed of an example (or several seeds together), and why."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING_CHANGED = "nothing changed"


@dataclass(frozen=True)
class Forecast:
    """Whether the example would run (`runs`), and the `reason` in one line.

    `seconds` is the estimated duration (0: unknown). `key` and `date` describe the stored run that would be used, or
    are empty if there is none. If the run measures several seeds, `together` contains all of them, and `seed` is the
    first.
    """

    example: str
    seed: int
    runs: bool
    reason: str
    seconds: float = 0.0
    key: str = ""
    date: str = ""
    together: tuple[int, ...] = ()

    @property
    def seeds(self) -> tuple[int, ...]:
        return self.together or (self.seed,)
