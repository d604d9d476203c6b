"""Measured numbers, and the ways to write them in prose: "79%", "73–82%", "ten", "8 out of 10"."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from math import isnan

from executable_glossary.model.evidence import Drift, Evidence, Statistic
from executable_glossary.model.words import Words


class Measure(float):
    """A metric in an expression: its mean as a number, with its statistics over seeds as attributes.

    A calculation with metrics gives another measure, whose values are calculated seed by seed. Its number is
    calculated from the means, so a quotient is the quotient of the means.
    """

    def __new__(cls, statistic: Statistic, value: float | None = None) -> Measure:
        measure = super().__new__(cls, statistic.mean if value is None else value)
        measure.std, measure.min, measure.max = statistic.std, statistic.min, statistic.max
        measure.n, measure.values, measure.seeds = statistic.n, statistic.values, statistic.seeds
        return measure

    std: float
    min: float
    max: float
    n: int
    values: tuple[float, ...]
    seeds: tuple[int, ...]

    def __add__(self, other: float) -> float:
        return _seed_by_seed(operator.add, self, other)

    def __radd__(self, other: float) -> float:
        return _seed_by_seed(operator.add, other, self)

    def __sub__(self, other: float) -> float:
        return _seed_by_seed(operator.sub, self, other)

    def __rsub__(self, other: float) -> float:
        return _seed_by_seed(operator.sub, other, self)

    def __mul__(self, other: float) -> float:
        return _seed_by_seed(operator.mul, self, other)

    def __rmul__(self, other: float) -> float:
        return _seed_by_seed(operator.mul, other, self)

    def __truediv__(self, other: float) -> float:
        return _seed_by_seed(operator.truediv, self, other)

    def __rtruediv__(self, other: float) -> float:
        return _seed_by_seed(operator.truediv, other, self)

    def __neg__(self) -> float:
        return _seed_by_seed(operator.sub, 0, self)


def _seed_by_seed(calculate: Callable[[float, float], float], left: float, right: float) -> float:
    """The result with the means and with each seed's values, or only the former, as a plain number, if the two
    metrics were measured with different seeds or a seed's value cannot be calculated."""
    value = calculate(float(left), float(right))
    metrics = [side for side in (left, right) if isinstance(side, Measure)]
    if any(metric.seeds != metrics[0].seeds or metric.n != metrics[0].n for metric in metrics):
        return value
    seeds, count = metrics[0].seeds, metrics[0].n
    sides = [side.values if isinstance(side, Measure) else (side,) * count for side in (left, right)]
    try:
        values = tuple(map(calculate, *sides))
    except (ZeroDivisionError, OverflowError):
        return value
    return Measure(Statistic(values, seeds=seeds), value)


def measures(evidence: Mapping[str, Evidence]) -> Mapping[str, Measure]:
    """All metrics of all examples, keyed by `<example>.<metric>`."""
    return {
        f"{example}.{metric}": Measure(statistic)
        for example, results in evidence.items()
        for metric, statistic in results.metrics.items()
    }


STATISTICS = ("std", "min", "max", "n", "values")
MOST_DIGITS = 12
LARGEST_IN_WORDS = 12


