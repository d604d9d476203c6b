"""Expressions in prose and claims: a small set of allowed syntax, and an error for everything else."""

from __future__ import annotations

import contextlib
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.adapters.word_catalog import english
from executable_glossary.model.evidence import Statistic
from executable_glossary.model.number_format import FILTERS, Measure
from executable_glossary.text.expressions import (
    ExpressionError,
    evaluate,
    margin,
    parse_expression,
    parse_prose,
    say,
)

ACCURACY = "flowers.tuned.accuracy"
KNOWN = {
    ACCURACY: Measure(Statistic((0.7, 0.8))),
    "flowers.scratch.accuracy": Measure(Statistic((0.4, 0.44))),
    "flowers.steps": 300.0,
}


def evaluated(source: str) -> str:
    return say(parse_expression(source), KNOWN, english())


# Allowed expressions


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"{ACCURACY} | percent", "75%"),
        (f"{ACCURACY} | spread", "70–80%"),
        (f"{ACCURACY}.min | percent(1)", "70.0%"),
        (f"{ACCURACY}.n | words", "two"),
        ("flowers.steps", "300"),
        (f"({ACCURACY} - flowers.scratch.accuracy) | points", "33 percentage points"),
        ("(flowers.steps * 4 / 3 + 1) | count", "401"),
        ("(-flowers.steps) | number", "-300"),
        ("42 | literal('a number of the plan')", "42"),
    ],
)
def test_a_metric_is_calculated_with_and_formatted_by_a_filter(source: str, expected: str) -> None:
    assert evaluated(source) == expected


def test_only_the_metrics_that_an_expression_reads_are_looked_at() -> None:
    """A page evaluates hundreds of expressions, and a glossary has thousands of metrics."""

    class NotListed(dict[str, object]):
        def __iter__(self) -> Iterator[str]:
            raise AssertionError("all metrics are listed")

        items = keys = values = __iter__  # type: ignore[assignment]

    assert evaluate(parse_expression("flowers.steps + 1"), NotListed(KNOWN)) == 301


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        (f"{ACCURACY} >= flowers.scratch.accuracy + 0.10", True),
        (f"{ACCURACY} < flowers.scratch.accuracy", False),
        (f"{ACCURACY} > 0.5 and flowers.steps == 300", True),
        (f"not {ACCURACY} > 0.5 or flowers.steps > 1000", False),
        (f"0.6 < {ACCURACY} < 0.8", True),
    ],
)
def test_a_claim_compares_metrics(source: str, holds: bool) -> None:
    assert evaluate(parse_expression(source), KNOWN) is holds


def test_metrics_may_have_the_names_of_dictionary_methods() -> None:
    assert say(parse_expression("run.items"), {"run.items": 3, "run.keys": 4}) == "3"


def test_metrics_in_an_expression_are_known_before_anything_runs() -> None:
    expression = parse_expression("(a.b.min - c.d) / a.b.std + a.b")
    assert expression.metrics == ("a.b", "c.d")


def test_a_metric_may_have_the_name_of_a_statistic() -> None:
    assert parse_expression("n").metrics == ("n",)


@pytest.mark.parametrize(
    ("source", "literal", "comparison"),
    [
        ("42 | literal('why')", True, False),
        ("a.b | percent", False, False),
        ("a.b > 1", False, True),
        ("a.b > 1 and c.d < 2", False, True),
    ],
)
def test_an_expression_knows_if_it_is_a_literal_or_a_comparison(
    source: str, literal: bool, comparison: bool
) -> None:
    expression = parse_expression(source)
    assert (expression.is_literal, expression.is_comparison) == (literal, comparison)


# Expressions rejected before evaluation


@pytest.mark.parametrize(
    "source",
    [
        "9**9**9",
        "a.__class__",
        "_private",
        "a['b']",
        "a[0]",
        "f()",
        "a.b()",
        "[1, 2]",
        "{'a': 1}",
        "1 if a else 2",
        "'a' ~ 'b'",
        "a is defined",
        "a // 2",
        "a % 2",
        "a | upper",
        "a | percent(digits=1)",
        "a.b c",
        "a.b }} {{ c",
        "",
        "  ",
        "(a",
        "a |",
        "1e999",
        "9" * 5000,
    ],
)
def test_unsupported_syntax_is_rejected(source: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(source)


@pytest.mark.parametrize(
    "source",
    [
        "9**9**9",
        "'a' * 10000000000",
        "(a | percent) * 10000000000",
        "a.values * 10000000000",
        "('a' or a) * 10000000000",
        "-'a'",
        "a | percent(1000000000)",
    ],
)
def test_expressions_that_would_exhaust_memory_are_rejected(source: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionError):
            say(parse_expression(source), {"a": Measure(Statistic((0.5,)))})
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "source", ["(" * 500 + "1", "not " * 2000 + "a", "a" + ".b" * 5000, "-" * 3000 + "1"]
)
def test_endless_nesting_is_rejected(source: str) -> None:
    with pytest.raises(ExpressionError, match="nested too deeply"):
        parse_expression(source)


