"""Wherever a visitor is on a page, the links to other readers, to the concept, and along the path are nearby."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from playwright.sync_api import Locator, Page, expect

from patience import eventually

from .conftest import Site

pytestmark = pytest.mark.browser

STUDENT = "fine-tuning/ml-engineer/student/"
WIDTHS = [1280, 390]
TOP = "part => part.getBoundingClientRect().top"
BOTTOM = "part => part.getBoundingClientRect().bottom"
FOCUSED_IN_TEXT = """() => {
  const focused = document.activeElement;
  return focused.closest("article") !== null && focused.closest(".where, .readers, .banner") === null;
}"""

ON_SCREEN = """(({ left, right }) => right >= 0 && left < innerWidth)(document.activeElement.getBoundingClientRect())"""


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Page:
    return new_page(viewport={"width": request.param, "height": 844})


def top(part: Locator) -> float:
    return float(part.evaluate(TOP))


def bottom(part: Locator) -> float:
    return float(part.evaluate(BOTTOM))


# The switch


@pytest.mark.parametrize(
    "address", [STUDENT, "fine-tuning/blog/student/", "fine-tuning/article/", "fine-tuning/"]
)
def test_the_switch_stays_below_the_header_in_one_thin_row(site: Site, page: Page, address: str) -> None:
    page.goto(site.url + address)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight / 2)")
    switch, header = page.locator(".readers"), page.locator(".md-header")
    assert eventually(lambda: abs(top(switch) - bottom(header)) <= 2)
    assert bottom(switch) - top(switch) < 44
    shown = page.locator(".readers :is(summary, .readers-group a):visible").all()
    assert len({round(top(part)) for part in shown}) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_switch_scrolls_away_in_a_low_window(site: Site, new_page: Callable[..., Page]) -> None:
    """A window of 1280 by 800 pixels at 400 percent."""
    page = new_page(viewport={"width": 320, "height": 200})
    page.goto(site.url + STUDENT + "#questions", wait_until="load")
    assert eventually(lambda: bottom(page.locator(".readers")) < 0)
    assert 0 <= top(page.locator("#questions")) - bottom(page.locator(".md-header")) < 40


def test_the_names_of_readers_are_large_enough_for_a_thumb(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(site.url + STUDENT, wait_until="load")
    page.locator(".readers summary", has_text="Student").click()
    for link in page.locator(".readers [open] a").all():
        assert bottom(link) - top(link) >= 36


def test_a_heading_that_a_link_leads_to_is_below_the_switch(site: Site, page: Page) -> None:
    page.goto(site.url + STUDENT + "#questions", wait_until="load")
    assert 0 <= top(page.locator("#questions")) - bottom(page.locator(".readers")) < 60


def test_another_reader_s_page_opens_at_the_same_section(site: Site, page: Page) -> None:
    page.goto(site.url + STUDENT + "#pitfalls", wait_until="load")
    page.locator(".readers summary", has_text="Student").click()
    page.locator(".readers").get_by_role("link", name="Manager").click()
    page.wait_for_url(site.url + "fine-tuning/ml-engineer/manager/#pitfalls")
    assert 0 <= top(page.locator("#pitfalls")) - bottom(page.locator(".readers")) < 60


def test_at_the_top_of_a_page_another_reader_s_page_opens_at_the_top(site: Site, page: Page) -> None:
    page.goto(site.url + STUDENT)
    page.locator(".readers summary", has_text="ML engineer").click()
    page.locator(".readers").get_by_role("link", name="Data scientist").click()
    page.wait_for_url(site.url + "fine-tuning/data-scientist/student/")


def test_without_scripts_the_switch_still_opens_and_leads_to_other_readers(
    site: Site, new_page: Callable[..., Page]
) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(site.url + STUDENT + "#summary")
    page.locator(".readers summary", has_text="Student").click()
    page.locator(".readers").get_by_role("link", name="Developer").click()
    assert page.url == site.url + "fine-tuning/ml-engineer/developer/"


def test_one_list_is_open_at_a_time_and_escape_closes_it(site: Site, page: Page) -> None:
    page.goto(site.url + STUDENT)
    names, opened = page.locator(".readers summary"), page.locator(".readers [open]")
    names.nth(0).press("Enter")
    names.nth(1).press("Enter")
    expect(opened).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    expect(names.nth(1)).to_be_focused()
    names.nth(2).click()
    page.mouse.click(5, 700)
    expect(opened).to_have_count(0)


# The position of a page


def test_a_breadcrumb_leads_to_the_concept_and_to_all_terms(site: Site, page: Page) -> None:
    page.goto(site.url + STUDENT)
    crumbs = page.get_by_role("navigation", name="You are here")
    assert crumbs.locator("li").all_inner_texts() == [
        "A–Z",
        "Fine-tuning",
        "An ML engineer explains it to a student",
    ]
    assert len({round(bottom(part)) for part in crumbs.locator("li").all()}) == 1
    crumbs.get_by_role("link", name="Fine-tuning").click()
    page.wait_for_url(site.url + "fine-tuning/")
    crumbs.get_by_role("link", name="A–Z").click()
    page.wait_for_url(site.url + "glossary/")


def test_search_engines_get_the_same_breadcrumb(site: Site) -> None:
    html = (site.folder / STUDENT / "index.html").read_text("utf-8")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found
    place = json.loads(found[1])["mainEntityOfPage"]["breadcrumb"]
    assert place["@type"] == "BreadcrumbList"
    items = [(item["position"], item["item"].partition("below/")[2]) for item in place["itemListElement"]]
    assert items == [(1, "glossary/"), (2, "fine-tuning/"), (3, STUDENT)]


@pytest.mark.parametrize(
    ("address", "tab"),
    [
        (STUDENT, "A–Z"),
        ("label/", "A–Z"),
        ("examples/labels/", "Examples"),
        ("docs/tutorial/", "Docs"),
        ("path/", "Path"),
    ],
)
def test_the_tab_of_every_page_is_marked(
    site: Site, new_page: Callable[..., Page], address: str, tab: str
) -> None:
    page = new_page()
    page.goto(site.url + address)
    expect(page.locator(".md-tabs__item--active")).to_have_text([re.compile(rf"^\s*{tab}\s*$")])


# Along the path


@pytest.mark.parametrize("address", [STUDENT, "fine-tuning/blog/student/"])
def test_every_page_leads_along_the_path_to_pages_for_its_reader(
    site: Site, page: Page, address: str
) -> None:
    page.goto(site.url + address)
    before = page.get_by_text("Read first: ").get_by_role("link")
    assert before.all_inner_texts() == ["Pre-trained model", "Gradient descent", "Label", "the whole path"]
    assert "/student/" in str(before.first.get_attribute("href"))
    after = page.get_by_text("Next on the path: ").get_by_role("link")
    assert after.all_inner_texts() == ["Catastrophic forgetting", "Layer freezing"]
    assert ["/student/" in str(link.get_attribute("href")) for link in after.all()] == [True, True]
    assert top(before.first) < top(page.locator("article h2").first) < top(after.first)


def test_every_concept_with_prerequisites_says_so_on_all_its_pages(site: Site) -> None:
    data = json.loads((site.folder / "glossary.json").read_text("utf-8"))
    ends = re.findall(r'<h2 id="([^"]+)"', (site.folder / "path/index.html").read_text("utf-8"))
    assert len(ends) > 10
    for concept in data["concepts"]:
        for each in concept["pages"]:
            text = (site.folder / each["url"] / "index.html").read_text("utf-8")
            assert ("Read first: " in text) == (concept["id"] in ends), each["url"]


# A shared comparison

BOTH = "fine-tuning/?compare=ml-engineer/manager,data-scientist/student"


def test_a_shared_comparison_opens_at_the_comparison(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.goto(site.url + BOTH, wait_until="networkidle")
    form = page.locator("#compare")
    assert eventually(lambda: 0 <= top(form) < 200)
    page.reload(wait_until="networkidle")
    assert eventually(lambda: 0 <= top(form) < 200)
    page.evaluate("window.scrollBy(0, 1500)")
    assert eventually(lambda: page.evaluate("history.state?.left === scrollY"))
    left = page.evaluate("scrollY")
    page.goto(site.url)
    page.go_back(wait_until="networkidle")
    assert eventually(lambda: abs(page.evaluate("scrollY") - left) < 5)
    page.go_back()
    page.wait_for_url(site.url)


# The keyboard


@pytest.mark.parametrize(
    ("width", "address", "most"), [(1280, STUDENT, 14), (1280, "fine-tuning/", 14), (390, STUDENT, 11)]
)
def test_few_tab_stops_come_before_the_text(
    site: Site, new_page: Callable[..., Page], width: int, address: str, most: int
) -> None:
    """The skip link skips all of them. The table of contents comes after the text, and has its own skip link."""
    page = new_page(viewport={"width": width, "height": 844})
    page.goto(site.url + address, wait_until="load")
    if width == 390:
        expect(page.locator(".md-nav--primary a").first).to_be_hidden()
    stops = 0
    while not page.evaluate(FOCUSED_IN_TEXT):
        page.keyboard.press("Tab")
        stops += 1
        assert stops <= most + 1
        assert page.evaluate(ON_SCREEN)


def test_the_skip_link_leads_to_the_heading(site: Site, page: Page) -> None:
    page.goto(site.url + STUDENT, wait_until="load")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("article :focus")).to_have_count(1)
    expect(page.locator(".where :focus")).to_have_count(0)


def test_the_second_skip_link_leads_to_the_table_of_contents(
    site: Site, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(site.url + STUDENT, wait_until="load")
    expect(page.locator(".md-skip")).to_have_count(2)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Table of contents").locator("a").first).to_be_focused()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".md-skip--contents")).to_be_hidden()


def test_the_menu_on_a_phone_opens_with_the_keyboard(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(site.url + STUDENT, wait_until="load")
    menu, link = (
        page.get_by_role("button", name="Navigation"),
        page.locator(".md-nav--primary a", has_text="Map"),
    )
    expect(link).to_be_hidden()
    menu.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(link).to_be_visible()
    menu.press(" ")
    expect(link).to_be_hidden()


# On paper and in lists of pages


def test_ways_to_other_pages_are_not_printed(site: Site, page: Page) -> None:
    page.goto(site.url + STUDENT)
    page.emulate_media(media="print")
    for part in (".where", ".readers", ".path-line"):
        assert [found.is_visible() for found in page.locator(part).all()].count(True) == 0, part


def test_every_page_has_its_own_title_and_description(site: Site) -> None:
    titles, descriptions = {}, {}
    for file in sorted(site.folder.rglob("*.html")):
        html = file.read_text("utf-8")
        titles.setdefault(_only(r"<title>(.*?)</title>", html), []).append(file)
        descriptions.setdefault(_only(r'<meta name="description" content="(.*?)"', html), []).append(file)
    assert {title: files for title, files in titles.items() if len(files) > 1} == {}
    assert {text: files for text, files in descriptions.items() if len(files) > 1} == {}
    assert [title for title in titles if title.count("Executable Glossary") > 1] == []


def _only(pattern: str, html: str) -> str:
    (found,) = re.findall(pattern, html, re.DOTALL)
    assert found.strip()
    return unescape(found)


def test_no_sentence_is_joined_to_the_next_with_two_punctuation_marks(site: Site) -> None:
    joined = {}
    for file in sorted(site.folder.rglob("index.html")):
        html = file.read_text("utf-8").partition("<article")[2].partition("</article>")[0]
        text = re.sub(r"<(pre|code|svg|math)\b.*?</\1>", "x", html, flags=re.DOTALL)
        found = re.findall(r".{0,40}[.!?;:,]\s?[:;,](?:\s.{0,20}|$)", unescape(re.sub(r"<[^>]*>", "", text)))
        if found := [words for words in found if "et al.," not in words and "a.m." not in words]:
            joined[file.relative_to(site.folder).as_posix()] = found
    assert joined == {}


def test_the_map_on_a_phone_has_no_lines_beside_its_concepts(
    site: Site, new_page: Callable[..., Page]
) -> None:
    """Lines that pass other concepts appear while a concept is selected."""
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(site.url + "map/", wait_until="load")
    lines = page.locator(".map__narrow .map__line:visible")
    boxes = page.locator(".map__narrow .map__box").evaluate_all(
        "boxes => boxes.map((box) => box.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    left, right = min(edge for edge, _ in boxes), max(edge for _, edge in boxes)
    spans = lines.evaluate_all(
        "lines => lines.map((line) => line.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    assert len(spans) > 10
    assert [span for span in spans if span[0] < left or span[1] > right] == []
    shown = lines.count()
    page.locator('.map__narrow [data-concept="pre-trained-model"]').focus()
    assert eventually(lambda: lines.count() > shown)
