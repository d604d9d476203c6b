"""Notices that a script ends its own process with `os._exit(0)`, or replaces it with another program."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

EARLY = "early.json"  # the file for the result of such a script, which counts if the process then ends successfully
FAILURE = (
    "failure.json"  # the file for the error of a script, which counts if the process is killed before it ends
)
END = os._exit


def watch(report: Callable[[], None]) -> None:
    """From now on, call `report` before this process ends in such a way. Its children do not call it."""
    process = os.getpid()

    def _exit(status: int) -> NoReturn:
        if status == 0 and os.getpid() == process:
            report()
        END(status)

    def on_event(event: str, _: tuple[Any, ...]) -> None:
        if event == "os.exec" and os.getpid() == process:
            report()

    vars(os)["_exit"] = _exit
    sys.addaudithook(on_event)