def test_for_an_unknown_filter_the_message_lists_the_filters() -> None:
    with pytest.raises(ExpressionError, match="there is no filter") as refused:
        parse_expression("a | upper")
    assert all(name in str(refused.value) for name in FILTERS)


# Expressions without a value


def test_for_an_unknown_metric_the_message_suggests_similar_ones() -> None:
    with pytest.raises(ExpressionError, match=r'no metric "flowers.tuned.acuracy"; did you mean .*tuned'):
        evaluated("flowers.tuned.acuracy | percent")


@pytest.mark.parametrize("source", ["flowers", "flowers.tuned", f"{ACCURACY}.median"])
def test_an_incomplete_metric_and_an_unknown_statistic_are_rejected(source: str) -> None:
    with pytest.raises(ExpressionError, match="there is no metric"):
        evaluated(source)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("flowers.steps / 0", "divides by zero"),
        ("flowers.steps / (flowers.steps - 300)", "divides by zero"),
        ("flowers.steps.std", "no attribute 'std'"),
        ("flowers.steps.std + 1", "no attribute 'std'"),
        ("flowers.steps | spread", "spread needs a metric"),
        ("42 | literal('')", "literal needs a reason"),
        ("1" + "0" * 400 + " / 3", "too large"),
        ("flowers.steps * 1e308 * 10", "not a number"),
        (f"{ACCURACY}.values", "not a number"),
        (f"{ACCURACY} > 0.5", "not a number"),
        ("none", "not a number"),
        ("flowers.steps in flowers.steps", "not iterable"),
        ("flowers.steps | words(1)", "argument"),
    ],
)
def test_an_expression_without_a_value_has_a_reason(source: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=reason):
        evaluated(source)


# Random input

pieces = st.sampled_from(
    [
        *"()[]{}|.,+-*/<>=!~%'\" 01a_",
        *("**", "and ", "not ", " if ", " in ", " is ", "a.b", "a.b.n", "{{", "}}"),
        *("percent", "literal('x')", "none", "true", "9**9", "1e9", ACCURACY),
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=30), st.lists(pieces, max_size=8).map("".join)))
def test_any_input_has_a_value_or_an_expression_error(source: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert isinstance(evaluated(source), str)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("a/b.c", 0.5),
        ("x.y/x.z", 0.5),
        ("a/b.c/x.y", 0.25),
        ("x.y / a/b.c", 4.0),
        ("1/x.y", 0.5),
        ("q/r/s.t.mean", 3),
    ],
)
def test_in_a_text_an_example_can_be_in_a_folder(source: str, value: float) -> None:
    names = {"a/b.c": 0.5, "x.y": 2, "x.z": 4, "q/r/s.t.mean": 3}
    expression = parse_prose(source)
    assert set(expression.names) <= names.keys()
    assert evaluate(expression, names) == value


def test_in_a_check_a_slash_divides() -> None:
    assert evaluate(parse_expression("few/many.share > 1"), {"few": 3, "many.share": 2}) is True


# Margins of comparisons


@pytest.mark.parametrize(
    ("check", "by"),
    [
        ("flowers.steps >= 250", 50),
        ("flowers.steps <= 250", -50),
        ("250 < flowers.steps", 50),
        ("250 > flowers.steps - 100", 50),
        ("flowers.steps - 50 >= flowers.steps * 2", -350),
    ],
)
def test_the_margin_is_the_distance_to_the_point_where_the_comparison_fails(check: str, by: float) -> None:
    assert margin(parse_expression(check), KNOWN) == by


@pytest.mark.parametrize(
    "check",
    [
        "flowers.steps == 300",
        "flowers.steps > 100 and flowers.steps < 400",
        "flowers.steps > 100 and 1",
        "not flowers.steps > 400",
        "flowers.pace > 1",
        "flowers.steps / (flowers.steps - 300) > 1",
    ],
)
def test_only_a_single_comparison_has_a_margin(check: str) -> None:
    assert margin(parse_expression(check), KNOWN) is None


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
@settings(max_examples=100, deadline=None)
def test_a_comparison_holds_if_its_margin_is_not_negative(one: float, other: float) -> None:
    check, names = parse_expression("a.one >= a.other"), {"a.one": one, "a.other": other}
    by = margin(check, names)
    assert by is not None
    assert (by >= 0) == evaluate(check, names)