class NumberFormat:
    """The ways to write a number in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def percent(self, value: float, digits: int = 0) -> str:
        """0.787 → 79%. Never rounds a smaller value up to 100% or a larger value down to 0%."""
        sign, text = bounded_percent(value, digits)
        return self._words(_BOUNDS[sign], value=text) if sign else text

    def spread(self, value: float, digits: int = 0) -> str:
        """The lowest and the highest value over all seeds, as percentages: 73–82%."""
        measure = _measured(value, "spread")
        low, high = self.percent(measure.min, digits).removesuffix("%"), self.percent(measure.max, digits)
        return self._span(measure, high if f"{low}%" == high else f"{low}–{high}")

    def points(self, value: float, digits: int = 0) -> str:
        """A difference between two proportions: 0.34 → 34 percentage points."""
        text = _rounded(100 * value, digits)
        return self._words("number.points", count=_size(text), value=text)

    def points_spread(self, value: float, digits: int = 0) -> str:
        """The smallest and the largest difference between two proportions over all seeds: 28–37."""
        measure = _measured(value, "points_spread")
        return self._span(measure, self._low_high(100 * measure.min, 100 * measure.max, digits))

    def times_spread(self, value: float, digits: int = 1) -> str:
        """The smallest and the largest ratio over all seeds: 2.1–3.4."""
        measure = _measured(value, "times_spread")
        return self._span(measure, self._low_high(measure.min, measure.max, digits))

    def number(self, value: float, digits: int | None = None) -> str:
        """1234.5 → 1,234; 0.4567 → 0.457; 0.00001 → 0.00001. `digits` sets the number of decimal places."""
        return number(value, digits)

    def count(self, value: float) -> str:
        """134297417.0 → 134,297,417."""
        return f"{value:,.0f}"

    def words(self, value: float) -> str:
        """10 → ten. A number that is larger than twelve, negative, or not whole is written in digits."""
        whole = float(value).is_integer() and 0 <= value <= LARGEST_IN_WORDS
        return self._words(f"number.word.{int(value)}") if whole else number(value)

    def times(self, value: float, digits: int = 1) -> str:
        """A ratio: 4.2 → 4.2 times; 4.0 → 4 times."""
        text = _rounded(value, digits)
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return self._words("number.times", count=_size(text), value=text)

    def out_of(self, value: float, whole: int = 10) -> str:
        """0.787 → 8 out of 10. Never rounds a smaller value up to 10 out of 10 or a larger value down to 0 out of 10."""
        part = round(value * whole)
        if part >= whole and value < 1:
            return self._words("number.more_than", value=self._out_of(whole - 1, whole))
        if part == 0 and value > 0:
            return self._words("number.less_than", value=self._out_of(1, whole))
        return self._out_of(part, whole)

    def seconds(self, value: float) -> str:
        """6.3 → 6 seconds; 0.42 → 0.4 seconds; 0.01 → less than 0.1 seconds; 95 → 1.6 minutes."""
        if 0 < value < 0.05:
            return self._words("number.less_than", value=self._words("number.seconds", count=0.1))
        if value >= 90:
            return self._words("number.minutes", count=f"{value / 60:.1f}")
        return self._words("number.seconds", count=f"{value:.0f}" if value >= 2 else f"{value:.1f}")

    def literal(self, value: float, why: str) -> str:
        """A number that does not come from a run, with the reason why it can be typed by hand."""
        if not why.strip():
            raise ValueError("literal needs a reason why this number can be typed by hand")
        return f"{value:,}" if isinstance(value, int) and value >= 10_000 else str(value)

    def moved(self, drift: Drift) -> str:
        """How a metric drifted: "was 0.9, is 0.7", with enough digits to distinguish the two, or a message
        about a seed."""
        now, recorded = not isnan(drift.now), not isnan(drift.recorded)
        if drift.whole:
            return self._words("drifted.seed_new" if now else "drifted.seed_gone", seed=drift.seed)
        if not now:
            return self._words("drifted.metric_gone", before=number(drift.recorded))
        if not recorded:
            return self._words("drifted.metric_new", after=number(drift.now))
        before, after = both(drift)
        return self._words("drifted.metric_moved", before=before, after=after)

    def _low_high(self, low: float, high: float, digits: int) -> str:
        """Both ends, with "to" between them if one is negative; only one if both are the same when rounded."""
        first, last = _rounded(low, digits), _rounded(high, digits)
        if first == last:
            return first
        return self._words("number.from_to", low=first, high=last) if low < 0 else f"{first}–{last}"

    def _span(self, measure: Measure, text: str) -> str:
        return self._words("number.one_run") if measure.n == 1 else text

    def _out_of(self, part: int, whole: int) -> str:
        return self._words("number.out_of", part=part, whole=whole)


def _measured(value: float, name: str) -> Measure:
    if isinstance(value, Measure):
        return value
    raise ValueError(f"{name} needs a metric, or a calculation with metrics of the same seeds")


def number(value: float, digits: int | None = None) -> str:
    """1234.5 → 1,234; 0.4567 → 0.457; 0.00001 → 0.00001. `digits` sets the number of decimal places."""
    if digits is not None:
        return _rounded(value, digits, thousands=",")
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:z,.0f}"
    return f"{Decimal(f'{value:.3g}'):f}"


def bounded_percent(value: float, digits: int = 0) -> tuple[str, str]:
    """A percentage and, if rounding would turn it into 0% or 100%, the sign to put before it: ("<", "1%")."""
    rounded = _rounded(100 * value, digits)
    if float(rounded) == 100 and value < 1:
        return ">", "99%"
    if float(rounded) == 0 and value > 0:
        return ("<", "1%") if digits == 0 else ("", f"{100 * value:.2g}%")
    return "", f"{rounded}%"


def both(drift: Drift) -> tuple[str, str]:
    """The recorded and current values, with enough digits to distinguish them; "none" for a missing value."""
    sides = (drift.recorded, drift.now)
    if any(map(isnan, sides)):
        before, after = ("none" if isnan(side) else number(side) for side in sides)
        return before, after
    pairs = ([f"{Decimal(f'{side:.{digits}g}'):,f}" for side in sides] for digits in range(3, 18))
    before, after = next(pair for pair in pairs if pair[0] != pair[1])
    return before, after


@lru_cache(maxsize=8)
def number_filters(words: Words) -> Mapping[str, Callable[..., str]]:
    """The filters that format numbers in templates and in expressions in prose, keyed by name."""
    formats = NumberFormat(words)
    return {name: getattr(formats, name) for name in FILTERS}


def _size(text: str) -> str:
    """The number without its sign; the result determines the plural form."""
    return text.removeprefix("-")


def _rounded(value: float, digits: int, thousands: str = "") -> str:
    """The rounded number, never a negative zero. The number of digits is limited so that a typo cannot exhaust memory."""
    if digits not in range(MOST_DIGITS + 1):
        raise ValueError(f"the number of decimal places must be a whole number from 0 to {MOST_DIGITS}")
    return f"{value:z{thousands}.{digits}f}"


_BOUNDS = {">": "number.more_than", "<": "number.less_than"}

# The filters keyed by name, for the manual. `number_filters` binds them to a language.
FILTERS: Mapping[str, Callable[..., str]] = {
    name: getattr(NumberFormat, name)
    for name in (
        *("percent", "spread", "points", "points_spread", "number", "count"),
        *("words", "times", "times_spread", "out_of", "seconds", "literal"),
    )
}
