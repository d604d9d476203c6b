"""Compares two values from YAML, and finds the smallest parts that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, NamedTuple

LONGEST, BEFORE = 300, 60  # characters of a value, and of those before the first difference
# Longer lists are not searched for moved items, which takes quadratic time.
MOST_ITEMS = 500
MISSING: Any = object()
Written = Callable[[Any], str]


class ValueChange(NamedTuple):
    """A part that differs, with the path to it, such as `plugins.glossary.runs`. A side that lacks it is empty."""

    key: str
    before: str
    after: str


def value_changes(
    before: Any, after: Any, written: Written, deepest: int, key: str = ""
) -> Iterator[ValueChange]:
    """The parts that differ, in the order of the later value. The order of a mapping's keys does not matter.

    written: the text of a value, which is different for different values. deepest: how many levels to look at; what is
    nested more deeply is compared as a whole. MISSING stands for a value that a side lacks.
    """
    old, new = _text(before, written), _text(after, written)
    if old == new:
        return
    pairs = _pairs(before, after, written) if key.count(".") < deepest else ()
    if key and not pairs:
        yield ValueChange(key, old, new)
    for name, was, now in pairs:
        yield from value_changes(was, now, written, deepest, f"{key}.{name}" if key else name)
    orders = [", ".join(map(str, names)) for names in _orders(before, after)]
    if len(set(orders)) > 1:
        yield ValueChange(f"{key} (order)", *orders)


def side_by_side(before: str, after: str) -> tuple[str, str]:
    """Both texts, shortened so that what differs between them is visible."""
    if max(len(before), len(after)) <= LONGEST:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    differs = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    start = max(0, differs - BEFORE)
    return _part(before, start), _part(after, start)


def _part(text: str, start: int) -> str:
    more = len(text) - start - LONGEST
    rest = f"… ({more:,} more characters)" if more > 0 else ""
    return f"{'…' if start and text else ''}{text[start : start + LONGEST]}{rest}"


def _text(value: Any, written: Written) -> str:
    return "" if value is MISSING else written(value)


def _pairs(before: Any, after: Any, written: Written) -> Sequence[tuple[str, Any, Any]]:
    """The members of both values under a common name; none if one of the values cannot have any."""
    sides = [side for side in (before, after) if side is not MISSING]
    if all(_named(side) is not None for side in sides):
        old, new = (_named(side) or {} for side in (before, after))
        return [
            (str(name), old.get(name, MISSING), new.get(name, MISSING))
            for name in dict.fromkeys((*new, *old))
        ]
    if all(isinstance(side, list) for side in sides):
        old, new = ([] if side is MISSING else side for side in (before, after))
        return list(_items(old, new, written))
    return ()


def _orders(before: Any, after: Any) -> Iterator[Sequence[Any]]:
    """The names that two lists of named items have in common, in the order of each; nothing for other values."""
    old, new = (_named(side) if isinstance(side, list) else None for side in (before, after))
    if old and new:
        yield from ([name for name in one if name in other] for one, other in ((old, new), (new, old)))


def _named(value: Any) -> Mapping[Any, Any] | None:
    """The members of a mapping, or of a list in which each item has its own name, such as plugins; None for any other
    value."""
    if not isinstance(value, list):
        return value if isinstance(value, Mapping) else None
    named = dict(map(_name, value)) if all(map(_has_name, value)) else {}
    only_words = value and all(isinstance(item, str) for item in value)
    return named if len(named) == len(value) and not only_words else None


def _has_name(item: Any) -> bool:
    return isinstance(item, str) or (isinstance(item, Mapping) and len(item) == 1)


def _name(item: Any) -> tuple[Any, Any]:
    return next(iter(item.items())) if isinstance(item, Mapping) else (item, True)


def _items(before: Sequence[Any], after: Sequence[Any], written: Written) -> Iterator[tuple[str, Any, Any]]:
    """The items that differ, in pairs. An item is named after its place in the later list, or by its own name."""
    for i, j, k, m in _differing(before, after, written):
        for number, (was, now) in enumerate(zip_longest(before[i:j], after[k:m], fillvalue=MISSING), k + 1):
            yield _pair(number, was, now)


def _differing(
    before: Sequence[Any], after: Sequence[Any], written: Written
) -> Iterator[tuple[int, int, int, int]]:
    """The beginning and the end of each range of items that differs, in both lists."""
    if len(before) + len(after) > MOST_ITEMS:
        yield 0, len(before), 0, len(after)
        return
    old, new = ([written(item) for item in side] for side in (before, after))
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield i, j, k, m


def _pair(number: int, before: Any, after: Any) -> tuple[str, Any, Any]:
    names = {str(_name(item)[0]) for item in (before, after) if isinstance(item, Mapping) and len(item) == 1}
    if len(names) == 1 and not isinstance(before, str) and not isinstance(after, str):
        old, new = (MISSING if item is MISSING else _name(item)[1] for item in (before, after))
        return names.pop(), old, new
    return str(number), before, after
