"""The site sends a strict Content-Security-Policy, and no page does anything that the policy forbids.

All tests in this folder read the site with the headers in `templates/site/_headers`. Anything that a browser
blocks because of them is a console error.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from .conftest import Site, watched
from .server import headers_of

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
LISTEN = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused: ${event.effectiveDirective} ${event.blockedURI}`))"""


def hashes(site: Path) -> list[str]:
    """The hashes of all inline scripts, in the form used in a policy."""
    inline = {text for page in site.rglob("*.html") for text in INLINE.findall(page.read_text("utf-8"))}
    digests = (hashlib.sha256(text.encode()).digest() for text in inline)
    return sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def directives(policy: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


def test_the_policy_lists_the_inline_scripts(site: Site) -> None:
    """The theme contains these scripts. After an update of the theme, copy the hashes from the failure into
    templates/site/_headers."""
    scripts = directives(headers_of(site.folder)["Content-Security-Policy"])["script-src"]
    assert " ".join(scripts) == " ".join(["'self'", *hashes(site.folder)])


def test_the_policy_allows_nothing_unsafe_and_no_other_site(site: Site) -> None:
    policy = directives(headers_of(site.folder)["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    allowed = {value for values in policy.values() for value in values if not value.startswith("'sha256-")}
    assert allowed == {"'none'", "'self'", "data:"}


@pytest.mark.browser
def test_no_kind_of_page_violates_the_policy(site: Site, context: BrowserContext) -> None:
    """Includes the search and the dark scheme, which are provided by scripts. (test_pages opens all pages.)"""
    context.add_init_script(LISTEN)
    visit = watched(context)
    for page in site.kinds.values():
        answer = visit.page.goto(site.url + page, wait_until="load")
        assert answer is not None
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    visit.page.goto(site.url, wait_until="networkidle")
    visit.page.keyboard.press("f")
    visit.page.keyboard.type("finetuning", delay=20)
    visit.page.locator(".md-search-result__item").first.wait_for()
    visit.page.keyboard.press("Escape")
    visit.page.get_by_title("Switch to dark mode").click()
    unexpected = [complaint for complaint in visit.complaints if "no/such/page" not in complaint]
    assert unexpected == []


@pytest.mark.browser
def test_a_violation_is_detected(site: Site, context: BrowserContext) -> None:
    """Otherwise, the test above would pass on any site."""
    context.add_init_script(LISTEN)
    visit = watched(context)
    visit.page.goto(site.url)
    with visit.page.expect_console_message(lambda message: "refused: style-src" in message.text):
        visit.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
