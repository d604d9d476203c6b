"""A page is light, stands still while it loads, and is never seen in the wrong colors."""

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
    """All question pages without a figure of their own, the heaviest first."""
    data = json.loads((site.folder / "glossary.json").read_text("utf-8"))
    pages = [page["url"] for concept in data["concepts"] for page in concept["pages"] if page["role"]]
    files = {page: site.folder / page / "index.html" for page in pages}
    plain = [page for page, file in files.items() if "<img" not in file.read_text("utf-8")]
    return sorted(plain, key=lambda page: -files[page].stat().st_size)


def test_a_page_of_questions_weighs_at_most_300_kilobytes(site: Site, visit: Visit) -> None:
    """All that is asked for when it is opened for the first time, compressed, headers included."""
    answers: list[Response] = []
    visit.page.on("response", lambda answer: answers.append(answer))  # Playwright looks at its parameters
    visit.page.goto(site.url + questions(site)[0], wait_until="networkidle")
    sizes = {answer.url: answer.request.sizes() for answer in answers if answer.url.startswith("http")}
    weights = {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes.items()}
    assert any(url.endswith(".woff2") for url in weights)
    assert sum(weights.values()) <= 300 * KILOBYTE, weights


def test_the_index_of_the_search_is_fetched_when_it_is_wanted(site: Site, visit: Visit) -> None:
    visit.page.goto(site.url, wait_until="networkidle")
    assert not [url for url in visit.requests if "search_index" in url]
    with visit.page.expect_response("**/search_index.json"):
        visit.page.keyboard.press("/")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_on_representative_pages_that_load_slowly(
    site: Site, new_context: Callable[..., BrowserContext], width: int
) -> None:
    assert moving({"examples": site.kinds["examples"], **site.representative}, site, new_context, width) == {}


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_on_any_kind_of_page_that_loads_slowly(
    site: Site, new_context: Callable[..., BrowserContext], width: int
) -> None:
    """Slow: every kind of page."""
    assert moving(site.kinds, site, new_context, width) == {}


def moving(
    pages: dict[str, str], site: Site, new_context: Callable[..., BrowserContext], width: int
) -> dict[str, list[Any]]:
    """The layout shifts, as browsers count them, by kind of page: from 0.1 on they are called poor.

    A slow line is the worst case, whatever the machine: the page is painted while it arrives in pieces, and fonts and
    scripts come after that. The pages load at the same time, since all they do is wait. Each has a context of its own:
    a returning reader gets a line more.
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


def test_a_shift_is_noticed(site: Site, context: BrowserContext) -> None:
    context.add_init_script(COUNT_SHIFTS)
    page = context.new_page()
    page.goto(site.url)
    page.evaluate(PAINTED)
    page.evaluate(
        "document.querySelector('article').insertAdjacentHTML('afterbegin', '<h2>A</h2><h2>B</h2>')"
    )
    assert sum(value for value, _ in _shifts(page)) > MOST_SHIFT


@pytest.mark.parametrize(("system", "expected"), [("light", "default"), ("dark", "slate")])
def test_the_first_paint_has_the_system_s_colors(
    site: Site, new_page: Callable[..., Page], system: str, expected: str
) -> None:
    """Before the theme's script has come, which would set them too."""
    page = new_page(color_scheme=system)
    assert _scheme_without_scripts(page, site) == expected


def test_the_first_paint_has_the_colors_that_were_chosen(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(color_scheme="light")
    page.goto(site.url)
    page.get_by_title("Switch to dark mode").click()
    assert _scheme_without_scripts(page, site) == "slate"


def _scheme_without_scripts(page: Page, site: Site) -> str:
    page.route("**/*.js", lambda route: route.abort())
    page.goto(site.url + questions(site)[0])
    return str(page.evaluate("document.body.dataset.mdColorScheme"))
