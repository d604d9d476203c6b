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
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
# Statistics over seeds that expressions can use, as in `accuracy.std`. A metric with one of these names would be
# inaccessible.
RESERVED = frozenset({"std", "min", "max", "n", "values"})
# The file name in tracebacks of script functions that were sent to a worker by value, for example by cloudpickle.
UNKNOWN_FILE = "<dynamic-code>"
ERROR = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Exit|Interrupt)\b")
LARGEST, LONGEST_NAME = 1e100, 200  # the same limits as in model/run.py


def collect_metrics(names: Mapping[str, Any]) -> Mapping[str, Any]:
    """The valid values in an example's global variables `metrics` and `figures`.

    A variable that merely shares the name, such as an imported module, is ignored. Returns
    {"metrics": {dotted name: number}, "rejected": {name: reason}, "captions": {figure: {"caption": text, "alt": text}}}.
    """
    metrics, rejected = _numbers(names.get("metrics"))
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
    """Print the traceback to standard error; return the exception's type and message on one line, the line number in
    the script, and whether memory ran out. first: the line to report if the actual one is unknown. For an error in a
    worker process, the line is the one that the worker was executing."""
    raised = traceback.TracebackException.from_exception(error)
    # Frames of this package mean nothing to the author of an example.
    own = next((at for at, frame in enumerate(raised.stack) if frame.filename == script), len(raised.stack))
    lines = [frame.lineno for frame in raised.stack if frame.filename == script]
    _remove_own_frames(raised, own)
    sys.stderr.write("".join(raised.format()))
    return {
        "message": _message(raised),
        "line": _line_in_worker(error, script) or (lines or [getattr(error, "lineno", None) or first])[-1],
        "memory": isinstance(error, MemoryError) or "can't allocate memory" in str(error),
    }


def _message(raised: traceback.TracebackException) -> str:
    """The first line of the message, or the last one if that line is an error from another process."""
    # The lines before the message, such as those of a syntax error, are indented.
    text = next(text for text in raised.format_exception_only() if not text.startswith(" "))
    lines = text.strip().splitlines()
    return lines[-1] if ERROR.match(lines[-1]) else lines[0]


def _line_in_worker(error: BaseException, script: str) -> int:
    """The line of the script in a worker's traceback, which arrives as text: in the message, or in a cause that was not
    raised in this process and therefore has no traceback object. 0 if no such line is found."""
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


def _numbers(found: object) -> tuple[dict[str, int | float], dict[str, str]]:
    """The numbers in the variable `metrics`, keyed by dotted name, and the reasons to reject its other values."""
    metrics: dict[str, int | float] = {}
    rejected: dict[str, str] = {}
    if _contains_numbers(found):
        rejected["metrics"] = f"{_quoted(found)} is not a dict of numbers; its type is {type(found).__name__}"
    for name, written in flatten(found, "") if _is_ours(found) else ():
        value = _unwrapped(written)
        if reason := _reason_to_reject(name, value):
            rejected[name] = reason
        else:
            metrics[name] = int(value) if isinstance(value, numbers.Integral) else float(value)
    return metrics, rejected


def _is_ours(metrics: object) -> bool:
    """Whether a global variable called `metrics` contains an example's metrics: it is a mapping, but not one that
    contains only functions, classes, or modules, as in `{"accuracy": accuracy_score}`."""
    if not isinstance(metrics, Mapping):
        return False
    return not metrics or any(not _is_code(value) for _, value in flatten(metrics, ""))


def _is_code(value: object) -> bool:
    return callable(value) or isinstance(value, ModuleType)


def _contains_numbers(value: object) -> bool:
    """Whether a value is a number, an array, or a list of these, so its author must have meant it as metrics."""
    if isinstance(value, Mapping) or _is_code(value):
        return False
    items = value if isinstance(value, list | tuple | set | frozenset) else (value,)
    return any(_is_number(item) or _shape(item) is not None for item in items)


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _shape(value: Any) -> tuple[int, ...] | None:
    """The shape of an array or tensor; None for other values."""
    with contextlib.suppress(Exception):
        if isinstance(value.shape, tuple) and callable(value.item):
            return tuple(value.shape)
    return None


def _unwrapped(value: Any) -> Any:
    """The number in a zero-dimensional array or tensor; other values are returned unchanged."""
    if _shape(value) == ():
        with contextlib.suppress(Exception):
            return value.item()
    return value


def _quoted(value: object) -> str:
    return " ".join(pprint.saferepr(value)[:60].split())


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
    if not _is_number(value):
        return f"{_quoted(value)} is not a number; its type is {type(value).__name__}"
    size: Any = value  # real numbers are ordered, but `numbers.Real` does not say so
    if not -LARGEST <= size <= LARGEST:
        finite = -math.inf < size < math.inf
        return f"it is larger than {LARGEST:g}" if finite else f"{value} is not a finite number"
    return ""
