"""For tests that wait for other processes. Only a failure takes as long as patience lasts, however slow the machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 300.0  # seconds


def eventually(true: Callable[[], object], every: float = 0.02) -> bool:
    """Whether it becomes true while patience lasts; asked again after so many seconds."""
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:
        time.sleep(every)
    return bool(true())


def is_gone(pid: int) -> bool:
    """No such process, or one that nobody has buried yet."""
    command = Path(f"/proc/{pid}/cmdline")
    try:
        return not command.read_bytes()
    except OSError:
        return True
