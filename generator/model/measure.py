"""A measured number, and how it is said in prose: "79%", "73–82%", "ten", "8 out of 10"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generator.model.run import Evidence, Statistic


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


def percent(value: float, digits: int = 0) -> str:
    """0.787 → 79%. Never rounds what is not all to all, nor what is something to nothing."""
    said = f"{100 * value:.{digits}f}"
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
    low, high = f"{100 * value.min:.{digits}f}", f"{100 * value.max:.{digits}f}"
    return f"{high}%" if low == high else f"{low}–{high}%"


def points(value: float, digits: int = 0) -> str:
    """A difference of two shares: 0.34 → 34 percentage points."""
    said = f"{100 * value:.{digits}f}"
    return f"{said} percentage point{'' if float(said) in (1, -1) else 's'}"


def number(value: float, digits: int | None = None) -> str:
    """1234567.0 → 1,234,567; 0.4567 → 0.457, or as many digits after the point as asked for."""
    if digits is not None:
        return f"{value:,.{digits}f}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3g}"


def count(value: float) -> str:
    """134297417.0 → 134,297,417."""
    return f"{value:,.0f}"


def words(value: float) -> str:
    """10 → ten; larger than twelve, or broken: as digits."""
    whole = float(value).is_integer() and 0 <= value < len(_WORDS)
    return _WORDS[int(value)] if whole else number(value)


def times(value: float, digits: int = 1) -> str:
    """A quotient: 4.2 → 4.2 times; 4.0 → 4 times."""
    said = f"{value:.{digits}f}"
    return f"{said.rstrip('0').rstrip('.') if '.' in said else said} times"


def out_of(value: float, whole: int = 10) -> str:
    """0.787 → 8 out of 10."""
    return f"{round(value * whole)} out of {whole}"


def seconds(value: float) -> str:
    """6.3 → 6 seconds; 0.42 → 0.4 seconds; 95 → 1.6 minutes."""
    if value >= 90:
        return f"{value / 60:.1f} minutes"
    said = f"{value:.0f}" if value >= 2 else f"{value:.1f}"
    return f"{said} second{'' if float(said) == 1 else 's'}"


def literal(value: float, why: str) -> str:
    """A number that nobody here measured, with the reason why it may be typed."""
    if not why.strip():
        raise ValueError("literal needs the reason why this number may be typed")
    return f"{value:,}" if isinstance(value, int) and value >= 10_000 else str(value)


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
