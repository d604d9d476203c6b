"""What a JSON file holds, read from one: every field that it has, by the path that leads there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any


def json_fields(content: bytes) -> tuple[str, ...]:
    """`{"runs": [{"seed": 0}]}` → "runs", "runs[].seed". Keys that are data themselves are no fields."""
    return tuple(_below("", [json.loads(content)]))


def _below(path: str, values: Sequence[Any]) -> Iterator[str]:
    """The fields of all dicts that stand at one place, and of what stands in those."""
    dicts = [value for value in values if isinstance(value, dict)]
    if _are_data(dicts):
        return
    for name in dict.fromkeys(name for each in dicts for name in each):
        where = f"{path}.{name}" if path else name
        inner = [each[name] for each in dicts if name in each]
        yield where
        yield from _below(where, inner)
        yield from _below(
            f"{where}[]", [each for value in inner if isinstance(value, list) for each in value]
        )


def _are_data(dicts: Sequence[dict[str, Any]]) -> bool:
    """Whether keys name what is told of, as metrics do: they differ from one to the next."""
    return len({frozenset(each) for each in dicts}) > 1
