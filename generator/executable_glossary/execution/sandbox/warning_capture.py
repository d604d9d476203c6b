"""Collects the warnings that a run raises, and prints them as Python does."""

from __future__ import annotations

import sys
import warnings
from typing import Any


def capture_warnings() -> list[str]:
    """Start collecting warnings; the returned list grows, and contains each distinct line once. Each warning is also
    printed to standard error."""
    captured: list[str] = []

    def capture(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: Any = None,
        line: Any = None,
    ) -> None:
        if (text := as_line(message, category)) not in captured:
            captured.append(text)
        (file or sys.stderr).write(warnings.formatwarning(message, category, filename, lineno, line))

    warnings.showwarning = capture
    # Entering the context resets Python's record of warnings already shown: a forked run must show a warning
    # again even if the fork server has already shown it.
    with warnings.catch_warnings():
        return captured


def as_line(message: Warning | str, category: type[Warning]) -> str:
    """`UserWarning: careful`, without the file and line, which differ from machine to machine."""
    return f"{category.__name__}: {message}"
