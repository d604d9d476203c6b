"""Memoizes functions by the identity of their arguments. After an edit, nearly all results can be reused."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


# Entries are not hashable, and comparing them would take as long as recomputing the result. An unchanged file is loaded
# as the same object (`stages/load`), so comparing identities is enough.
def memoized(
    name: Callable[..., Hashable],
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """A decorator that keeps the latest result for each name. The function `name` computes the name from the arguments.

    The result is reused if every argument is the same object as before, or an equal frozenset.
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        latest: dict[Hashable, tuple[tuple[object, ...], Result]] = {}

        @wraps(function)
        def memoized_function(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            key, arguments = name(*args, **kwargs), (*args, *kwargs.values())
            cached = latest.get(key)
            if cached is None or not _same(cached[0], arguments):
                latest[key] = cached = (arguments, function(*args, **kwargs))
            return cached[1]

        return memoized_function

    return decorate


def _same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return len(before) == len(now) and all(map(_is_same, before, now))


def _is_same(before: object, now: object) -> bool:
    return before is now or (isinstance(before, frozenset) and before == now)
