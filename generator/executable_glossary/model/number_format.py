"""A measured number, and how it is said in prose: "79%", "73–82%", "ten", "8 out of 10"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isnan

from executable_glossary.model.evidence import Drift, Evidence, Statistic


class Measure(float):
    """A metric in an expression: its mean as a number, with its statistics over seeds at hand."""

    def __new__(cls, statistic: Statistic) -> Measure:
        measure = super().__new__(cls, statistic.mean)
        measure.std, measure.min, measure.max = statistic.std, statistic.min, statistic.max
        measure.n, measure.values = statistic.n, statistic.values
        return measure

    std: float
    min: float
    max: float
    n: int
    values: tuple[float, ...]


def measures(evidence: Mapping[str, Evidence]) -> Mapping[str, Measure]:
    """All metrics of all examples, by `<example>.<metric>`."""
    return {
        f"{example}.{metric}": Measure(statistic)
        for example, found in evidence.items()
        for metric, statistic in found.metrics.items()
    }


STATISTICS = ("std", "min", "max", "n", "values")
MOST_DIGITS = 12


def percent(value: float, digits: int = 0) -> str:
    """0.787 → 79%. Never rounds what is not all to all, nor what is something to nothing."""
    said = _rounded(100 * value, digits)
    if float(said) == 100 and value < 1:
        return "more than 99%"
    if float(said) == 0 and value > 0:
        return "less than 1%" if digits == 0 else f"{100 * value:.2g}%"
    return f"{said}%"


def spread(value: float, digits: int = 0) -> str:
    """The least and the greatest of the seeds, as percentages: 73–82%."""
    if not isinstance(value, Measure):
        raise ValueError("spread needs a metric, not a calculated number")
    if value.n == 1:
        return "one run"
    low, high = percent(value.min, digits).removesuffix("%"), percent(value.max, digits)
    return high if f"{low}%" == high else f"{low}–{high}"


def points(value: float, digits: int = 0) -> str:
    """A difference of two shares: 0.34 → 34 percentage points."""
    said = _rounded(100 * value, digits)
    return f"{said} percentage point{'' if float(said) in (1, -1) else 's'}"


def number(value: float, digits: int | None = None) -> str:
    """1234.5 → 1,234; 0.4567 → 0.457; 0.00001 → 0.00001, or as many digits after the point as asked for."""
    if digits is not None:
        return _rounded(value, digits, thousands=",")
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:z,.0f}"
    return f"{Decimal(f'{value:.3g}'):f}"


def count(value: float) -> str:
    """134297417.0 → 134,297,417."""
    return f"{value:,.0f}"


def words(value: float) -> str:
    """10 → ten; larger than twelve, or broken: as digits."""
    whole = float(value).is_integer() and 0 <= value < len(_WORDS)
    return _WORDS[int(value)] if whole else number(value)


def times(value: float, digits: int = 1) -> str:
    """A quotient: 4.2 → 4.2 times; 4.0 → 4 times."""
    said = _rounded(value, digits)
    return f"{said.rstrip('0').rstrip('.') if '.' in said else said} times"


def out_of(value: float, whole: int = 10) -> str:
    """0.787 → 8 out of 10. Never rounds what is not all to all, nor what is something to nothing."""
    said = round(value * whole)
    if said >= whole and value < 1:
        return f"more than {whole - 1} out of {whole}"
    return f"less than 1 out of {whole}" if said == 0 and value > 0 else f"{said} out of {whole}"


def seconds(value: float) -> str:
    """6.3 → 6 seconds; 0.42 → 0.4 seconds; 0.01 → less than 0.1 seconds; 95 → 1.6 minutes."""
    if 0 < value < 0.05:
        return "less than 0.1 seconds"
    if value >= 90:
        return f"{value / 60:.1f} minutes"
    said = f"{value:.0f}" if value >= 2 else f"{value:.1f}"
    return f"{said} second{'' if float(said) == 1 else 's'}"


def literal(value: float, why: str) -> str:
    """A number that nobody here measured, with the reason why it may be typed."""
    if not why.strip():
        raise ValueError("literal needs the reason why this number may be typed")
    return f"{value:,}" if isinstance(value, int) and value >= 10_000 else str(value)


def moved(drift: Drift) -> str:
    """What a drift tells: "was 0.9, is 0.7", with as many digits as tell the two apart; of a whole seed, all."""
    if drift.whole:
        return f"seed {drift.seed} {'was recorded and does not run any more' if isnan(drift.now) else 'is not in the record'}"
    if isnan(drift.now):
        return f"was {number(drift.recorded)}, is no longer measured"
    if isnan(drift.recorded):
        return f"is {number(drift.now)}, is not in the record"
    before, after = both(drift)
    return f"was {before}, is {after}"


def both(drift: Drift) -> tuple[str, str]:
    """Recorded and now, with as many digits as tell the two apart; "none" for what is not there."""
    sides = (drift.recorded, drift.now)
    if any(map(isnan, sides)):
        before, after = ("none" if isnan(side) else number(side) for side in sides)
        return before, after
    said = ([f"{Decimal(f'{side:.{digits}g}'):,f}" for side in sides] for digits in range(3, 18))
    before, after = next(pair for pair in said if pair[0] != pair[1])
    return before, after


def _rounded(value: float, digits: int, thousands: str = "") -> str:
    """Without a minus before zero; so many digits at most that a slip of the pen cannot fill the memory."""
    if digits not in range(MOST_DIGITS + 1):
        raise ValueError(f"digits after the point are a whole number from 0 to {MOST_DIGITS}")
    return f"{value:z{thousands}.{digits}f}"


_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

FILTERS: Mapping[str, Callable[..., str]] = {
    said.__name__: said
    for said in (percent, spread, points, number, count, words, times, out_of, seconds, literal)
}
