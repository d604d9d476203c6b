"""A page is light, stands still while it loads, and is never seen in the wrong colors."""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import Browser, Page, Response, Route

from .conftest import Site, Visit

pytestmark = pytest.mark.browser

KILOBYTE = 1000
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((shift) => (sum += shift.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


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


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_nothing_moves_while_a_page_loads(site: Site, browser: Browser, width: int) -> None:
    """Layout shift as browsers count it; from 0.1 on it is called poor."""
    moved = {}
    for kind, address in site.kinds.items():
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.goto(site.url + address, wait_until="networkidle")
        moved[kind] = page.evaluate(SHIFTS)
        page.close()
    assert {kind: sum for kind, sum in moved.items() if sum > 0.02} == {}


@pytest.mark.parametrize("late", [".woff2", ".js"])
def test_nothing_moves_when_files_come_late(site: Site, browser: Browser, late: str) -> None:
    """As on a train: whoever reads already is left alone."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.route(lambda address: address.endswith(late), _late)
    page.goto(site.url + site.kinds["blog student"], wait_until="networkidle")
    assert page.evaluate(SHIFTS) <= 0.02
    page.close()


def _late(route: Route) -> None:
    time.sleep(0.6)
    route.continue_()


@pytest.mark.parametrize(("system", "expected"), [("light", "default"), ("dark", "slate")])
def test_the_first_paint_has_the_system_s_colors(
    site: Site, browser: Browser, system: str, expected: str
) -> None:
    """Before the theme's script has come, which would set them too."""
    page = browser.new_page(color_scheme="dark" if system == "dark" else "light")
    assert _scheme_without_scripts(page, site) == expected
    page.close()


def test_the_first_paint_has_the_colors_that_were_chosen(site: Site, browser: Browser) -> None:
    page = browser.new_page(color_scheme="light")
    page.goto(site.url)
    page.get_by_title("Switch to dark mode").click()
    assert _scheme_without_scripts(page, site) == "slate"
    page.close()


def _scheme_without_scripts(page: Page, site: Site) -> str:
    page.route("**/*.js", lambda route: route.abort())
    page.goto(site.url + questions(site)[0])
    return str(page.evaluate("document.body.dataset.mdColorScheme"))
