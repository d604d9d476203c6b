"""What a run was warned of."""

from __future__ import annotations

import warnings
from typing import Any


def watch_warnings() -> list[str]:
    """Warnings without the place that raised them, each once; the list grows."""
    told: list[str] = []

    def tell(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        if (line := as_line(message, category)) not in told:
            told.append(line)

    warnings.showwarning = tell
    # What the warm parent was warned of already, it forgets here: the run may come by the same place.
    with warnings.catch_warnings():
        return told


def as_line(message: Warning | str, category: type[Warning]) -> str:
    """`UserWarning: careful`; without its place, which differs from machine to machine."""
    return f"{category.__name__}: {message}"
