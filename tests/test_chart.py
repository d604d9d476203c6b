"""A chart, as declared in a header and filled with measured values. Its description and its table show the same
numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from executable_glossary.adapters.word_catalog import english
from executable_glossary.execution.example_parser import read_example
from executable_glossary.model.chart import BarChart, Chart, LineChart
from executable_glossary.model.evidence import Statistic
from executable_glossary.model.example import Example
from executable_glossary.model.plot import plotted

CHART: TypeAdapter[BarChart | LineChart] = TypeAdapter(Chart)
WORDS = {"title": "The head start", "caption": "On unseen flowers.", "axis": "named right", "unit": "percent"}
BARS = {**WORDS, "kind": "bars", "bars": {"fine-tuned": "tuned.right", "from scratch": "scratch.right"}}
LINES = {**WORDS, "kind": "lines", "along": "labels", "lines": {"fine-tuned": {"10": "n10", "2": "n2"}}}


def chart(base: Mapping[str, Any], **given: Any) -> BarChart | LineChart:
    return CHART.validate_python({**base, **given})


def statistics(**values: tuple[float, ...]) -> Mapping[str, Statistic]:
    return {name.replace("__", "."): Statistic(seeds) for name, seeds in values.items()}


class TestDeclared:
    def test_a_bar_has_one_metric(self) -> None:
        assert {
            label: [point.metric for point in points] for label, points in chart(BARS).series.items()
        } == {
            "fine-tuned": ["tuned.right"],
            "from scratch": ["scratch.right"],
        }

    def test_a_line_is_sorted_from_left_to_right(self) -> None:
        assert [(point.at, point.metric) for point in chart(LINES).series["fine-tuned"]] == [
            (2.0, "n2"),
            (10.0, "n10"),
        ]

    def test_regular_names_can_be_abbreviated(self) -> None:
        drawn = chart(LINES, points=[10, 2, 0.5, 2], lines={"fine-tuned": "n{}.right"})
        assert [(point.at, point.metric, point.written) for point in drawn.series["fine-tuned"]] == [
            (0.5, "n0_5.right", "n{}.right"),
            (2.0, "n2.right", "n{}.right"),
            (10.0, "n10.right", "n{}.right"),
        ]

    def test_texts_are_one_line(self) -> None:
        assert chart(BARS, caption=" On\n\nunseen  flowers. ").caption == "On unseen flowers."

    @pytest.mark.parametrize(
        ("base", "wrong"),
        [
            (BARS, {"bars": {}}),
            (BARS, {"bars": {str(number): "m" for number in range(13)}}),
            (BARS, {"unit": "percents"}),
            (BARS, {"title": " "}),
            (BARS, {"along": "labels"}),
            (BARS, {"kind": "pie"}),
            (LINES, {"lines": {}}),
            (LINES, {"lines": {str(number): {"1": "a", "2": "b"} for number in range(7)}}),
            (LINES, {"lines": {"one point": {"1": "a"}}}),
            (LINES, {"lines": {"no number": {"1": "a", "few": "b"}}}),
            (LINES, {"lines": {"without points": "n{}"}}),
            (LINES, {"scale": "log", "lines": {"from zero": {"0": "a", "1": "b"}}}),
        ],
    )
    def test_an_invalid_chart_is_rejected(self, base: Mapping[str, Any], wrong: Mapping[str, Any]) -> None:
        assert chart(base)
        with pytest.raises(ValidationError):
            chart(base, **wrong)


class TestFilled:
    METRICS = statistics(
        tuned__right=(0.73, 0.79, 0.82), scratch__right=(0.4, 0.4, 0.4), chance=(0.1,) * 3, n2=(0.4, 0.5, 0.6),
        n10=(0.8, 0.9, 0.85),
    )  # fmt: skip

    def test_the_description_gives_mean_minimum_maximum_and_number_of_runs(self) -> None:
        plot = plotted(chart(BARS, reference={"guessing": "chance"}), self.METRICS)
        assert plot is not None
        assert plot.alternative(english()) == (
            "Bar chart of named right (mean of 3 runs, with the lowest and highest values). "
            "fine-tuned: 78% (73% to 82%); from scratch: 40%. For comparison, guessing: 10%."
        )
        assert "3 runs" in plot.key(english())

    def test_the_description_of_a_line_gives_each_of_its_points(self) -> None:
        plot = plotted(chart(LINES), self.METRICS)
        assert plot is not None
        assert "named right by labels" in plot.alternative(english())
        assert "fine-tuned: 50% (40% to 60%) at 2, 85% (80% to 90%) at 10." in plot.alternative(english())

    def test_the_description_of_a_long_line_gives_its_ends(self) -> None:
        metrics = {f"n{number}": Statistic((number / 10,)) for number in range(10)}
        plot = plotted(chart(LINES, points=list(range(10)), lines={"all": "n{}"}), metrics)
        assert plot is not None
        assert plot.alternative(english()).endswith("(one run). all: from 0% at 0 to 90% at 9.")
        assert plot.key(english()) == "One run."

    def test_the_table_contains_every_plotted_number(self) -> None:
        bars = plotted(chart(BARS, reference={"guessing": "chance"}), self.METRICS)
        lines = plotted(chart(LINES, reference={"guessing": "chance"}), self.METRICS)
        assert bars is not None
        assert lines is not None
        assert bars.rows(english()) == (
            ("fine-tuned", "78.0%", "73.0%", "82.0%", "3"),
            ("from scratch", "40.0%", "40.0%", "40.0%", "3"),
            ("guessing", "10.0%", "10.0%", "10.0%", "3"),
        )
        assert lines.rows(english())[1:] == (
            ("fine-tuned", "10", "85.0%", "80.0%", "90.0%", "3"),
            ("guessing", "–", "10.0%", "10.0%", "10.0%", "3"),
        )
        assert {len(row) for row in lines.rows(english())} == {len(lines.header(english()))}

    @pytest.mark.parametrize(
        ("unit", "expected"), [("percent", "250%"), ("number", "2.5"), ("seconds", "2.5 s")]
    )
    def test_values_have_the_unit_of_the_axis(self, unit: str, expected: str) -> None:
        plot = plotted(chart(BARS, unit=unit, bars={"a": "m"}), statistics(m=(2.5,)))
        assert plot is not None
        assert f"a: {expected}." in plot.alternative(english())

    def test_a_chart_with_a_missing_number_is_not_drawn(self) -> None:
        assert plotted(chart(BARS, reference={"guessing": "luck"}), self.METRICS) is None
        assert plotted(chart(BARS), {}) is None


class TestPlace:
    HEAD = (
        '# /// script\n# [tool.glossary.tolerance]\n# "m.right" = 0.1\n# [tool.glossary.charts.one]\n# kind = "bars"\n'
        '# title = "A"\n# caption = "B"\n# axis = "C"\n# bars = {a = "m.right"}\n# ///\n"""T"""\nmetrics = {}\n'
    )

    def example(self) -> Example:
        example, problems = read_example("examples/e.py", self.HEAD)
        assert example is not None, problems
        return example

    def test_metrics_have_locations_below_the_name_of_their_chart(self) -> None:
        place = self.example().chart_place("one", "m.right")
        assert (place.line, place.column, place.length) == (9, 16, 7)

    def test_the_location_falls_back_to_the_chart_or_the_file(self) -> None:
        assert self.example().chart_place("one", "elsewhere").line == 4
        assert self.example().chart_place("two", "elsewhere").line == 0
