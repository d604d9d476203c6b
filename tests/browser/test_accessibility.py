"""axe-core finds no violations on any kind of page: light and dark, wide and narrow, with all details unfolded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site, missing_tool

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
OPEN_ALL = "document.querySelectorAll('details').forEach((folded) => (folded.open = true))"
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
VIOLATIONS = """axe.run({resultTypes: ["violations"]}).then(({violations}) =>
  violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`)))"""
SCROLLED = "box => new Promise((done) => box.scrollLeft > 0 ? done() : box.addEventListener('scroll', done))"
COMPARE = "?compare=ml-engineer/manager,data-scientist/student"


LOOKS = [("light", 1280), ("dark", 1280), ("light", 390)]


@pytest.fixture
def checked_page(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a page into which axe-core can be injected; the site's own policy would block the script."""
    return lambda scheme="light", width=1280: new_page(
        color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    )


def violations(page: Page) -> list[str]:
    if not AXE.is_file():
        missing_tool("Node packages")
    page.add_script_tag(path=AXE)
    page.evaluate(OPEN_ALL)
    page.evaluate(SETTLED)
    result = page.evaluate(VIOLATIONS)
    assert isinstance(result, list)
    return result


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_representative_pages_have_no_violations(
    site: Site, checked_page: Callable[..., Page], scheme: str, width: int
) -> None:
    assert violations_of(site.representative, site, checked_page(scheme, width)) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_every_kind_of_page_has_no_violations(
    site: Site, checked_page: Callable[..., Page], scheme: str, width: int
) -> None:
    """Slow: runs axe-core on every kind of page, with three combinations of width and color scheme."""
    assert violations_of(site.kinds, site, checked_page(scheme, width)) == {}
    assert {
        "home",
        "404",
        "entry",
        "glossary",
        "evidence",
        "examples",
        "one of examples",
        "runs",
        "tutorial",
    } <= set(site.kinds)


def violations_of(pages: dict[str, str], site: Site, page: Page) -> dict[str, list[str]]:
    """Violations by kind of page; pages without violations are omitted."""
    result = {}
    for kind, address in pages.items():
        page.goto(site.url + address, wait_until="load")
        result[kind] = violations(page)
    return {kind: broken_rules for kind, broken_rules in result.items() if broken_rules}


@pytest.mark.parametrize(
    ("scheme", "width"), [LOOKS[0], *(pytest.param(*look, marks=pytest.mark.slow) for look in LOOKS[1:])]
)
def test_content_added_by_scripts_has_no_violations(
    site: Site, checked_page: Callable[..., Page], scheme: str, width: int
) -> None:
    """Checks the comparison of two readers, a preview, and the search. Slow: repeats the checks in dark and
    narrow windows."""
    page = checked_page(scheme, width)
    page.goto(site.url + "fine-tuning/" + COMPARE, wait_until="networkidle")
    assert violations(page) == []
    page.goto(site.url + "fine-tuning/ml-engineer/manager/", wait_until="networkidle")
    page.locator("article p a[href*='../']").first.focus()
    assert violations(page) == []
    page.keyboard.press("f")
    page.keyboard.type("finetuning", delay=20)
    page.locator(".md-search-result__item").first.wait_for()
    assert violations(page) == []


def test_violations_are_detected(site: Site, checked_page: Callable[..., Page]) -> None:
    page = checked_page()
    page.goto(site.url)
    page.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=\"x.png\">')")
    assert any(violation.startswith("image-alt") for violation in violations(page))


def test_a_wide_table_can_be_focused_while_it_scrolls(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 390, "height": 900})
    page.goto(site.url + "examples/forgetting/", wait_until="load")
    page.evaluate(OPEN_ALL)
    box = page.locator(".md-typeset__scrollwrap[tabindex]").first
    box.press("ArrowRight")
    box.evaluate(SCROLLED)
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.locator(".md-typeset__scrollwrap[tabindex]")).to_have_count(0)


def test_packages_come_from_the_configured_registry() -> None:
    """URLs in a lock file would send everyone to the registry of the person who created it."""
    packages = json.loads((AXE.parents[2] / "package-lock.json").read_text("utf-8"))["packages"]
    assert packages["node_modules/lighthouse"]["version"] == "12.8.2"
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
