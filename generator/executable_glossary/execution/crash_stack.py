"""What was being executed when a run was ended or crashed, out of the dump that faulthandler wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from executable_glossary.model.run import Outcome, Output

LONGEST_CHAIN = 5
Stack = tuple[tuple[str, int], ...]


INSIDE = Path(__file__).with_name("sandbox")


def whole_stack(dump: str) -> str:
    """All that was dumped, our own frames left out."""
    return "".join(line for line in dump.splitlines(keepends=True) if str(INSIDE) not in line)


def script_stack(dump: str, script: Path) -> Stack:
    """Function and line, the innermost first, of the script's own frames."""
    current = dump.partition("Current thread")[2].partition("\n\n")[0] or dump
    frames = re.findall(rf'File "{re.escape(str(script))}", line (\d+) in (.+)', current)
    return tuple((name, int(line)) for line, name in frames)


def with_stack(outputs: tuple[Output, ...], outcome: Outcome, dump: str) -> tuple[Output, ...]:
    """A run that hangs did not print where: with its last cell that stands where a traceback would."""
    frames = "".join(line for line in dump.splitlines(keepends=True) if line.startswith("  File"))
    if outcome != "timed out" or not outputs or not frames:
        return outputs
    *before, last = outputs
    shown = f"{last.errors}Still running; the stack was (most recent call first):\n{frames}"
    return (*before, replace(last, errors=shown))


def where(stack: Stack) -> str:
    """`, in fetch (line 12), called in line 30`; empty if nothing is known."""
    if not stack:
        return ""
    (name, line), *callers = stack
    place = f"line {line}" if name == "<module>" else f"{name} (line {line})"
    called = "".join(f", called in line {caller}" for _, caller in callers[:LONGEST_CHAIN])
    return f", in {place}{called}"
