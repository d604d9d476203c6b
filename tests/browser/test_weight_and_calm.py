"""A page is light, does not shift while it loads, and never appears in the wrong colors."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Response

from .conftest import Site, Visit
from .server import SLOWLY

pytestmark = pytest.mark.browser

KILOBYTE = 1000
MOST_SHIFT = 0.002
# Counts layout shifts from the start, each with the element that moved most.
COUNT_SHIFTS = """
  window.shifts = [];
  const note = (shifts) => shifts.forEach(({ value, sources: [{ node, previousRect, currentRect }] }) =>
    window.shifts.push([value, `${node?.nodeName}.${node?.className} ${JSON.stringify([previousRect, currentRect])}`]));
  window.observer = new PerformanceObserver((list) => note(list.getEntries()));
  window.observer.observe({ type: "layout-shift", buffered: true });
  window.allShifts = () => { note(window.observer.takeRecords()); return window.shifts; };"""
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def questions(site: Site) -> list[str]:
    """All question pages without a figure, the heaviest first."""
    data = json.loads((site.folder / "glossary.json").read_text("utf-8"))
    pages = [page["url"] for concept in data["concepts"] for page in concept["pages"] if page["role"]]
    files = {page: site.folder / page / "index.html" for page in pages}
    plain = [page for page, file in files.items() if "<img" not in file.read_text("utf-8")]
    return sorted(plain, key=lambda page: -files[page].stat().st_size)


@pytest.mark.parametrize(("has_formulas", "most"), [(False, 300), (True, 350)])
def test_a_question_page_is_light(site: Site, visit: Visit, has_formulas: bool, most: int) -> None:
    """Counts all requests of a first visit: compressed, including headers. Formulas need a typeface of their own."""
    pages = [
        page
        for page in questions(site)
        if has_formulas == ("<math" in (site.folder / page / "index.html").read_text("utf-8"))
    ]
    answers: list[Response] = []
    visit.page.on("response", lambda answer: answers.append(answer))  # Playwright inspects the parameters.
    visit.page.goto(site.url + pages[0], wait_until="networkidle")
    sizes = {answer.url: answer.request.sizes() for answer in answers if answer.url.startswith("http")}
    weights = {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes.items()}
    assert any(url.endswith(".woff2") for url in weights)
    assert sum(weights.values()) <= most * KILOBYTE, weights


def test_the_search_index_is_fetched_only_on_demand(site: Site, visit: Visit) -> None:
    visit.page.goto(site.url, wait_until="networkidle")
    assert not [url for url in visit.requests if "/search/" in url]
    with visit.page.expect_response("**/search/index.json"):
        visit.page.keyboard.press("/")
    visit.page.get_by_role("textbox", name="Search").press_sequentially("labels")
    visit.page.locator(".md-search-result__item").first.wait_for()
    assert not [url for url in visit.requests if "search_index" in url]


@pytest.mark.parametrize("width", [390, 1280])
def test_representative_pages_do_not_shift_on_a_slow_connection(
    site: Site, new_context: Callable[..., BrowserContext], width: int
) -> None:
    assert (
        layout_shifts({"examples": site.kinds["examples"], **site.representative}, site, new_context, width)
        == {}
    )


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
def test_no_kind_of_page_shifts_on_a_slow_connection(
    site: Site, new_context: Callable[..., BrowserContext], width: int
) -> None:
    """Slow: loads every kind of page over a slow connection."""
    assert layout_shifts(site.kinds, site, new_context, width) == {}


def layout_shifts(
    pages: dict[str, str], site: Site, new_context: Callable[..., BrowserContext], width: int
) -> dict[str, list[Any]]:
    """Layout shift scores, as browsers calculate them, by kind of page; a score of 0.1 or more is rated as poor.

    A slow connection is the worst case on any machine: the page is painted while it arrives in pieces, and fonts
    and scripts load later. The pages load in parallel because they spend most of the time waiting. Each page has its
    own context, because a returning reader sees an additional line.
    """
    slow_line = {"viewport": {"width": width, "height": 844}, "extra_http_headers": {SLOWLY: "yes"}}
    windows = {kind: new_context(**slow_line).new_page() for kind in pages}
    for kind, address in pages.items():
        windows[kind].add_init_script(COUNT_SHIFTS)
        windows[kind].goto(site.url + address, wait_until="commit")
    shifts = {kind: _shifts(page) for kind, page in windows.items()}
    return {kind: moved for kind, moved in shifts.items() if sum(value for value, _ in moved) > MOST_SHIFT}


def _shifts(page: Page) -> list[Any]:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.evaluate(PAINTED)
    return list(page.evaluate("allShifts()"))


def test_a_shift_is_detected(site: Site, context: BrowserContext) -> None:
    context.add_init_script(COUNT_SHIFTS)
    page = context.new_page()
    page.goto(site.url)
    page.evaluate(PAINTED)
    page.evaluate(
        "document.querySelector('article').insertAdjacentHTML('afterbegin', '<h2>A</h2><h2>B</h2>')"
    )
    assert sum(value for value, _ in _shifts(page)) > MOST_SHIFT


@pytest.mark.parametrize("width", [390, 1280])
def test_nobody_sees_a_footer_grow(
    site: Site, new_context: Callable[..., BrowserContext], width: int
) -> None:
    """Another font, or text that arrives late, may need more lines than the first paint, also on the shortest page."""
    page = new_context(viewport={"width": width, "height": 844}).new_page()
    page.add_init_script(COUNT_SHIFTS)
    page.goto(site.url + site.kinds["404"])
    page.evaluate(PAINTED)
    page.evaluate("document.querySelector('.md-copyright').append(' More words.'.repeat(60))")
    assert _shifts(page) == []


@pytest.mark.parametrize(("system", "expected"), [("light", "default"), ("dark", "slate")])
def test_the_first_paint_uses_the_system_s_color_scheme(
    site: Site, new_page: Callable[..., Page], system: str, expected: str
) -> None:
    """This happens before the theme's script, which also sets the colors, has loaded."""
    page = new_page(color_scheme=system)
    assert _scheme_without_scripts(page, site) == expected


def test_the_first_paint_uses_the_chosen_color_scheme(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(color_scheme="light")
    page.goto(site.url)
    page.get_by_title("Switch to dark mode").click()
    assert _scheme_without_scripts(page, site) == "slate"


def _scheme_without_scripts(page: Page, site: Site) -> str:
    page.route("**/*.js", lambda route: route.abort())
    page.goto(site.url + questions(site)[0])
    return str(page.evaluate("document.body.dataset.mdColorScheme"))
