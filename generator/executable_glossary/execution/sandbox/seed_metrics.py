"""Collects the metrics of each seed from a run that measured several seeds together."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from .metrics import MOST_METRICS, TOO_MANY, collect_metrics, flatten, unreadable


def collect_all_metrics(names: Mapping[str, Any], seeds: Sequence[int]) -> Mapping[str, Any]:
    """The values that `collect_metrics` returns, with the metrics of the first seed, and `by_seed`: the metrics of
    each seed, in the order of `seeds`.

    seeds: the seeds that the run measured together; if empty, `by_seed` is empty. A metric is a number, which is
    the same for every seed, or a list, tuple, array, or tensor of numbers in the order of `seeds`.
    """
    metrics = names.get("metrics", {})
    if not seeds or not isinstance(metrics, Mapping):
        return {**collect_metrics(names), "by_seed": []}
    try:
        values, rejected = _values_by_seed(metrics, seeds)
    except Exception as error:  # from the values' own methods
        values, rejected = {}, {"metrics": unreadable(error)}
    parts = [
        collect_metrics({**names, "metrics": {name: value[at] for name, value in values.items()}})
        for at in range(len(seeds))
    ]
    reasons = _reasons(seeds, [part["rejected"] for part in parts])
    return {**parts[0], "rejected": {**reasons, **rejected}, "by_seed": [part["metrics"] for part in parts]}


def _values_by_seed(
    metrics: Mapping[str, Any], seeds: Sequence[int]
) -> tuple[Mapping[str, Sequence[Any]], Mapping[str, str]]:
    """The values of each metric, one for each seed, and the reasons to reject other metrics, keyed by dotted name."""
    values: dict[str, Sequence[Any]] = {}
    rejected: dict[str, str] = {}
    found = list(islice(flatten(metrics), MOST_METRICS + 1))
    if len(found) > MOST_METRICS:
        return {}, {"metrics": TOO_MANY}
    for name, value in found:
        dimensions = _dimensions(value)
        items = _items(value) if dimensions == 1 else [value] * len(seeds)
        if dimensions > 1:
            rejected[name] = f"it has {dimensions} dimensions instead of one number for each seed"
        elif len(items) != len(seeds):
            rejected[name] = f"it has {_counted(len(items), 'value')} for {_counted(len(seeds), 'seed')}"
        else:
            values[name] = items
    return values, rejected


def _dimensions(value: Any) -> int:
    """1 for a list or tuple; the number of dimensions of an array or tensor; 0 for anything else."""
    if isinstance(value, list | tuple):
        return 1
    with contextlib.suppress(Exception):
        return int(value.ndim) if callable(value.tolist) else 0
    return 0


def _items(value: Any) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    with contextlib.suppress(Exception):
        return list(value.tolist())
    return ()


def _reasons(seeds: Sequence[int], rejected: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """The reasons why metrics were rejected, keyed by metric name. If the reasons differ between seeds, only the first
    one is included, with its seed."""
    reasons: dict[str, str] = {}
    for name in dict.fromkeys(name for part in rejected for name in part):
        at = next(at for at, part in enumerate(rejected) if name in part)
        everywhere = all(part.get(name) == rejected[at][name] for part in rejected)
        reasons[name] = rejected[at][name] if everywhere else f"seed {seeds[at]}: {rejected[at][name]}"
    return reasons


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
