"""What a run measured, and how a cell failed: plain values for the report."""

from __future__ import annotations

import keyword
import math
import numbers
import pprint
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# Names under which a statistic over seeds is asked for: a metric of that name could not be reached.
RESERVED = frozenset({"std", "min", "max", "n", "values"})
LARGEST, LONGEST_NAME = 1e100, 200  # as the builder reads them: see model/run.py


def measured(names: Mapping[str, Any]) -> Mapping[str, Any]:
    """The globals `metrics` and `figures`, as far as they are what they ought to be."""
    metrics: dict[str, int | float] = {}
    rejected: dict[str, str] = {}
    for name, value in _flat(names.get("metrics", {}), ""):
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


def failure(error: BaseException, script: str, first: int) -> Mapping[str, Any]:
    """What was raised and at which line of the script; the traceback goes where Python puts it."""
    shown = traceback.TracebackException.from_exception(error)
    # Our own frames say nothing to the author of an example.
    own = next((at for at, frame in enumerate(shown.stack) if frame.filename == script), len(shown.stack))
    lines = [frame.lineno for frame in shown.stack if frame.filename == script]
    _without_ours(shown, own)
    sys.stderr.write("".join(shown.format()))
    said = "".join(shown.format_exception_only()).strip().splitlines()[-1]
    return {
        "message": said,
        "line": lines[-1] if lines else getattr(error, "lineno", None) or first,
        "memory": isinstance(error, MemoryError) or "can't allocate memory" in str(error),
    }


def _without_ours(shown: traceback.TracebackException | None, first: int) -> None:
    """Takes out the frames above the example, and those of the watch over its imports, of causes too."""
    while shown is not None:
        del shown.stack[:first]
        shown.stack[:] = [frame for frame in shown.stack if Path(frame.filename).parent != HERE]
        shown, first = shown.__cause__ or shown.__context__, 0


def _flat(value: object, name: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        yield name, value
        return
    for key, inner in value.items():
        yield from _flat(inner, f"{name}.{key}" if name else str(key))


def _reason_to_reject(name: str, value: Any) -> str:
    if len(name) > LONGEST_NAME:
        return f"its name is longer than {LONGEST_NAME} characters"
    for part in name.split(".") if name else ():
        if not part.isidentifier() or keyword.iskeyword(part) or part.startswith("_"):
            return f'"{part}" is not a name that an expression can use'
        if part in RESERVED:
            return f'"{part}" is the name of a statistic over seeds'
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return f"{pprint.saferepr(value)[:60]} is not a number but {type(value).__name__}"
    size: Any = value  # a Real has an order, which its type does not say
    if not -LARGEST <= size <= LARGEST:
        finite = -math.inf < size < math.inf
        return f"it is larger than {LARGEST:g}" if finite else f"{value} is not a finite number"
    return ""
