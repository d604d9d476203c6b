"""Helpers for tests that wait for other processes. Only a failing test waits until the timeout."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 300.0  # seconds


def eventually(true: Callable[[], object], every: float = 0.02) -> bool:
    """Whether the condition becomes true before the timeout; it is checked every `every` seconds."""
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:
        time.sleep(every)
    return bool(true())


def is_gone(pid: int) -> bool:
    """Whether the process no longer exists, or is only a zombie."""
    command = Path(f"/proc/{pid}/cmdline")
    try:
        return not command.read_bytes()
    except OSError:
        return True
