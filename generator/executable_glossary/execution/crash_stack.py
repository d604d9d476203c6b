"""Reads the stack that faulthandler wrote when a run timed out or crashed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from executable_glossary.model.run import Outcome, Output

MAX_CALLERS = 5
Stack = tuple[tuple[str, int], ...]
SANDBOX = Path(__file__).with_name("sandbox")
_OWN = re.escape(str(SANDBOX))
# In a dump of faulthandler, frames have no source lines.
_OWN_FRAME = re.compile(rf'^  File "{_OWN}/[^"\n]+", line \d+,? in .*\n(?:    .*\n)*', re.MULTILINE)
_OWN_WARNING = re.compile(rf"^{_OWN}/[^:\n]+:\d+: (?P<warning>\w+: .*\n)(?:  .*\n)?", re.MULTILINE)


def without_sandbox_frames(dump: str) -> str:
    """The dump without the sandbox's own frames."""
    return "".join(line for line in dump.splitlines(keepends=True) if str(SANDBOX) not in line)


def without_own_frames(text: str) -> str:
    """Text that a script printed, without the frames of the program that runs it: Python prints the whole stack for a
    logging error. A warning about our code, as about the caller of a script, gets the place that Python shows."""
    return _OWN_WARNING.sub(r"sys:1: \g<warning>", _OWN_FRAME.sub("", text)) if str(SANDBOX) in text else text


def script_stack(dump: str, script: Path) -> Stack:
    """Function name and line of each frame in the script, innermost first."""
    current = dump.partition("Current thread")[2].partition("\n\n")[0] or dump
    frames = re.findall(rf'File "{re.escape(str(script))}", line ([0-9]{{1,9}}) in (.+)', current)
    return tuple((name, int(line)) for line, name in frames)


def with_stack(outputs: tuple[Output, ...], outcome: Outcome, dump: str) -> tuple[Output, ...]:
    """Append the stack of a run that timed out to its last cell's error output, where a traceback would appear."""
    frames = "".join(line for line in dump.splitlines(keepends=True) if line.startswith("  File"))
    if outcome != "timed out" or not outputs or not frames:
        return outputs
    *before, last = outputs
    errors = f"{last.errors}Still running; the stack was (most recent call first):\n{frames}"
    return (*before, replace(last, errors=errors))


def describe_stack(stack: Stack) -> str:
    """The stack in words, such as `, in fetch (line 12), called on line 30`; empty for an empty stack."""
    if not stack:
        return ""
    (name, line), *callers = stack
    location = f"on line {line}" if name == "<module>" else f"in {name} (line {line})"
    called = "".join(f", called on line {caller}" for _, caller in callers[:MAX_CALLERS])
    return f", {location}{called}"
