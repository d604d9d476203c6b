"""A link to a section that the page does not have: a notice says so, and leads to a page that has the section."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Site, Visit

pytestmark = pytest.mark.browser

GONE = "The link you followed leads to a section that this page does not have."


def test_a_section_of_another_reader_s_page_is_one_click_away(site: Site, visit: Visit) -> None:
    visit.page.goto(f"{site.url}fine-tuning/ml-engineer/manager/#self-check")
    notice = visit.page.locator("article > .notice")
    expect(notice).to_contain_text(f"{GONE} It is on a different page: ")
    notice.get_by_role("link").click()
    visit.page.wait_for_url(f"{site.url}fine-tuning/ml-engineer/student/#self-check")
    expect(visit.page.locator("#self-check")).to_be_in_viewport()
    expect(notice).to_have_count(0)
    assert visit.complaints == []


@pytest.mark.parametrize("page", ["", "fine-tuning/", "evidence/", "docs/tutorial/"])
def test_a_section_that_no_page_has_is_said_to_be_missing(site: Site, visit: Visit, page: str) -> None:
    visit.page.goto(f"{site.url}{page}#%E0no-such-section")
    notice = visit.page.locator("article > .notice")
    expect(notice.get_by_role("paragraph")).to_have_text(GONE)
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)
    assert visit.complaints == []


@pytest.mark.parametrize(
    "address", ["fine-tuning/#definition", "map/#loss", "fine-tuning/#", "fine-tuning/#compare"]
)
def test_a_section_that_exists_needs_no_notice(site: Site, visit: Visit, address: str) -> None:
    visit.page.goto(site.url + address, wait_until="networkidle")
    expect(visit.page.locator(".notice")).to_have_count(0)


def test_one_notice_at_a_time(site: Site, visit: Visit) -> None:
    visit.page.goto(f"{site.url}evidence/#gone", wait_until="networkidle")
    visit.page.evaluate("location.hash = 'also-gone'")
    visit.page.wait_for_load_state("networkidle")
    expect(visit.page.locator("article > .notice p")).to_have_text([GONE])
