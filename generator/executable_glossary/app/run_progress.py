"""Shows how far the runs are: on a terminal, in one line that is rewritten; elsewhere, in a line per finished example."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from executable_glossary.model.run import Pulse, RunEvent
from executable_glossary.model.run_tally import RunTally
from executable_glossary.model.terminal_text import single_line

BAR = 20  # the width of the bar, in characters
SILENCE = 30.0  # the most seconds without a line where lines are not rewritten
COLUMNS = 80  # of a terminal of unknown width


class RunProgress:
    """Receives the events of runs and writes to a stream: standard error, to keep progress separate from results."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream or sys.stderr, clock
        self._rewrites = _is_terminal(self._stream)
        self._tally: RunTally | None = None
        self._width, self._written = 0, 0.0

    def __call__(self, event: RunEvent | Pulse) -> None:
        now = self._clock()
        if event is Pulse.ENDED:
            self._rewrite("")
            self._tally = None
            return
        if self._tally is None:
            self._tally, self._written = RunTally(now), now
        if isinstance(event, RunEvent):
            self._tally.add(event, now)
        if self._rewrites:
            self._rewrite(live_line(self._tally, now, _columns(self._stream)))
        else:
            self._add_line(self._tally, event, now)

    def _rewrite(self, line: str) -> None:
        """Replace the last line. An empty line leaves the cursor where the last one began."""
        if self._rewrites and (line or self._width):
            self._stream.write(f"\r{line.ljust(self._width)}" + ("" if line else "\r"))
            self._stream.flush()
            self._width = len(line)

    def _add_line(self, tally: RunTally, event: RunEvent | Pulse, now: float) -> None:
        line = finished_line(tally, event, now) if isinstance(event, RunEvent) and event.outcome else ""
        if not line and now - self._written >= SILENCE:
            line = f"{_state(tally, now)}; running: {_names(tally)}"
        if line:
            self._stream.write(f"{single_line(line)}\n")
            self._stream.flush()
            self._written = now


def live_line(tally: RunTally, now: float, columns: int) -> str:
    """`[#####---------------] 12 of 59 runs, about 9 minutes left: rate (seed 0)`, cut to fit."""
    done = int(BAR * tally.share(now))
    names = f": {_names(tally)}" if tally.running else ""
    line = single_line(f"[{'#' * done}{'-' * (BAR - done)}] {_state(tally, now, 'runs')}{names}")
    return line if len(line) < columns else f"{line[: columns - 4]}..."


def finished_line(tally: RunTally, event: RunEvent, now: float) -> str:
    """`rate: passed after 61.2 s; 12 of 59 runs done, about 9 minutes left`; empty if the example has not finished."""
    ended = tally.ended_runs(event.example)
    if not ended:
        return ""
    outcomes = ", ".join(dict.fromkeys(run.outcome or "" for run in ended))
    seconds = sum(run.seconds for run in ended)
    return f"{event.example}: {outcomes} after {seconds:.1f} s; {_state(tally, now)}"


def _state(tally: RunTally, now: float, what: str = "runs done") -> str:
    done, total = len(tally.ended), tally.total
    left = tally.seconds_left(now) if done < total else None
    return f"{done} of {total} {what}{'' if left is None else f', {_left(left)}'}"


def _left(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute left"
    if minutes < 90:
        return f"about {minutes} minute{'' if minutes == 1 else 's'} left"
    return f"about {seconds / 3600:.1f} hours left"


def _names(tally: RunTally) -> str:
    return ", ".join(event.run for event in tally.running)


def _is_terminal(stream: TextIO) -> bool:
    """Whether a line on the stream can be rewritten. The log of a CI job keeps everything that was ever written."""
    return stream.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


def _columns(stream: TextIO) -> int:
    with suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns or COLUMNS
    return COLUMNS
