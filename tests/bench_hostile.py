"""Measures how much longer a check takes on text designed to slow it down: 100 kB of a few characters, repeated.

Run with `make bench-hostile`. It prints the time relative to ordinary text and relative to half of the same text:
2 if the time grows linearly, 4 if it grows quadratically. The slowest patterns for each place are shown.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path

from slow_texts import LENGTH, PARTS, PLACES, SIGNS, seconds_of

HONEST = "Some words are here. "
SHOWN = 8


def main() -> None:
    print(f"{'place':24}{'signs':14}  CPU s  × honest  × half")
    for place in PLACES:
        with tempfile.TemporaryDirectory() as name:
            measure_place(place, Path(name))


def measure_place(place: str, folder: Path) -> None:
    numbers = itertools.count()

    def shortest(signs: str, length: int = LENGTH) -> float:
        """The shortest of three times, because other load only adds to it. No text repeats, because results for
        known texts are cached."""
        texts = ((folder / str(number), length - PARTS * number) for number in itertools.islice(numbers, 3))
        return min(seconds_of(root, place, signs, shorter) for root, shorter in texts)

    honest = shortest(HONEST)
    for signs, seconds in worst(shortest):
        half = seconds / shortest(signs, LENGTH // 2)
        print(f"{place:24}{signs!r:14}{seconds:7.2f}{seconds / honest:10.1f}{half:8.1f}", flush=True)


def worst(seconds: Callable[[str], float]) -> list[tuple[str, float]]:
    took = {signs: seconds(signs) for signs in SIGNS}
    return sorted(took.items(), key=lambda pattern: -pattern[1])[:SHOWN]


if __name__ == "__main__":
    main()
