"""Remembers what was made of things that are the same as last time: after one edit, that is nearly all of a glossary."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

Things = ParamSpec("Things")
Made = TypeVar("Made")


def memoized(
    name: Callable[..., Hashable],
) -> Callable[[Callable[Things, Made]], Callable[Things, Made]]:
    """Keeps the latest result for each name. It stands as long as every argument is the very same object, or a
    set of names that holds the same names.

    Entries cannot be hashed, and comparing them costs what is to be saved. A file that did not change is
    read as the same object (`stages/load`), so to look whether it is the same one is enough.
    """

    def decorate(make: Callable[Things, Made]) -> Callable[Things, Made]:
        latest: dict[Hashable, tuple[tuple[object, ...], Made]] = {}

        @wraps(make)
        def made(*things: Things.args, **named: Things.kwargs) -> Made:
            key, around = name(*things, **named), (*things, *named.values())
            kept = latest.get(key)
            if kept is None or not _same(kept[0], around):
                latest[key] = kept = (around, make(*things, **named))
            return kept[1]

        return made

    return decorate


def _same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return len(before) == len(now) and all(map(_is_same, before, now))


def _is_same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, frozenset) and one == other)
