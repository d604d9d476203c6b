"""Scales chart axes: maps values to px, and chooses round numbers for the ticks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """Maps values to px. `low` and `high` are the ends of the axis in its unit; `start` and `end` are its ends in px. A
    y-axis starts at the bottom."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        low, high, at = self.low, self.high, value
        if self.logarithmic:
            low, high, at = log10(low), log10(high), log10(value)
        share = (at - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)


def ticks(values: Iterable[float], count: int, from_zero: bool = False) -> tuple[float, ...]:
    """About `count` ticks at round numbers that cover all values. They include 0 if `from_zero` is set or if the values
    are closer to 0 than to each other."""
    known = tuple(values)
    low, high = min(known), max(known)
    if from_zero or 0 < low < 0.5 * high:
        low = min(low, 0.0)
    if from_zero:
        high = max(high, 0.0)
    if high == low:
        high = low + (abs(low) or 1.0)
    step = _step((high - low) / count)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return tuple(round(number * step, 12) for number in range(first, last + 1))


def apart(places: Sequence[tuple[float, float]], gap: float, low: float, high: float) -> tuple[float, ...]:
    """The top of each label, in the order of `places`, which contains each label's preferred middle and its height.

    Labels are placed as close to their preferred middle as possible without overlapping, and between `low` and `high`
    if there is room.
    """
    order = sorted(range(len(places)), key=lambda number: places[number][0])
    tops = [0.0] * len(places)
    free = low
    for number in order:
        middle, height = places[number]
        tops[number] = max(middle - height / 2, free)
        free = tops[number] + height + gap
    limit = high
    for number in reversed(order):
        tops[number] = min(tops[number], limit - places[number][1])
        limit = tops[number] - gap
    return tuple(tops)


def _step(least: float) -> float:
    """The smallest round number that is at least `least`."""
    power = 10.0 ** floor(log10(least))
    return next(power * part for part in ROUND if power * part >= least * (1 - 1e-9))
