"""Charts in a browser: one drawing is visible, text is large enough, colors adapt, and labels do not overlap."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from .conftest import Site

pytestmark = pytest.mark.browser

EXAMPLE = "examples/forgetting/"
SMALLEST = 12
# The bounding boxes of all lines of text in the visible drawing, in pixels relative to the window.
BOXES = """svg => [...svg.querySelectorAll('tspan')].map(row => {
  const box = row.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom] })"""
LETTERS = """svg => [...svg.querySelectorAll('text')].map(
  text => parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
COLORS = "svg => [getComputedStyle(svg.querySelector('.chart__value')).fill, getComputedStyle(document.body).color]"


def opened(site: Site, new_page: Callable[..., Page], width: int, scheme: str = "light") -> Page:
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(site.url + EXAMPLE)
    return page


@pytest.mark.parametrize(("width", "shown", "hidden"), [(1280, "wide", "narrow"), (390, "narrow", "wide")])
def test_only_one_drawing_of_a_chart_is_visible(
    site: Site, new_page: Callable[..., Page], width: int, shown: str, hidden: str
) -> None:
    page = opened(site, new_page, width)
    assert page.locator(f".chart__{shown}").first.is_visible()
    assert not page.locator(f".chart__{hidden}").first.is_visible()
    title = page.locator(f".chart__{shown} title").first.text_content() or ""
    assert page.get_by_role("img", name=title).count() == 1


@pytest.mark.parametrize(("width", "shown"), [(1280, "wide"), (390, "narrow"), (360, "narrow")])
def test_text_is_large_enough_and_does_not_overlap(
    site: Site, new_page: Callable[..., Page], width: int, shown: str
) -> None:
    page = opened(site, new_page, width)
    page.evaluate("document.fonts.ready")
    for drawn in page.locator(f".chart__{shown}").all():
        assert min(drawn.evaluate(LETTERS)) >= SMALLEST
        boxes = drawn.evaluate(BOXES)
        assert len(boxes) > 5
        assert all(left >= 0 and right <= width for left, _, right, _ in boxes)
        # A box is as tall as the font's tallest letters; lines of the same label overlap by up to three pixels.
        for number, (left, top, right, bottom) in enumerate(boxes):
            for other in boxes[number + 1 :]:
                apart = right <= other[0] or other[2] <= left or bottom - 4 <= other[1] or other[3] - 4 <= top
                assert apart, (boxes[number], other)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chart_text_has_the_color_of_the_page_text(
    site: Site, new_page: Callable[..., Page], scheme: str
) -> None:
    page = opened(site, new_page, 1280, scheme)
    words, text = page.locator(".chart__wide").first.evaluate(COLORS)
    assert words == text


def test_chart_text_is_readable_in_forced_colors(site: Site, new_page: Callable[..., Page]) -> None:
    """The reader chose the light scheme on the site but uses a high-contrast dark theme in the operating system."""
    page = opened(site, new_page, 1280, "dark")
    page.get_by_title("Switch to light mode").click()
    page.emulate_media(forced_colors="active")
    words, text = page.locator(".chart__wide").first.evaluate(COLORS)
    assert words == text == "rgb(255, 255, 255)"


def test_the_table_of_numbers_is_folded(site: Site, new_page: Callable[..., Page]) -> None:
    page = opened(site, new_page, 390)
    chart = page.locator("figure.chart").first
    assert not chart.get_by_role("table").is_visible()
    chart.get_by_text("The numbers").click()
    assert chart.get_by_role("table").is_visible()
    assert chart.get_by_role("columnheader", name="Highest").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390
