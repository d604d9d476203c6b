"""The 404 page suggests the concepts with the most similar URLs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site

pytestmark = pytest.mark.browser


def lost(page: Page, site: Site, address: str) -> None:
    """Does what a server does: it shows the 404 page at the requested URL."""
    text = (site.folder / "404.html").read_text("utf-8")
    own = re.search(r'href="(/[^"]*?)assets/', text)
    assert own is not None
    below = site.url.split("/", 3)[3]
    body = text.replace(f'"{own[1]}', f'"/{below}')
    page.route(
        site.url + address, lambda route: route.fulfill(status=404, content_type="text/html", body=body)
    )
    page.goto(site.url + address, wait_until="networkidle")


@pytest.mark.parametrize(
    ("address", "term", "path"),
    [
        ("finetuning/", "Fine-tuning", "fine-tuning/"),
        ("fine-tunning/ml-engineer/manager/", "Fine-tuning", "fine-tuning/"),
        ("transfer-lerning", "Transfer learning", "transfer-learning/"),
        ("Pretrained_Model.html", "Pre-trained model", "pre-trained-model/"),
    ],
)
def test_the_most_similar_concept_is_suggested(
    site: Site, new_page: Callable[..., Page], address: str, term: str, path: str
) -> None:
    page = new_page()
    lost(page, site, address)
    link = page.get_by_role("status").get_by_role("link", name=term)
    expect(link).to_have_attribute("href", site.url + path)
    link.click()
    assert page.url == site.url + path


def test_nothing_is_suggested_for_a_dissimilar_url(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page()
    lost(page, site, "zzzz-qqqq-xxxx/")
    expect(page.get_by_role("status")).to_be_empty()
    expect(page.get_by_role("link", name="all terms, A–Z")).to_be_visible()
