"""On paper: dark text on white, regardless of the color scheme, with details unfolded and without on-screen
controls."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site

pytestmark = pytest.mark.browser

EXAMPLE = "examples/forgetting/"
# The lightness, from 0 to 1, of the lightest text in the article.
LIGHTEST = """Math.max(...[...document.querySelectorAll("article *")]
  .filter((part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((part) => getComputedStyle(part).color.match(/[0-9.]+/g).slice(0, 3).reduce((sum, one) => sum + +one, 0) / 765))"""
GROUND = "getComputedStyle(document.querySelector('article')).getPropertyValue('--paper').trim()"


@pytest.fixture
def paper(site: Site, new_page: Callable[..., Page]) -> Page:
    page = new_page(color_scheme="dark", viewport={"width": 794, "height": 1123})
    page.goto(site.url + EXAMPLE, wait_until="networkidle")
    page.emulate_media(media="print", color_scheme="dark")
    return page


def test_a_dark_page_is_printed_as_dark_text_on_white(paper: Page) -> None:
    assert paper.evaluate(GROUND) == "#fff"
    assert paper.evaluate(LIGHTEST) < 0.4


def test_controls_are_not_printed(paper: Page) -> None:
    for tool in (".md-header", ".md-tabs", ".md-code__nav", ".md-footer-meta .md-social"):
        assert [element.is_visible() for element in paper.locator(tool).all() if element.is_visible()] == []


def test_folded_parts_are_printed_unfolded(paper: Page) -> None:
    expect(paper.locator("article details:not([open]) table").first).to_be_visible()


def test_imports_are_printed_only_if_the_reader_opened_them(
    site: Site, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(site.url + EXAMPLE, wait_until="networkidle")
    first, other = page.locator("details.aside").nth(0), page.locator("details.aside").nth(1)
    expect(first.locator("summary")).to_have_text(re.compile("imports"))
    first.locator("summary").press("Enter")
    expect(first.locator("pre")).to_be_visible()
    # Browsers with the theme's script open all details for printing.
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
    page.emulate_media(media="print")
    expect(first.locator("pre")).to_be_visible()
    expect(other.locator("pre")).to_be_hidden()


def sheets(page: Page) -> int:
    """The number of printed pages. Chromium opens all details for printing, as the theme's script makes other browsers
    do."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


@pytest.mark.parametrize(
    "page",
    [
        "fine-tuning/ml-engineer/manager/",
        "pre-trained-model/ml-engineer/manager/",
        "domain-shift/ml-engineer/manager/",
    ],
)
def test_a_manager_s_page_fits_on_two_sheets_of_paper(
    site: Site, new_page: Callable[..., Page], page: str
) -> None:
    """In two columns, without the evidence for claims; with all of it, which the reader can open, on four."""
    window = new_page()
    window.goto(site.url + page, wait_until="networkidle")
    assert sheets(window) == 2
    window.locator(".claim > details > summary").evaluate_all(
        "all => all.forEach((summary) => summary.click())"
    )
    assert 2 < sheets(window) <= 4


def test_no_sheet_is_nearly_empty(site: Site, new_page: Callable[..., Page]) -> None:
    """Without the numbers of its chart, and with evidence in place of links, this blog post does not need a few lines of a
    third sheet."""
    window = new_page()
    window.goto(f"{site.url}fine-tuning/blog/manager/", wait_until="networkidle")
    window.locator(".claim > details > summary").evaluate_all(
        "all => all.forEach((summary) => summary.click())"
    )
    assert sheets(window) == 2


def test_a_printed_list_of_questions_is_not_repeated(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(f"{site.url}transfer-learning/software-architect/manager/", wait_until="networkidle")
    expect(page.locator(".question-list")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".question-list")).to_be_hidden()
    expect(page.locator("h3.qa").first).to_be_visible()


def test_a_printed_page_says_who_explains_it_to_whom(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(f"{site.url}fine-tuning/ml-engineer/manager/", wait_until="networkidle")
    line = page.get_by_text("An ML engineer explains it to a manager.")
    expect(line).to_be_hidden()
    page.emulate_media(media="print")
    expect(line).to_be_visible()
