"""Every page in a browser: no errors, no third parties, no horizontal scrolling, and both color schemes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import Site, Visit

pytestmark = pytest.mark.browser

QUESTIONS = "fine-tuning/ml-engineer/manager/"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OPEN_ALL = "document.querySelectorAll('details').forEach((folded) => (folded.open = true))"
GROUND = "getComputedStyle(document.body).backgroundColor"
FONTS = """document.fonts.ready.then(() =>
  [...document.fonts].filter((font) => font.status === "loaded").map((font) => font.family))"""
SCHEME = "document.body.dataset.mdColorScheme"
MANY = pytest.mark.parametrize(
    "some", ["representative", *(pytest.param(some, marks=pytest.mark.slow) for some in ("kinds", "pages"))]
)


def _pages(site: Site, some: str) -> tuple[str, ...]:
    """Slow: loads a page of every kind, and then every third page, since pages of a kind share their template."""
    if some == "pages":
        return site.pages[::3]
    kinds = site.kinds if some == "kinds" else site.representative
    return tuple(address for kind, address in kinds.items() if kind != "404")


@MANY
def test_no_page_has_errors_contacts_a_third_party_or_scrolls_horizontally(
    site: Site, visit: Visit, some: str
) -> None:
    """On a phone. Folded parts are opened first; code and tables scroll inside their own boxes."""
    visit.page.set_viewport_size({"width": 390, "height": 844})
    pages, wide = _pages(site, some), []
    for page in pages:
        visit.page.goto(site.url + page, wait_until="load")
        visit.page.evaluate(OPEN_ALL)
        if visit.page.evaluate(TOO_WIDE):
            wide.append(page)
    visit.page.wait_for_load_state("networkidle")
    assert wide == []
    assert visit.complaints == []
    own = site.url.split("/", 3)[2]
    foreign = [url for url in visit.requests if url.split("/", 3)[2] != own and not url.startswith("data:")]
    assert (len(foreign), foreign) == (0, [])
    assert len(visit.requests) > len(pages)


def test_search_works_without_third_parties(site: Site, visit: Visit) -> None:
    visit.page.goto(site.url)
    box = visit.page.get_by_role("textbox", name="Search")
    box.click()
    box.press_sequentially("finetuning", delay=20)  # the theme listens for key events
    first = visit.page.locator(".md-search-result__item").first
    first.wait_for()
    assert "Fine-tuning" in first.inner_text()
    assert visit.complaints == []


def test_search_works_without_storage(site: Site, visit: Visit) -> None:
    """With all cookies blocked, even reading `localStorage` raises an error."""
    refused = "{configurable: true, get() { throw new DOMException('refused', 'SecurityError'); }}"
    for name in ("localStorage", "sessionStorage"):
        visit.page.add_init_script(f"Object.defineProperty(window, '{name}', {refused})")
    visit.page.goto(site.url + "fine-tuning/", wait_until="networkidle")
    expect(visit.page.get_by_role("button", name="Compare")).to_be_visible()
    visit.page.keyboard.press("f")
    visit.page.keyboard.type("finetuning", delay=20)
    expect(visit.page.locator(".md-search-result__item").first).to_contain_text("Fine-tuning")


def test_the_search_dialog_has_a_name(site: Site, visit: Visit) -> None:
    visit.page.goto(site.url)
    assert visit.page.locator("[role=dialog]").first.get_attribute("aria-label") == "Search"


@pytest.mark.parametrize(("width", "shown", "hidden"), [(1280, "wide", "narrow"), (390, "narrow", "wide")])
def test_only_one_drawing_of_a_diagram_is_visible(
    site: Site, context: BrowserContext, width: int, shown: str, hidden: str
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(site.url + QUESTIONS)
    assert page.locator(f".diagram__{shown}").first.is_visible()
    assert not page.locator(f".diagram__{hidden}").first.is_visible()
    assert page.get_by_role("img", name=page.locator(".diagram svg title").first.text_content()).count() == 1


@pytest.mark.parametrize(("preferred", "scheme"), [("light", "default"), ("dark", "slate")])
def test_the_scheme_follows_the_system(
    site: Site, new_page: Callable[..., Page], preferred: str, scheme: str
) -> None:
    page = new_page(color_scheme=preferred)
    page.goto(site.url + QUESTIONS)
    assert page.evaluate(SCHEME) == scheme
    assert (_lightness(page) < 0.2) == (preferred == "dark")


def test_the_chosen_scheme_is_remembered(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(site.url)
    page.get_by_title("Switch to dark mode").click()
    assert page.evaluate(SCHEME) == "slate"
    page.goto(site.url + QUESTIONS)
    assert page.evaluate(SCHEME) == "slate"
    assert _lightness(page) < 0.2


def test_fonts_come_from_the_site_itself(site: Site, visit: Visit) -> None:
    visit.page.goto(site.url + QUESTIONS, wait_until="networkidle")
    assert {name.strip('"') for name in visit.page.evaluate(FONTS)} >= {"Source Serif 4", "Source Sans 3"}


def test_formulas_use_a_font_with_radical_signs(site: Site, visit: Visit) -> None:
    page = visit.page
    rooted = (
        path for path in site.pages if "<msqrt" in (site.folder / path / "index.html").read_text("utf-8")
    )
    page.goto(site.url + next(rooted))
    page.locator("msqrt").first.scroll_into_view_if_needed()
    assert any("STIX" in name for name in page.evaluate(FONTS))


def _lightness(page: Page) -> float:
    """Lightness of the page's background, from 0 (black) to 1 (white)."""
    numbers = page.evaluate(GROUND).split("(")[1].rstrip(")").split(",")[:3]
    return sum(float(number) for number in numbers) / (3 * 255)
