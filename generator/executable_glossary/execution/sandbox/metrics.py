"""Collects the metrics and captions that an example defines, and describes how a cell failed, as plain values."""

from __future__ import annotations

import contextlib
import keyword
import linecache
import math
import numbers
import pprint
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# Names of statistics over seeds in expressions: a metric with such a name could not be accessed.
RESERVED = frozenset({"std", "min", "max", "n", "values"})
# The file that functions of the script have in a worker to which they were sent by value, for example by cloudpickle.
UNKNOWN_FILE = "<dynamic-code>"
LARGEST, LONGEST_NAME = 1e100, 200  # the same limits as in model/run.py


def collect_metrics(names: Mapping[str, Any]) -> Mapping[str, Any]:
    """The valid values in an example's globals `metrics` and `figures`.

    Returns {"metrics": {dotted name: number}, "rejected": {name: reason}, "captions": {figure: {"caption": text,
    "alt": text}}}.
    """
    metrics: dict[str, int | float] = {}
    rejected: dict[str, str] = {}
    for name, value in flatten(names.get("metrics", {}), ""):
        reason = _reason_to_reject(name, value)
        if reason:
            rejected[name or "metrics"] = reason
        else:
            metrics[name] = int(value) if isinstance(value, numbers.Integral) else float(value)
    figures = names.get("figures", {})
    captions = figures if isinstance(figures, Mapping) else {}
    texts = {str(name): dict(text) for name, text in captions.items() if isinstance(text, Mapping)}
    return {
        "metrics": metrics,
        "rejected": rejected,
        "captions": {
            name: {part: str(text.get(part, "")) for part in ("caption", "alt")}
            for name, text in texts.items()
        },
    }


def describe_failure(error: BaseException, script: str, first: int) -> Mapping[str, Any]:
    """Print the traceback to standard error; return the last line of the message, the line of the script, and
    whether memory ran out. first: the line to report if the actual line is unknown. The line of an error in a
    worker process is the one in the worker's code."""
    raised = traceback.TracebackException.from_exception(error)
    # Frames of this package mean nothing to the author of an example.
    own = next((at for at, frame in enumerate(raised.stack) if frame.filename == script), len(raised.stack))
    lines = [frame.lineno for frame in raised.stack if frame.filename == script]
    _remove_own_frames(raised, own)
    sys.stderr.write("".join(raised.format()))
    message = "".join(raised.format_exception_only()).strip().splitlines()[-1]
    return {
        "message": message,
        "line": _line_in_worker(error, script) or (lines or [getattr(error, "lineno", None) or first])[-1],
        "memory": isinstance(error, MemoryError) or "can't allocate memory" in str(error),
    }


def _line_in_worker(error: BaseException, script: str) -> int:
    """The script's line in a worker's traceback, which arrives as text: in the message, or in a cause that was never
    raised here and therefore has no traceback of its own. 0 if there is none."""
    cause = error.__cause__
    texts = (error, cause) if cause is not None and cause.__traceback__ is None else (error,)
    frame = re.compile(rf'File "({re.escape(script)}|{re.escape(UNKNOWN_FILE)})", line (\d+), in (\S+)')
    for text in texts:
        with contextlib.suppress(Exception):
            for file, line, name in reversed(frame.findall(str(text))):
                if file == script or _defines(script, name, int(line)):
                    return int(line)
    return 0


def _defines(script: str, name: str, line: int) -> bool:
    """Whether the script defines a function of this name on the line or above it."""
    definition = "lambda" if name == "<lambda>" else rf"def {re.escape(name)}\b"
    return any(re.search(definition, text) for text in linecache.getlines(script)[:line])


def _remove_own_frames(raised: traceback.TracebackException | None, first: int) -> None:
    """Remove the frames above the example and those of the import trace from the exception and its causes."""
    while raised is not None:
        del raised.stack[:first]
        raised.stack[:] = [frame for frame in raised.stack if Path(frame.filename).parent != HERE]
        raised, first = raised.__cause__ or raised.__context__, 0


def flatten(value: object, name: str) -> Iterator[tuple[str, Any]]:
    """`{"a": {"b": 1}}` → `("a.b", 1)`. `name` is the name of the value itself, which is empty for `metrics`."""
    if not isinstance(value, Mapping):
        yield name, value
        return
    for key, inner in value.items():
        yield from flatten(inner, f"{name}.{key}" if name else str(key))


def _reason_to_reject(name: str, value: Any) -> str:
    if len(name) > LONGEST_NAME:
        return f"its name is longer than {LONGEST_NAME} characters"
    for part in name.split(".") if name else ():
        if not part.isidentifier() or keyword.iskeyword(part) or part.startswith("_"):
            return f'"{part}" is not a name that an expression can use'
        if part in RESERVED:
            return f'"{part}" is the name of a statistic over seeds'
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return f"{pprint.saferepr(value)[:60]} is not a number; its type is {type(value).__name__}"
    size: Any = value  # real numbers are ordered, but `numbers.Real` does not declare it
    if not -LARGEST <= size <= LARGEST:
        finite = -math.inf < size < math.inf
        return f"it is larger than {LARGEST:g}" if finite else f"{value} is not a finite number"
    return ""
