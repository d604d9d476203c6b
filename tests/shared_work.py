"""Does expensive preparation once per test run, even when pytest-xdist runs several worker processes."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def once(temporary: pytest.TempPathFactory, name: str, prepare: Callable[[Path], object]) -> Path:
    """The folder `name`, filled by `prepare`. The first process that asks for it does the work, and the others wait.

    Tests must not change the folder.
    """
    base = temporary.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, finished = shared / name, shared / f"{name}.finished"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)
            prepare(folder)
            finished.touch()
    return folder
