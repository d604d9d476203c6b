"""A linked term shows its meaning for the page's audience on hover, focus, and touch."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Site, Visit

pytestmark = pytest.mark.browser

MANAGER, STUDENT = "fine-tuning/ml-engineer/manager/", "fine-tuning/ml-engineer/student/"


def meaning(site: Site, audience: str, concept: str) -> str:
    meanings = json.loads((site.folder / f"assets/previews/{audience}.json").read_text("utf-8"))
    text = meanings[concept][1]
    assert isinstance(text, str)
    return text


def term(page: Page, concept: str = "transfer-learning") -> Locator:
    return page.locator(f'article .see-also a[href*="/{concept}/"]').first


def opened(visit: Visit, site: Site, path: str) -> Page:
    visit.page.goto(site.url + path, wait_until="networkidle")
    return visit.page


def test_hovering_shows_the_meaning_for_the_audience(site: Site, visit: Visit) -> None:
    fetched = []
    for path, audience in ((MANAGER, "manager"), (STUDENT, "student"), ("fine-tuning/", "everybody")):
        page = opened(visit, site, path)
        term(page).hover()
        expect(page.get_by_role("tooltip")).to_contain_text(meaning(site, audience, "transfer-learning"))
        fetched.append(page.get_by_role("tooltip").inner_text())
    assert len(set(fetched)) == 3


def test_nothing_is_fetched_before_the_first_preview(site: Site, visit: Visit) -> None:
    page = opened(visit, site, MANAGER)
    assert not [address for address in visit.requests if "previews/" in address]
    term(page).hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.locator('article .see-also a[href*="/lora/"]').first.hover()
    assert len([address for address in visit.requests if "previews/" in address]) == 1


def test_the_preview_can_be_hovered_and_closes_when_the_pointer_leaves(site: Site, visit: Visit) -> None:
    page = opened(visit, site, MANAGER)
    term(page).hover()
    page.get_by_role("tooltip").hover()
    page.wait_for_timeout(500)
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.mouse.move(2, 2)
    expect(page.locator("#preview")).to_be_hidden()


def test_focus_opens_it_and_escape_closes_it_without_moving_the_focus(site: Site, visit: Visit) -> None:
    page = opened(visit, site, MANAGER)
    page.keyboard.press("Tab")
    term(page).focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    assert term(page).get_attribute("aria-describedby") == "preview"
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('href')") == term(page).get_attribute("href")


def test_the_first_touch_opens_it_and_the_second_follows_the_link(
    site: Site, new_page: Callable[..., Page]
) -> None:
    page = new_page(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page.goto(site.url + MANAGER, wait_until="networkidle")
    link = term(page)
    link.tap()
    expect(page.get_by_role("tooltip")).to_contain_text("Tap the link again")
    assert page.url == site.url + MANAGER
    box = page.get_by_role("tooltip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    link.tap()
    page.wait_for_url("**/transfer-learning/**")


def test_the_link_works_without_scripts(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(site.url + MANAGER)
    term(page).click()
    assert "/transfer-learning/" in page.url
