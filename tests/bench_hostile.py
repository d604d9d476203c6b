"""Measures how much longer a check takes on text designed to slow it down: 100 kB of a few characters, repeated. Does the
same for values of runs and records with 300 kB, and for records with many metrics.

Run with `make bench-hostile`. For the slowest patterns in each place, it prints two ratios: the time relative to
ordinary text, and the time relative to half of the same text. The second ratio is about 2 if the time grows linearly,
and about 4 if it grows quadratically.
"""

from __future__ import annotations

import itertools
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from executable_glossary.execution.records import read_record, write_record
from executable_glossary.model.run import MOST_METRICS, Run
from executable_glossary.text.value_markup import value_markup
from slow_texts import LENGTH, PARTS, PLACES, SIGNS, seconds_of
from slow_values import CASES, VALUES

HONEST = "Some words are here. "
SHOWN = 8
VALUE_LENGTH = 300_000
HONEST_VALUE = "<table>{}</table>", "<tr><td>1</td></tr>"


def main() -> None:
    print(f"{'place':24}{'signs':14}  CPU s  × honest  × half")
    for place in PLACES:
        with tempfile.TemporaryDirectory() as name:
            measure_place(place, Path(name))
    measure_values()
    measure_records()


def measure_place(place: str, folder: Path) -> None:
    numbers = itertools.count()

    def shortest(signs: str, length: int = LENGTH) -> float:
        """The shortest of three times, because other load on the machine can only add to it. No text is used twice,
        because results for known texts are cached."""
        texts = ((folder / str(number), length - PARTS * number) for number in itertools.islice(numbers, 3))
        return min(seconds_of(root, place, signs, shorter) for root, shorter in texts)

    honest = shortest(HONEST)
    for signs, seconds in worst(shortest):
        half = seconds / shortest(signs, LENGTH // 2)
        print(f"{place:24}{signs!r:14}{seconds:7.2f}{seconds / honest:10.1f}{half:8.1f}", flush=True)


def measure_values() -> None:
    around, row = HONEST_VALUE
    honest = seconds_of_value(around.format(row * (VALUE_LENGTH // len(row))), "text/html")
    for media, name in CASES:
        whole, half = (VALUES[media][name](length) for length in (VALUE_LENGTH, VALUE_LENGTH // 2))
        seconds, less = seconds_of_value(whole, media), seconds_of_value(half, media)
        print(f"{name:38}{seconds:7.2f}{seconds / honest:10.1f}{seconds / less:8.1f}", flush=True)


def measure_records() -> None:
    """The time to read a record with many metrics, relative to one with as many as are allowed."""
    allowed = seconds_of_record(MOST_METRICS)
    for count in (10 * MOST_METRICS, 200 * MOST_METRICS):
        seconds, half = seconds_of_record(count), seconds_of_record(count // 2)
        print(
            f"{f'record with {count:,} metrics':38}{seconds:7.2f}{seconds / allowed:10.1f}{seconds / half:8.1f}"
        )


def seconds_of_record(count: int) -> float:
    """The shortest of three times."""
    run = Run("one", 0, "passed", date="2026-01-01T00:00:00+00:00")
    with tempfile.TemporaryDirectory() as name:
        write_record(Path(name), [run])
        file = Path(name) / "one.json"
        record = json.loads(file.read_text("utf-8"))
        record["runs"][0]["metrics"] = {f"n{number}": number for number in range(count)}
        file.write_text(json.dumps(record), "utf-8")

        def measured() -> float:
            began = time.process_time()
            read_record(Path(name), "one", "recorded")
            return time.process_time() - began

        return min(measured() for _ in range(3))


def seconds_of_value(value: str, media: str) -> float:
    """The shortest of three times. The scope differs, because results for known values are cached."""

    def measured(scope: str) -> float:
        began = time.process_time()
        value_markup(value, media, scope)
        return time.process_time() - began

    return min(measured(scope) for scope in "abc")


def worst(seconds: Callable[[str], float]) -> list[tuple[str, float]]:
    took = {signs: seconds(signs) for signs in SIGNS}
    return sorted(took.items(), key=lambda pattern: -pattern[1])[:SHOWN]


if __name__ == "__main__":
    main()
