"""How much longer a check takes where a text is made to hold it up: 100 kB of a few signs over and over.

Run with `make bench-hostile`. Times as long as with honest words, and as with half of the same text: 2 where the
time grows with the text, 4 with its square. The worst of each place are shown.
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
            told(place, Path(name))


def told(place: str, folder: Path) -> None:
    numbers = itertools.count()

    def least(signs: str, length: int = LENGTH) -> float:
        """Of three: what else the machine does only adds. No text twice, for those that were seen are remembered."""
        texts = ((folder / str(number), length - PARTS * number) for number in itertools.islice(numbers, 3))
        return min(seconds_of(root, place, signs, shorter) for root, shorter in texts)

    honest = least(HONEST)
    for signs, seconds in worst(least):
        half = seconds / least(signs, LENGTH // 2)
        print(f"{place:24}{signs!r:14}{seconds:7.2f}{seconds / honest:10.1f}{half:8.1f}", flush=True)


def worst(seconds: Callable[[str], float]) -> list[tuple[str, float]]:
    took = {signs: seconds(signs) for signs in SIGNS}
    return sorted(took.items(), key=lambda one: -one[1])[:SHOWN]


if __name__ == "__main__":
    main()
