"""Lists the paths of all fields that occur in a JSON file."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any


def json_fields(content: bytes, named_freely: Collection[str] = ()) -> tuple[str, ...]:
    """The field paths: "runs" and "runs[].seed" for `{"runs": [{"seed": 0}]}`.

    named_freely: fields whose keys are data, such as metric names; these keys are not listed.
    """
    return tuple(_below("", [json.loads(content)], named_freely))


def _below(path: str, values: Sequence[Any], named_freely: Collection[str]) -> Iterator[str]:
    """The fields of all objects at a path, and of everything inside these objects."""
    dicts = [value for value in values if isinstance(value, dict)]
    for name in dict.fromkeys(name for each in dicts for name in each):
        where = f"{path}.{name}" if path else name
        yield where
        if name not in named_freely:
            inner = [each[name] for each in dicts if name in each]
            listed = [each for value in inner if isinstance(value, list) for each in value]
            yield from _below(where, inner, named_freely)
            yield from _below(f"{where}[]", listed, named_freely)
