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
from itertools import islice
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
NAME = re.compile(r"[^\W\d]\w*")
LARGEST, LONGEST_NAME = 1e100, 200  # the same limits as in model/run.py
MOST_METRICS, MOST_CAPTIONS = 2_000, 500  # the same limits as in model/run.py
MOST_LEVELS = 50  # of nested dicts in `metrics`
TOO_MANY = f"it contains more than {MOST_METRICS:,} values"
LONGEST_MESSAGE = 2000  # characters
# The part of a program's standard error in a message: bytes that are searched, lines, and characters per line.
MAX_ERRORS, LAST_LINES, LONGEST_LINE = 10_000, 3, 200


def collect_metrics(names: Mapping[str, Any]) -> Mapping[str, Any]:
    """The valid values in an example's global variables `metrics` and `figures`.

    A variable that merely shares the name, such as an imported module, is ignored. Returns
    {"metrics": {dotted name: number}, "rejected": {name: reason}, "captions": {figure: {"caption": text, "alt": text}}}.
    """
    try:
        metrics, rejected = _numbers(names.get("metrics"))
    except Exception as error:  # from the values' own methods
        metrics, rejected = {}, {"metrics": unreadable(error)}
    try:
        captions = _captions(names.get("figures", {}))
    except Exception as error:
        captions, rejected["figures"] = {}, unreadable(error)
    return {"metrics": metrics, "rejected": rejected, "captions": captions}


def _captions(figures: object) -> dict[str, dict[str, str]]:
    found = figures if isinstance(figures, Mapping) else {}
    items = islice(found.items(), MOST_CAPTIONS)
    texts = {str(name): dict(text) for name, text in items if isinstance(text, Mapping)}
    parts = ("caption", "alt")
    return {name: {part: str(text.get(part, "")) for part in parts} for name, text in texts.items()}


def describe_failure(error: BaseException, script: str, first: int, errors: Path) -> Mapping[str, Any]:
    """Print the traceback to standard error; return the exception's type and message on one line, the line number in
    the script, and whether memory ran out.

    first: the line to report if the actual one is unknown. errors: the file that contains the cell's standard error. For
    an error in a worker process, the line is the one that the worker was executing. If a program failed, the message
    ends with the last lines of the program's standard error.
    """
    text = failure_text(error)
    memory = isinstance(error, MemoryError) or "can't allocate memory" in text
    program = _errors_of_program(error, errors)  # before the traceback is printed to the same file
    try:
        message, line = _message_and_line(error, script)
    except BaseException:  # from the exception's own methods
        _print(f"{text}\n")
        message, line = text, 0
    message = f"{message.removesuffix('.')}{program}" if program else message
    return {"message": message, "line": line or first, "memory": memory}


def _message_and_line(error: BaseException, script: str) -> tuple[str, int]:
    """Print the traceback; return the message and the line (0 if it is unknown)."""
    raised = traceback.TracebackException.from_exception(error)
    # Frames from this package mean nothing to the author of an example.
    own = next((at for at, frame in enumerate(raised.stack) if frame.filename == script), len(raised.stack))
    lines = [frame.lineno for frame in raised.stack if frame.filename == script]
    _remove_own_frames(raised, own)
    _print("".join(raised.format()))
    known = lines[-1] if lines else getattr(error, "lineno", None)
    line = _line_in_worker(error, script) or (known if isinstance(known, int) else 0)
    return _message(raised)[:LONGEST_MESSAGE], line


def failure_text(error: BaseException) -> str:
    """The exception's type and message on one line, even if the exception cannot produce its message."""
    try:
        text = " ".join(str(error).split())[:LONGEST_MESSAGE]
    except BaseException as other:
        text = f"its message raised {type(other).__name__}"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _print(text: str) -> None:
    """Write to standard error, even if the script has closed or replaced it."""
    for stream in (sys.stderr, sys.__stderr__):
        with contextlib.suppress(Exception):
            if stream is not None:
                stream.write(text)
                stream.flush()
                return


