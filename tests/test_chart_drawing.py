"""Drawings of charts: nothing overlaps or extends beyond the edge, and the same numbers produce the same bytes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.adapters.word_catalog import english
from executable_glossary.drawing import chart as chart_module
from executable_glossary.drawing.chart import chart_drawer, draw_chart
from executable_glossary.drawing.chart_scale import Scale, apart, ticks
from executable_glossary.drawing.lettering import LEADING, in_a_row, text_width, with_spread, wrapped
from executable_glossary.model.evidence import Statistic
from executable_glossary.model.plot import Plot, plotted
from test_chart import BARS, LINES, chart

CSS = Path(__file__).parent.parent / "templates/site/assets/glossary.css"
NASTY = '<script>alert("1")</script> & _so_ {.on} **x** `y`'
VALUES = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
SEEDS = st.lists(VALUES, min_size=3, max_size=3).map(lambda values: Statistic(tuple(values)))
LABELS = st.text("abc mW0", min_size=1, max_size=30).filter(str.strip)


def bars(**given: Any) -> Plot:
    """Two bars and a reference line over three runs, or other bars with `values`."""
    values = given.pop("values", {"tuned.right": (0.73, 0.79, 0.82), "scratch.right": (0.4, 0.5, 0.41)})
    metrics = {"chance": (0.1,) * 3, **values}
    plot = plotted(
        chart(BARS, **{"reference": {"guessing": "chance"}, **given}),
        {name: Statistic(seeds) for name, seeds in metrics.items()},
    )
    assert plot is not None
    return plot


def lines(names: tuple[str, ...], end: float = 0.8, **given: Any) -> Plot:
    """Lines that all end at the same point, which is the hardest case for their labels."""
    metrics = {f"n{number}": Statistic((0.1 * number, end)) for number in (1, 2, 4)}
    points = {"1": "n1", "2": "n2", "4": "n4"}
    plot = plotted(chart(LINES, lines=dict.fromkeys(names, points), **given), metrics)
    assert plot is not None
    return plot


ALL = {
    "bars": bars(),
    "one run": bars(values={"tuned.right": (0.8,), "scratch.right": (0.5,), "chance": (0.1,)}),
    "below zero": bars(unit="number", values={"tuned.right": (-20, 4, 9.5), "scratch.right": (-200, -150, -10)}),
    "nothing": bars(values={"tuned.right": (0,) * 3, "scratch.right": (0,) * 3, "chance": (0,) * 3}),
    "behind the bar": bars(reference={"x": "near"}, values={**dict.fromkeys(("tuned.right", "scratch.right"), (0.5, 0.5, 0.5)), "near": (0.52,) * 3}),
    "long words": bars(bars={"every layer is trained, with a rate of its own for each": "tuned.right"}),
    "lines": lines(("fine-tuned", "frozen layers, new head", "from scratch")),
    "six lines": lines(tuple(f"a rather long name of line number {n}" for n in range(6)), reference={"compared with": "n1"}),
    "logarithmic": lines(("one",), scale="log"),
}  # fmt: skip


def svgs(plot: Plot) -> list[ElementTree.Element]:
    """The wide and the narrow drawing as XML; parsing fails if either is not well-formed."""
    return list(ElementTree.fromstring(f"<both>{draw_chart(plot, 'c', english())}</both>"))


def rows(svg: ElementTree.Element) -> Iterator[tuple[float, float, float, float]]:
    """The left, top, right, and bottom of each line of text, based on the widths used by the layout."""
    for text in svg.iter("text"):
        for row in text:
            width = text_width(row.text or "")
            shift = {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "")]
            left, base = float(row.get("x", "")) - shift, float(row.get("y", ""))
            yield left, base - 10.0, left + width, base + 3.0


class TestDrawing:
    @pytest.mark.parametrize("name", ALL)
    def test_texts_do_not_overlap_and_stay_inside(self, name: str) -> None:
        for svg in svgs(ALL[name]):
            width, height = float(svg.get("width", "")), float(svg.get("height", ""))
            places = list(rows(svg))
            for one, other in combinations(places, 2):
                beside = one[2] <= other[0] or other[2] <= one[0]
                assert beside or one[3] <= other[1] or other[3] <= one[1], (one, other)
            assert all(left >= -12 and top >= 0 for left, top, _, _ in places)
            assert all(right <= width + 1 and bottom <= height for _, _, right, bottom in places)

    @pytest.mark.parametrize("name", ALL)
    def test_it_has_a_title_and_a_description(self, name: str) -> None:
        for svg in svgs(ALL[name]):
            title, description = svg.findall("title") + svg.findall("desc")
            assert svg.get("role") == "img"
            assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
            assert (title.text, description.text) == (ALL[name].chart.title, ALL[name].alternative(english()))
        ids = re.findall(r' id="([^"]+)"', draw_chart(ALL[name], "c", english()))
        assert len(ids) == len(set(ids)) == 4

    def test_every_run_is_a_dot_but_a_single_run_has_none(self) -> None:
        dots = [part.get("class") for part in svgs(ALL["bars"])[0].iter("circle")]
        assert dots == ["chart__dot"] * 6
        assert not list(svgs(ALL["one run"])[0].iter("circle"))

    def test_bars_begin_at_zero_and_end_at_the_mean(self) -> None:
        svg = svgs(ALL["bars"])[0]
        (zero,) = (part for part in svg.iter("line") if part.get("class") == "chart__zero")
        first, second = svg.iter("rect")
        assert {first.get("x"), second.get("x")} == {zero.get("x1")}
        shares = float(second.get("width", "")) / float(first.get("width", ""))
        assert shares == pytest.approx((1.31 / 3) / (2.34 / 3), rel=1e-3)

    def test_a_bar_below_zero_ends_at_zero(self) -> None:
        svg = svgs(ALL["below zero"])[0]
        (zero,) = (part for part in svg.iter("line") if part.get("class") == "chart__zero")
        for bar in svg.iter("rect"):
            assert float(bar.get("x", "")) + float(bar.get("width", "")) == pytest.approx(
                float(zero.get("x1", "")), abs=0.2
            )

    def test_a_value_label_does_not_overlap_a_reference_line(self) -> None:
        for svg in svgs(ALL["behind the bar"]):
            standing = next(part for part in svg.iter("line") if part.get("class") == "chart__reference")
            values = [text for text in svg.iter("text") if "chart__value" in text.get("class", "")]
            assert len(values) == 2
            for value in values:
                assert float(value[0].get("x", "")) > float(standing.get("x1", ""))

    @pytest.mark.parametrize("name", ALL)
    def test_a_reference_line_crosses_no_text(self, name: str) -> None:
        for svg in svgs(ALL[name]):
            for part in svg.iter("line"):
                if part.get("class") != "chart__reference":
                    continue
                left, top, right, bottom = (float(part.get(key, "")) for key in ("x1", "y1", "x2", "y2"))
                crossed = [
                    place
                    for place in rows(svg)
                    if place[0] < right and left < place[2] and place[1] + 3 < bottom and top < place[3] - 3
                ]
                assert crossed == []

    def test_a_band_extends_from_the_minimum_to_the_maximum(self) -> None:
        svg = svgs(ALL["logarithmic"])[0]
        (band,) = (part for part in svg.iter("polygon") if part.get("class") == "chart__band")
        corners = [tuple(map(float, corner.split(","))) for corner in band.get("points", "").split()]
        (middle,) = svg.iter("polyline")
        means = [tuple(map(float, corner.split(","))) for corner in middle.get("points", "").split()]
        for (_x, top), (_, mean), (_, bottom) in zip(corners[:3], means, corners[:2:-1], strict=True):
            assert top < mean < bottom
            assert mean == pytest.approx((top + bottom) / 2, abs=0.2)
        assert means[1][0] - means[0][0] == pytest.approx(means[2][0] - means[1][0], abs=0.2), (
            "1, 2, 4 on a log scale"
        )

    def test_lines_differ_in_marker_and_not_only_in_color(self) -> None:
        groups = [group for group in svgs(ALL["lines"])[0].iter("g") if group.find("polyline") is not None]
        signs = {tuple((part.tag, len(part.get("points", "").split())) for part in group) for group in groups}
        circles = [len(group.findall("circle")) for group in groups]
        assert circles == [3, 0, 0]
        assert len(signs) == 2, "squares and diamonds both have four corners"

    def test_authors_text_is_never_markup(self) -> None:
        plot = bars(
            title=NASTY, axis=NASTY, caption=NASTY, bars={NASTY: "tuned.right"}, reference={NASTY: "chance"}
        )
        for svg in svgs(plot):
            assert {part.tag for part in svg.iter()} == {
                "svg",
                "title",
                "desc",
                "line",
                "text",
                "tspan",
                "rect",
                "circle",
            }
        drawn = f'<figure class="chart">\n{draw_chart(plot, "c", english())}\n</figure>'
        for extensions in ([], ["md_in_html", "attr_list", "tables"]):
            assert drawn in markdown.markdown(f"Before.\n\n{drawn}\n\nAfter.", extensions=extensions)

    def test_the_same_numbers_produce_the_same_bytes(self) -> None:
        assert draw_chart(bars(), "c", english()) == draw_chart(ALL["bars"], "c", english())

    @given(st.dictionaries(LABELS, SEEDS, min_size=1, max_size=6))
    @settings(max_examples=40)
    def test_any_numbers_can_be_drawn(self, measured: dict[str, Statistic]) -> None:
        metrics = {f"m{number}": statistic for number, statistic in enumerate(measured.values())}
        named = dict(zip(measured, metrics, strict=True))
        for plot in (
            plotted(chart(BARS, bars=named, unit="number"), metrics),
            plotted(
                chart(LINES, lines={"a": {str(at): name for at, name in enumerate(["m0", *metrics])}}),
                metrics,
            ),
        ):
            assert plot is not None
            for svg in svgs(plot):
                numbers = [
                    value
                    for part in svg.iter()
                    for name, value in part.items()
                    if name in ("x", "y", "x1", "width")
                ]
                assert all(-40 < float(value) < 1000 for value in numbers)


class TestScale:
    @given(st.lists(VALUES, min_size=1, max_size=9), st.integers(3, 6), st.booleans())
    def test_ticks_are_round_and_cover_all_values(
        self, values: list[float], count: int, from_zero: bool
    ) -> None:
        found = ticks(values, count, from_zero)
        assert found[0] <= min(values) + 1e-6
        assert max(values) - 1e-6 <= found[-1]
        assert 2 <= len(found) <= count + 2
        assert not from_zero or 0 in found
        steps = {f"{after - before:.6g}" for before, after in pairwise(found)}
        assert len({f"{float(step):.3g}" for step in steps}) == 1

    @pytest.mark.parametrize(
        ("values", "found"),
        [
            ([0.43, 0.94], (0, 0.2, 0.4, 0.6, 0.8, 1)),
            ([0.71, 0.94], (0.7, 0.75, 0.8, 0.85, 0.9, 0.95)),
            ([0.961, 0.999], (0.96, 0.97, 0.98, 0.99, 1)),
            ([5, 5], (5, 6, 7, 8, 9, 10)),
        ],
    )
    def test_ticks_begin_with_zero_if_it_is_near(self, values: list[float], found: tuple[float, ...]) -> None:
        assert ticks(values, 5) == found

    def test_a_logarithmic_scale_spaces_equal_factors_equally(self) -> None:
        scale = Scale(1, 100, 0, 200, logarithmic=True)
        assert [scale(value) for value in (1, 10, 100)] == pytest.approx([0, 100, 200])

    @given(st.lists(st.tuples(st.floats(0, 300), st.sampled_from([17.0, 34.0])), min_size=1, max_size=6))
    def test_labels_do_not_touch_and_stay_between_the_ends(self, places: list[tuple[float, float]]) -> None:
        tops = apart(places, 3.0, -10.0, 310.0)
        spans = sorted(zip(tops, (height for _, height in places), strict=True))
        assert all(top + height + 3.0 <= below + 1e-6 for (top, height), (below, _) in pairwise(spans))
        assert spans[0][0] >= -10.0 - 1e-6
        assert spans[-1][0] + spans[-1][1] <= 310.0 + 1e-6

    def test_a_label_with_enough_space_is_next_to_its_line(self) -> None:
        assert apart([(100, LEADING), (200, LEADING)], 3.0, 0, 300) == (100 - LEADING / 2, 200 - LEADING / 2)


class TestLettering:
    @pytest.mark.parametrize(
        ("unit", "values", "expected"),
        [
            ("percent", (0.73, 0.79, 0.82), "78%, 73–82%"),
            ("percent", (0.999, 1.0), ">99%, >99–100%"),
            ("percent", (0.5, 0.5), "50%"),
            ("number", (1234.0, 1300.0), "1,267, 1,234–1,300"),
            ("number", (-3.0, 1.0), "-1, -3 to 1"),
            ("seconds", (5.5, 6.5), "6 s, 5.5–6.5 s"),
        ],
    )
    def test_a_value_is_shown_with_its_spread(
        self, unit: Any, values: tuple[float, ...], expected: str
    ) -> None:
        assert with_spread(unit, Statistic(values)) == expected

    def test_ticks_that_would_touch_the_previous_one_are_omitted(self) -> None:
        words = [(0.0, "first"), (10.0, "second"), (100.0, "third"), (190.0, "fourth"), (200.0, "last")]
        assert [word for _, word in in_a_row(words)] == ["first", "third", "last"]

    @given(LABELS, st.floats(40, 300))
    def test_wrapping_loses_no_word_and_no_line_is_too_wide(self, text: str, width: float) -> None:
        found = wrapped(text, width)
        assert " ".join(found).split() == text.split()
        assert all(text_width(line) <= width or " " not in line for line in found)


@pytest.mark.parametrize(("scheme", "ground"), [("default", "light"), ("slate", "dark")])
def test_every_hue_has_enough_contrast(scheme: str, ground: str) -> None:
    block = re.search(
        rf'\[data-md-color-scheme="{scheme}"\] {{\n  --paper.*?\n}}', CSS.read_text("utf-8"), re.DOTALL
    )
    assert block is not None
    colors = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block[0]))
    assert f"color-scheme: {ground}" in block[0]
    for hue in range(1, 7):
        assert contrast(colors[f"chart-{hue}"], colors["paper"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors as defined by WCAG 2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


# Work


def test_a_chart_on_several_pages_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(
        chart_module,
        "draw_chart",
        lambda plot, name, words: drawn.append(name) or draw_chart(plot, name, words),
    )
    draw = chart_drawer(english())
    assert draw(bars(), "one") == draw(bars(), "one") == draw_chart(bars(), "one", english())
    draw(bars(), "two")
    assert drawn == ["one", "two"]
