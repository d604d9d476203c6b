"""While an author writes, the open page follows each save and shows the problems."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from glossaries import own_glossary_without_manual
from patience import eventually
from served import served, text_of

from .conftest import Visit

pytestmark = pytest.mark.browser

OWN = "dropout/"
BROKEN = {
    "concepts/dropout.yml": "termm: x\n",
    "concepts/_axes.yml": "\n  x: [\n",
    "templates/formats/entry.md.j2": "{% if }",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One glossary, because a server takes seconds to start. Each test restores what it changes."""
    return own_glossary_without_manual(tmp_path_factory.mktemp("served") / "glossary")


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with served(folder, "--only", "dropout") as url:
        assert eventually(lambda: text_of(url + OWN), every=0.2)
        yield url


@pytest.fixture
def page(url: str, visit: Visit) -> Page:
    visit.page.goto(url + OWN)
    return visit.page


def test_a_saved_change_appears_without_reloading(folder: Path, page: Page) -> None:
    entry = folder / "concepts/dropout.yml"
    text = entry.read_text("utf-8")
    expect(page.locator("article")).to_contain_text("Switching units off")
    for number, words in enumerate(("Leaving units out", "Silencing units")):
        entry.write_text(text.replace("Switching units off", words), "utf-8")
        expect(page.locator("article"), str(number)).to_contain_text(words)
    entry.write_text(text, "utf-8")
    expect(page.locator("article")).to_contain_text("Switching units off")


@pytest.mark.parametrize("broken", BROKEN)
def test_a_problem_is_shown_on_the_page_until_it_is_fixed(folder: Path, page: Page, broken: str) -> None:
    path = folder / broken
    right = path.read_text("utf-8")
    path.write_text(right + BROKEN[broken], "utf-8")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(broken)
    expect(alert).to_contain_text("help:")
    expect(page.locator("article")).to_contain_text("Switching units off")
    path.write_text(right, "utf-8")
    expect(alert).to_have_count(0)
    expect(page.locator("article")).to_contain_text("Switching units off")


def test_a_click_leads_to_a_page_that_was_not_built_yet(page: Page) -> None:
    page.get_by_role("link", name="A–Z").first.click()
    expect(page.locator("article")).to_contain_text("Overfitting")
    page.get_by_role("link", name="Map").first.click()
    expect(page.locator("article svg").first).to_be_visible()
