"""Shows plotly's figures, which need scripts: as a picture if kaleido is installed, otherwise in words."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Mapping
from typing import Any

MAX_TRACES = 20
# The properties of a trace that contain its points.
POINTS = ("x", "y", "z", "r", "a", "lat", "lon", "values", "labels", "locations", "open")


def is_plotly(value: object) -> bool:
    """Whether the value is a figure of plotly."""
    return any(
        base.__name__ == "BaseFigure" and base.__module__.startswith("plotly.")
        for base in type(value).__mro__
    )


def picture_of(figure: Any) -> bytes:
    """The figure as PNG; empty if kaleido, which draws it, is not installed. If it fails, the reason is written to standard
    error."""
    try:
        if importlib.util.find_spec("kaleido") is None:
            return b""
        if isinstance(figure, dict):
            figure = sys.modules["plotly.graph_objects"].Figure(figure)
        return bytes(figure.to_image("png"))
    except Exception as error:
        print(f"{type(figure).__name__}.to_image: {type(error).__name__}: {error}", file=sys.stderr)
    return b""


def summary_of(figure: Any, between: str = "; ") -> str:
    """The kind of the figure, and the kind, name, and number of points of each trace."""
    kind = "Figure" if isinstance(figure, dict) else type(figure).__name__
    try:
        content = figure if isinstance(figure, Mapping) else figure.to_plotly_json()
        traces = tuple(content.get("data", ()))
        parts = [_trace(trace) for trace in traces[:MAX_TRACES]]
    except Exception:
        return f"plotly {kind}"
    rest = [f"and {len(traces) - MAX_TRACES} more"] if len(traces) > MAX_TRACES else []
    return between.join((f"plotly {kind}{_title(content)}", *parts, *rest))


def _title(content: Mapping[str, Any]) -> str:
    title = content.get("layout", {}).get("title", "")
    text = title.get("text", "") if isinstance(title, Mapping) else title
    return f' "{text}"' if text else ""


def _trace(trace: Any) -> str:
    properties = trace if isinstance(trace, Mapping) else trace.to_plotly_json()
    name = f' "{properties["name"]}"' if properties.get("name") else ""
    count = max((_count(properties[part]) for part in POINTS if part in properties), default=0)
    points = f": {count:,} point{'s' if count != 1 else ''}" if count else ""
    return f"{properties.get('type', 'scatter')}{name}{points}"


def _count(values: Any) -> int:
    """The number of points, which can be in rows."""
    size = getattr(values, "size", None)
    if isinstance(size, int):
        return size
    if not isinstance(values, Iterable) or isinstance(values, str | Mapping):
        return 0
    return sum(len(row) if isinstance(row, list | tuple) else 1 for row in values)