def _errors_of_program(error: BaseException, errors: Path) -> str:
    """The last lines that a program wrote to standard error before `subprocess` reported that it failed; empty for other
    exceptions."""
    subprocess = sys.modules.get("subprocess")
    if subprocess is None or not isinstance(error, subprocess.SubprocessError):
        return ""
    said: Any = getattr(error, "stderr", None)
    with contextlib.suppress(OSError):
        said = said or errors.read_bytes()[-MAX_ERRORS:]
    said = said or getattr(error, "output", None) or ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    lines = [line.strip()[:LONGEST_LINE] for line in text.splitlines() if line.strip()][-LAST_LINES:]
    return f"; standard error ended with: {' | '.join(lines)}" if lines else ""


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
    values = list(islice(flatten(found), MOST_METRICS + 1)) if _is_ours(found) else []
    if len(values) > MOST_METRICS:
        return {}, {"metrics": TOO_MANY}
    for name, written in values:
        if name in metrics or name in rejected:
            metrics.pop(name, None)
            rejected[name] = "two metrics have this name"
            continue
        number, reason = _number(name, written)
        if reason:
            rejected[name] = reason
        else:
            metrics[name] = number
    return metrics, rejected


def _number(name: str, written: Any) -> tuple[Any, str]:
    """The number that was written, and the reason to reject it; empty if there is none."""
    try:
        value = _unwrapped(written)
        if reason := _reason_to_reject(name, value):
            return None, reason
        number = int(value) if isinstance(value, numbers.Integral) else float(value)
        return number, _reason_to_reject(name, number)
    except Exception as error:
        return None, unreadable(error)


def unreadable(error: Exception) -> str:
    """Why a part of `metrics` or `figures` was rejected, if one of its own methods raised an exception."""
    return f"reading it raised {failure_text(error)}"


def _is_ours(metrics: object) -> bool:
    """Whether a global variable called `metrics` contains an example's metrics. It does if it is a mapping, unless it
    contains only functions, classes, or modules, as in `{"accuracy": accuracy_score}`."""
    if not isinstance(metrics, Mapping):
        return False
    return not metrics or any(not _is_code(value) for _, value in flatten(metrics))


def _is_code(value: object) -> bool:
    return callable(value) or isinstance(value, ModuleType)


def _contains_numbers(value: object) -> bool:
    """Whether a value is a number, an array, or a list of these, in which case its author must have meant it as
    metrics."""
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
            # `item` of a masked number returns the number that the mask hides.
            return Unreadable("it is masked, so it has no value") if _is_masked(value) else value.item()
    return value


def _is_masked(value: Any) -> bool:
    return bool(getattr(value, "mask", False))


def _quoted(value: object) -> str:
    return " ".join(pprint.saferepr(value)[:60].split())


class Unreadable:
    """Stands for a part of `metrics` that is not a number. reason: why it cannot be read."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def flatten(value: object, name: str = "", outer: tuple[object, ...] = ()) -> Iterator[tuple[str, Any]]:
    """`{"a": {"b": 1}}` → `("a.b", 1)`. name: the name of the value itself. outer: the dicts that contain it."""
    if not isinstance(value, Mapping):
        yield name, value
    elif any(value is each for each in outer):
        yield name, Unreadable("it contains itself")
    elif len(outer) == MOST_LEVELS:
        yield name, Unreadable(f"it is nested more than {MOST_LEVELS} levels deep")
    else:
        try:
            items = [(str(key), inner) for key, inner in value.items()]
        except Exception as error:
            yield name or "metrics", Unreadable(unreadable(error))
            return
        for key, inner in items:
            yield from flatten(inner, f"{name}.{key}" if outer else key, (*outer, value))


def _reason_to_reject(name: str, value: Any) -> str:
    if isinstance(value, Unreadable):
        return value.reason
    if len(name) > LONGEST_NAME:
        return f"its name is longer than {LONGEST_NAME} characters"
    for part in name.split("."):
        if (
            not (part.isidentifier() and NAME.fullmatch(part))
            or keyword.iskeyword(part)
            or part.startswith("_")
        ):
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
