"""Collects the warnings that a run raises."""

from __future__ import annotations

import warnings
from typing import Any


def capture_warnings() -> list[str]:
    """Start collecting warnings; the returned list grows, and contains each distinct line once."""
    captured: list[str] = []

    def capture(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        if (line := as_line(message, category)) not in captured:
            captured.append(line)

    warnings.showwarning = capture
    # Entering the context resets Python's record of warnings already shown: a forked run must show a warning
    # again even if the fork server has already shown it.
    with warnings.catch_warnings():
        return captured


def as_line(message: Warning | str, category: type[Warning]) -> str:
    """`UserWarning: careful`, without the file and line, which differ from machine to machine."""
    return f"{category.__name__}: {message}"
