"""Memoizes functions by the identity of their arguments: after one edit, nearly all results can be reused."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

Things = ParamSpec("Things")
Made = TypeVar("Made")


def memoized(
    name: Callable[..., Hashable],
) -> Callable[[Callable[Things, Made]], Callable[Things, Made]]:
    """A decorator that keeps the latest result for each name. The result is reused if every argument is the same
    object as before, or an equal frozenset.

    name: computes the name from the arguments. Entries are not hashable, and comparing them would take as long as
    the work to be saved. An unchanged file is read as the same object (`stages/load`), so identity is enough.
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
