"""State that a run would inherit from the fork server although a new process would have its own.

Generators of random numbers can be seeded anew in each run. Open files, sockets, and shared memory can't be renewed, so the
packages that leave any open when they are imported must not be preloaded.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

# What packages call the generator that their functions use.
DEFAULT = "default_generator"


class UnseededGenerators:
    """The random number generators that packages have created without a seed. Each is different in every process."""

    def __init__(self) -> None:
        self._of_python: WeakSet[random.Random] = WeakSet()
        self._of_others: list[Any] = []

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Note the generators that are created meanwhile."""
        drawn: set[int] = set()
        seed, draw = random.Random.seed, random.SystemRandom.getrandbits
        generators = self._of_python

        def noted_seed(generator: random.Random, a: Any = None, *args: Any, **options: Any) -> None:
            (generators.add if a is None else generators.discard)(generator)
            seed(generator, a, *args, **options)

        def noted_draw(source: random.SystemRandom, k: int) -> int:
            number = draw(source, k)
            drawn.add(number)
            return number

        random.Random.seed = noted_seed  # type: ignore[assignment, method-assign]
        random.SystemRandom.getrandbits = noted_draw  # type: ignore[assignment, method-assign]
        try:
            yield
        finally:
            random.Random.seed = seed  # type: ignore[method-assign]
            random.SystemRandom.getrandbits = draw  # type: ignore[method-assign]
        # numpy draws a large random number for a generator without a seed. Its objects have no other common sign.
        if drawn:
            self._of_others = [each for each in gc.get_objects() if _number(each) in drawn]

    def seed(self) -> None:
        """Seed the generators anew, as a new process would."""
        for generator in self._of_python:
            generator.seed()
        for bits in self._of_others:
            bits.state = type(bits)().state
        for module in [*sys.modules.values()]:
            default = vars(module).get(DEFAULT) if "." not in getattr(module, "__name__", ".") else None
            if callable(seed := getattr(default, "seed", None)):
                seed()


class SharedResources:
    """What this process has open that forked processes would share: files, with their positions, sockets, and memory."""

    def __init__(self) -> None:
        self._before = _shared()

    def has_more(self) -> bool:
        """Whether there are more than before."""
        return bool(_shared() - self._before)


def _number(value: object) -> int | None:
    """The number from which numpy derived the state of a bit generator; None for all other objects."""
    if not str(type(value).__module__).startswith("numpy.random"):
        return None
    number = getattr(getattr(value, "seed_seq", None), "entropy", None)
    return number if isinstance(number, int) else None


def _shared() -> set[tuple[str, str]]:
    """The descriptors, except those of devices such as /dev/urandom, and the memory that forked processes can write to."""
    found = set()
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc/self/fd"):
            with contextlib.suppress(OSError):
                if not stat.S_ISCHR(os.fstat(int(name)).st_mode):
                    found.add((name, os.readlink(f"/proc/self/fd/{name}")))
        lines = Path("/proc/self/maps").read_text().splitlines()
        found |= {("memory", line) for line in lines if line.split(maxsplit=2)[1] == "rw-s"}
    return found
