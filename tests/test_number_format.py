"""The format of a measured number never suggests more certainty or precision than the number has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.adapters.word_catalog import english
from executable_glossary.model.evidence import Drift, Evidence, Statistic
from executable_glossary.model.example import Example, Settings
from executable_glossary.model.number_format import (
    FILTERS,
    Measure,
    NumberFormat,
    measures,
    number,
    number_filters,
)
from executable_glossary.model.run import Run

ENGLISH = NumberFormat(english())
count, literal, out_of, percent = ENGLISH.count, ENGLISH.literal, ENGLISH.out_of, ENGLISH.percent
points, seconds, spread, times = ENGLISH.points, ENGLISH.seconds, ENGLISH.spread, ENGLISH.times
moved, words = ENGLISH.moved, ENGLISH.words

shares = st.floats(0, 1, allow_nan=False)
REPEATED = Measure(Statistic((0.73, 0.82, 0.81)))
ONCE = Measure(Statistic((0.8,)))


# Metrics have statistics


def test_a_metric_alone_is_the_mean_over_its_seeds() -> None:
    assert float(REPEATED) == pytest.approx((0.73 + 0.82 + 0.81) / 3)
    difference = REPEATED - ONCE
    assert difference == pytest.approx(-0.0133, abs=1e-4)


def test_a_metric_has_its_statistics_as_attributes() -> None:
    assert (REPEATED.min, REPEATED.max, REPEATED.n) == (0.73, 0.82, 3)
    assert REPEATED.values == (0.73, 0.82, 0.81)
    assert REPEATED.std == pytest.approx(0.0493, abs=1e-4)
    assert ONCE.std == 0


def evidence(name: str, *runs: dict[str, float]) -> Evidence:
    example = Example(name, f"examples/{name}.py", "Title", "", "", Settings(), (), ())
    found = tuple(Run(name, seed, "passed", metrics=metrics) for seed, metrics in enumerate(runs))
    return Evidence(example, found, "executed")


def test_metrics_are_keyed_by_example_and_name() -> None:
    known = measures(
        {
            "flowers": evidence("flowers", {"tuned.accuracy": 0.7}, {"tuned.accuracy": 0.9}),
            "digits": evidence("digits", {"steps": 300}),
        }
    )
    assert known == {"flowers.tuned.accuracy": pytest.approx(0.8), "digits.steps": 300}
    assert known["flowers.tuned.accuracy"].n == 2


def test_an_example_without_runs_has_no_metrics() -> None:
    assert measures({"digits": evidence("digits")}) == {}


# Shares


@pytest.mark.parametrize(
    ("value", "digits", "formatted"),
    [
        (0.787, 0, "79%"),
        (0.787, 1, "78.7%"),
        (0, 0, "0%"),
        (1, 0, "100%"),
        (0.999, 0, "more than 99%"),
        (0.999, 1, "99.9%"),
        (0.99996, 1, "more than 99%"),
        (0.001, 0, "less than 1%"),
        (0.0004, 1, "0.04%"),
        (-0.3, 0, "-30%"),
        (-0.001, 0, "0%"),
        (1.5, 0, "150%"),
    ],
)
def test_a_share_is_formatted_as_a_percentage(value: float, digits: int, formatted: str) -> None:
    assert percent(value, digits) == formatted


@settings(max_examples=100, deadline=None)
@given(shares, st.integers(0, 3))
def test_only_an_exact_value_is_0_or_100_percent(value: float, digits: int) -> None:
    formatted = percent(value, digits).removesuffix("%")
    assert (formatted in ("100", "100.0", "100.00", "100.000")) == (value == 1)
    assert (formatted in ("0", "0.0", "0.00", "0.000")) == (value == 0)


@pytest.mark.parametrize(
    ("value", "whole", "formatted"),
    [
        (0.787, 10, "8 out of 10"),
        (0.787, 100, "79 out of 100"),
        (1, 10, "10 out of 10"),
        (0.97, 10, "more than 9 out of 10"),
        (0.02, 10, "less than 1 out of 10"),
        (0, 10, "0 out of 10"),
    ],
)
def test_a_share_is_formatted_out_of_ten(value: float, whole: int, formatted: str) -> None:
    assert out_of(value, whole) == formatted


def test_spread_is_from_the_worst_seed_to_the_best() -> None:
    assert spread(REPEATED) == "73–82%"
    assert spread(REPEATED, 1) == "73.0–82.0%"


def test_a_spread_hidden_by_rounding_is_one_number() -> None:
    assert spread(Measure(Statistic((0.801, 0.802)))) == "80%"


def test_a_single_run_has_no_spread_and_the_page_says_so() -> None:
    assert spread(ONCE) == "one run"


TUNED = Measure(Statistic((0.9, 0.95, 0.91), seeds=(0, 1, 2)))
FRESH = Measure(Statistic((0.3, 0.25, 0.31), seeds=(0, 1, 2)))


def test_a_difference_is_taken_seed_by_seed() -> None:
    assert ENGLISH.points_spread(TUNED - FRESH) == "60–70"
    assert points(TUNED - FRESH) == "63 percentage points"
    assert spread(1 - TUNED) == "5–10%"
    assert ENGLISH.points_spread(-(FRESH - TUNED) / 2) == "30–35"


def test_a_ratio_is_that_of_the_means_with_the_ratios_of_the_seeds() -> None:
    assert float(TUNED) / float(FRESH) == TUNED / FRESH
    assert ENGLISH.times_spread(TUNED / FRESH) == "2.9–3.8"
    assert times(TUNED / FRESH) == "3.2 times"


@pytest.mark.parametrize("calculated", [0.5 * FRESH - 1, 1 + FRESH * 2, 2 / FRESH, FRESH + TUNED])
def test_a_calculation_with_metrics_has_a_value_for_each_seed(calculated: float) -> None:
    assert isinstance(calculated, Measure)
    assert calculated.n == 3


def test_a_span_below_zero_has_no_dash() -> None:
    assert ENGLISH.points_spread(Measure(Statistic((-0.03, 0.04)))) == "-3 to 4"


def test_equal_ends_are_written_once() -> None:
    assert ENGLISH.points_spread(Measure(Statistic((0.301, 0.302)))) == "30"
    assert ENGLISH.points_spread(ONCE) == ENGLISH.times_spread(ONCE) == "one run"


@pytest.mark.parametrize("format", [spread, ENGLISH.points_spread, ENGLISH.times_spread])
@pytest.mark.parametrize(
    "number",
    [0.5, TUNED - ONCE, TUNED - Measure(Statistic((0.1, 0.2, 0.3), seeds=(3, 4, 5)))],
    ids=["no metric", "another number of seeds", "other seeds"],
)
def test_a_spread_needs_the_same_seeds(format: Callable[[float], str], number: float) -> None:
    with pytest.raises(ValueError, match="spread needs a metric"):
        format(number)


def test_a_seed_that_divides_by_zero_leaves_the_number_of_the_means() -> None:
    ratio = TUNED / Measure(Statistic((0.0, 0.5, 1.0), seeds=(0, 1, 2)))
    assert ratio == float(TUNED) / 0.5
    assert not isinstance(ratio, Measure)


@pytest.mark.parametrize(
    ("value", "digits", "formatted"),
    [
        (0.34, 0, "34 percentage points"),
        (0.01, 0, "1 percentage point"),
        (-0.01, 0, "-1 percentage point"),
        (0.014, 1, "1.4 percentage points"),
        (-0.001, 0, "0 percentage points"),
    ],
)
def test_a_difference_of_shares_is_in_percentage_points(value: float, digits: int, formatted: str) -> None:
    assert points(value, digits) == formatted


# Other numbers


@pytest.mark.parametrize(
    ("value", "formatted"),
    [
        (1234567.0, "1,234,567"),
        (0.4567, "0.457"),
        (1234.5, "1,234"),
        (99.97, "100"),
        (0.00001, "0.00001"),
        (-0.0, "0"),
        (-2.5, "-2.5"),
    ],
)
def test_a_number_is_formatted_as_in_prose(value: float, formatted: str) -> None:
    assert number(value) == formatted


@settings(max_examples=100, deadline=None)
@given(st.floats(-1e15, 1e15, allow_nan=False))
def test_no_number_has_an_exponent(value: float) -> None:
    formatted = number(value)
    assert set(formatted) <= set("-0123456789.,")
    assert float(formatted.replace(",", "")) == pytest.approx(value, rel=0.006)


@pytest.mark.parametrize(("digits", "formatted"), [(0, "1,235"), (2, "1,234.57")])
def test_a_number_has_the_requested_decimal_places(digits: int, formatted: str) -> None:
    assert number(1234.567, digits) == formatted


@pytest.mark.parametrize("digits", [-1, 13, 10**9, "x", 1.5])
@pytest.mark.parametrize("filter", [percent, points, number, times])
def test_digits_after_the_point_are_few(filter: Callable[..., str], digits: int) -> None:
    with pytest.raises(ValueError, match="number of decimal places"):
        filter(0.5, digits)


def test_a_count_has_commas_and_no_fraction() -> None:
    assert count(134297417.0) == "134,297,417"
    assert count(9.6) == "10"


@pytest.mark.parametrize(
    ("value", "formatted"), [(0, "zero"), (10, "ten"), (12.0, "twelve"), (13, "13"), (2.5, "2.5"), (-1, "-1")]
)
def test_small_whole_numbers_are_words(value: float, formatted: str) -> None:
    assert words(value) == formatted


@pytest.mark.parametrize(
    ("value", "digits", "formatted"), [(4.2, 1, "4.2 times"), (4.0, 1, "4 times"), (10.0, 0, "10 times")]
)
def test_a_quotient_is_formatted_as_a_factor(value: float, digits: int, formatted: str) -> None:
    assert times(value, digits) == formatted


@pytest.mark.parametrize(
    ("value", "formatted"),
    [
        (6.3, "6 seconds"),
        (0.42, "0.4 seconds"),
        (1.0, "1.0 second"),
        (0.01, "less than 0.1 seconds"),
        (0, "0.0 seconds"),
        (95, "1.6 minutes"),
    ],
)
def test_a_time_is_in_seconds_or_minutes(value: float, formatted: str) -> None:
    assert seconds(value) == formatted


# Drift


@pytest.mark.parametrize(
    ("recorded", "now", "formatted"),
    [
        (0.912, 0.89, "was 0.912 and is now 0.89"),
        (0.91204, 0.91196, "was 0.91204 and is now 0.91196"),
        (1200, 1500, "was 1,200 and is now 1,500"),
        (0.9, float("nan"), "was 0.9 and is no longer measured"),
        (float("nan"), 0.9, "is 0.9, with no record to compare it with"),
    ],
)
def test_drifted_numbers_have_enough_digits_to_differ(recorded: float, now: float, formatted: str) -> None:
    assert moved(Drift("a", 0, recorded, now, 0.0)) == formatted


# Literals


@pytest.mark.parametrize(
    ("value", "formatted"), [(42, "42"), (4096, "4096"), (25088, "25,088"), (0.5, "0.5")]
)
def test_a_literal_is_formatted_as_typed(value: float, formatted: str) -> None:
    assert literal(value, "a number of the network's plan") == formatted


@pytest.mark.parametrize("why", ["", "   "])
def test_a_literal_needs_a_reason(why: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        literal(42, why)


def test_every_format_is_a_filter_of_the_same_name() -> None:
    spreads = ENGLISH.points_spread, ENGLISH.times_spread
    ways = [
        percent,
        spread,
        points,
        spreads[0],
        ENGLISH.number,
        count,
        words,
        times,
        spreads[1],
        out_of,
        seconds,
        literal,
    ]
    assert [*number_filters(english())] == [*FILTERS] == [way.__name__ for way in ways]
    assert number_filters(english())["out_of"](0.787) == out_of(0.787)
