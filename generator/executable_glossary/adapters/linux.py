"""Asks the Linux kernel for what Python has no functions for: exchanging two paths, and ending together with the parent.

Sources: rename(2), prctl(2).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

AT_FDCWD, RENAME_EXCHANGE = -100, 1 << 1
PR_SET_PDEATHSIG = 1


def exchange(one: Path, other: Path) -> bool:
    """Exchange two files or folders in a single step, so that both paths exist at any time. Returns whether the system
    could do that."""
    if sys.platform != "linux":
        return False
    # Missing in old C libraries.
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    paths = AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other)
    return renameat2 is not None and renameat2(*paths, RENAME_EXCHANGE) == 0


def ending_with_parent() -> Callable[[], None] | None:
    """A function for a new process, which the kernel then kills as soon as this process, its parent, has ended, however
    that happens. None if the system cannot do that."""
    if sys.platform != "linux":
        return None
    # A new process must not load anything before it starts its program.
    parent, prctl = os.getpid(), ctypes.CDLL(None).prctl

    def end_with_parent() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # The parent may have ended already.
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return end_with_parent
