"""Lighthouse on a phone: accessibility, best practices, and SEO score 100, and the browser has little work to do.

The work is counted, not timed, so the result does not depend on the machine. `make bench-lighthouse` measures the
performance score, which does depend on it.
"""

from __future__ import annotations

import shutil

import pytest

from .conftest import Site, missing_tool
from .lighthouse import LIGHTHOUSE, lighthouse

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KINDS = ("home", "entry", "questions", "blog", "one of examples")
CATEGORIES = ("accessibility", "best-practices", "seo")
# The limits for a page on a phone: bytes, elements, and layout shift (from 0.1, Lighthouse rates it as poor).
MOST = {"total-byte-weight": 400_000, "dom-size": 4500, "cumulative-layout-shift": 0.01}
MOST_REQUESTS = 30
MOST_BLOCKING = 5  # style sheets: the page is not painted until they are loaded


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_light_enough_for_a_phone(site: Site, chromium: str, kind: str) -> None:
    """Slow: Lighthouse loads each page several times."""
    if shutil.which("node") is None:
        missing_tool("Node")
    if not LIGHTHOUSE.is_file():
        missing_tool("Node packages")
    address = next(address for name, address in site.kinds.items() if name.startswith(kind))
    report = lighthouse(site.url + address, chromium)
    points = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
    assert points == dict.fromkeys(CATEGORIES, 100)
    audits = report["audits"]
    counted = {name: audits[name]["numericValue"] for name in MOST}
    assert {name: number for name, number in counted.items() if number > MOST[name]} == {}
    assert len(audits["network-requests"]["details"]["items"]) <= MOST_REQUESTS
    blocking = [item["url"] for item in audits["render-blocking-resources"]["details"]["items"]]
    assert len(blocking) <= MOST_BLOCKING, blocking
    assert [url for url in blocking if not url.endswith(".css")] == []
