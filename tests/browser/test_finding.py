"""The map, the learning paths, the A–Z filter, contrasts, and the search in a browser."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Site, Visit

pytestmark = pytest.mark.browser

SHOWN = ".map__view svg:visible"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def unscripted(new_page: Callable[..., Page]) -> Page:
    return new_page(java_script_enabled=False)


def opened(visit: Visit, site: Site, path: str) -> Page:
    visit.page.goto(site.url + path, wait_until="networkidle")
    return visit.page


def box(page: Page, concept: str) -> Locator:
    return page.locator(f'{SHOWN} a[data-concept="{concept}"]')


def concepts(site: Site) -> list[str]:
    described = json.loads((site.folder / "glossary.json").read_text("utf-8"))
    return [concept["id"] for concept in described["concepts"]]


# The map


@pytest.mark.parametrize(("width", "form"), [(1280, "wide"), (768, "middle"), (390, "narrow")])
def test_one_map_is_visible_and_fits(site: Site, visit: Visit, width: int, form: str) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    page = opened(visit, site, "map/")
    assert page.locator(SHOWN).count() == 1
    assert page.locator(SHOWN).get_attribute("class") == f"map__{form}"
    assert page.locator(f"{SHOWN} text").first.evaluate("text => text.getBoundingClientRect().height") > 11
    assert not page.evaluate(TOO_WIDE)


def test_the_list_contains_everything_on_the_map(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "map/")
    drawn = page.locator(f"{SHOWN} a").evaluate_all("links => links.map((link) => link.dataset.concept)")
    listed = page.locator(".map-list li a[id]").evaluate_all("links => links.map((link) => link.id)")
    assert sorted(drawn) == sorted(listed) == sorted(concepts(site))
    for ends in page.locator(f"{SHOWN} .map__line").evaluate_all("lines => lines.map((l) => l.dataset.ends)"):
        first, second = ends.split()
        line = page.locator(f".map-list li:has(a[id='{first}'])")
        assert line.locator(f"a[href='#{second}']").count() >= 1, ends


def test_the_map_works_with_the_keyboard(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "map/")
    page.get_by_role("region", name="Map of concepts").focus()
    page.keyboard.press("Tab")
    concept = page.evaluate("document.activeElement.dataset.concept")
    assert concept in concepts(site)
    name = page.evaluate("document.activeElement.textContent")
    assert page.locator(SHOWN).get_by_role("link", name=name, exact=True).count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{concept}/")


def test_hovering_over_a_concept_shows_its_lines_and_escape_hides_them(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "map/")
    switched_off = page.locator(f"{SHOWN} .map__line--used-with").first
    expect(switched_off).to_be_hidden()
    concept = (switched_off.get_attribute("data-ends") or "").split()[0]
    box(page, concept).hover()
    expect(switched_off).to_be_visible()
    lit = page.locator(f"{SHOWN} .map__line.map__near")
    assert lit.count() == page.locator(f'{SHOWN} .map__line[data-ends~="{concept}"]').count()
    page.keyboard.press("Escape")
    expect(switched_off).to_be_hidden()
    assert visit.complaints == []


def test_a_concept_on_the_map_has_a_preview(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "map/")
    box(page, "fine-tuning").hover()
    expect(page.get_by_role("tooltip")).to_contain_text("Fine-tuning")


def test_lines_and_sizes_can_be_chosen_without_scripts(site: Site, unscripted: Page) -> None:
    page = unscripted
    page.goto(site.url + "map/")
    lines = page.locator(f"{SHOWN} .map__line--contrasts").first
    expect(lines).to_be_visible()
    page.get_by_label("in contrast to").uncheck()
    expect(lines).to_be_hidden()
    before = page.locator(SHOWN).bounding_box()
    page.get_by_label("largest").check()
    after = page.locator(SHOWN).bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > 1.8 * before["width"]
    assert not page.evaluate(TOO_WIDE)


# The paths


def test_known_concepts_are_remembered_everywhere_on_the_page(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "path/")
    boxes = page.get_by_role("checkbox", name="I know Pre-trained model")
    assert boxes.count() > 1
    boxes.first.check()
    page.reload(wait_until="networkidle")
    assert all(boxes.nth(number).is_checked() for number in range(boxes.count()))
    expect(page.locator("[data-path-next]")).to_contain_text("You know 1 of ")
    boxes.last.uncheck()
    assert not boxes.first.is_checked()
    expect(page.locator("[data-path-next]")).to_be_empty()


def test_the_next_concepts_to_read_depend_on_the_known_ones(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "path/")
    way = page.locator("#fine-tuning + ol")
    steps = way.get_by_role("checkbox")
    for number in range(steps.count() - 1):
        steps.nth(number).check()
        term = steps.nth(number + 1).get_attribute("data-term")
        expect(page.locator("[data-path-next]")).to_contain_text(str(term))
    expect(page.locator("[data-path-next]")).to_contain_text("Fine-tuning")
    steps.last.check()
    next_concepts = page.locator("[data-path-next]").inner_text().partition("read next: ")[2]
    assert "Fine-tuning" not in next_concepts.rstrip(".").split(", ")


def test_an_empty_line_about_known_concepts_does_not_cover_the_paths(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "path/")
    line = page.locator("[data-path-next]")
    expect(line).to_have_css("position", "static")
    page.get_by_role("checkbox", name="I know Pre-trained model").first.check()
    expect(line).to_have_css("position", "sticky")


def test_a_browser_without_storage_still_counts_known_concepts(site: Site, visit: Visit) -> None:
    visit.page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); };")
    page = opened(visit, site, "path/")
    page.locator(".known input").first.check()
    expect(page.locator("[data-path-next]")).to_contain_text("You know 1 of ")


def test_a_concept_checked_off_after_its_questions_is_known_on_the_path_until_forgotten(
    site: Site, visit: Visit
) -> None:
    page = opened(visit, site, "fine-tuning/ml-engineer/student/")
    page.get_by_label("I know Fine-tuning").press("Space")
    page.get_by_role("link", name="What to read next").click()
    page.wait_for_url("**/path/#fine-tuning")
    boxes = page.get_by_role("checkbox", name="I know Fine-tuning")
    expect(boxes.first).to_be_checked()
    page.get_by_role("button", name="Clear my choices").press("Enter")
    expect(page.get_by_role("button", name="Clear my choices")).to_be_hidden()
    page.reload(wait_until="networkidle")
    expect(boxes.first).not_to_be_checked()


def test_a_concept_page_links_to_its_path(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "fine-tuning/")
    page.get_by_role("link", name="The full learning path, in order").click()
    page.wait_for_url("**/path/#fine-tuning")


def test_without_scripts_paths_and_terms_are_plain_lists(site: Site, unscripted: Page) -> None:
    unscripted.goto(site.url + "path/")
    expect(unscripted.locator("#fine-tuning + ol li").first).to_be_visible()
    assert unscripted.locator("input[type=checkbox]:visible").count() == 0
    unscripted.goto(site.url + "glossary/")
    expect(unscripted.locator("#term-fine-tuning")).to_be_visible()
    expect(unscripted.get_by_label("Filter")).to_be_hidden()


# A–Z


@pytest.mark.parametrize("typed", ["finetun", "Fine-Tun", "fine tun"])
def test_the_filter_ignores_case_and_spelling_variants(site: Site, visit: Visit, typed: str) -> None:
    page = opened(visit, site, "glossary/")
    whole = page.locator(".az li:visible").count()
    page.get_by_label("Filter").fill(typed)
    left = page.locator(".az li:visible")
    assert 0 < left.count() < whole
    assert page.locator(".az h2:visible").count() <= left.count()
    expect(page.locator("#term-fine-tuning")).to_be_visible()
    expect(page.locator("[data-az-count]")).to_have_text(f"{left.count()} of {whole} terms")
    page.keyboard.press("Escape")
    assert page.locator(".az li:visible").count() == whole


def test_a_misspelled_term_is_suggested(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "glossary/")
    page.get_by_label("Filter").fill("overfiting")
    expect(page.locator("#term-overfitting")).to_be_visible()
    expect(page.locator("[data-az-count]")).to_have_text("No term contains this. Did you mean:")
    page.get_by_label("Filter").fill("overfit")
    expect(page.locator("[data-az-count]")).to_contain_text(" of ")


def test_a_word_without_matches_leaves_an_empty_list(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "glossary/")
    page.get_by_label("Filter").fill("qqqq")
    assert page.locator(".az :is(li, h2):visible").count() == 0
    expect(page.locator("[data-az-count]")).to_contain_text("0 of ")


# Contrasts


def test_a_concept_is_shown_next_to_the_one_it_is_confused_with(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "layer-freezing/")
    table = page.locator(".contrast table").first
    assert table.locator("th").all_inner_texts() == ["Layer freezing", "Gradual unfreezing"]
    wide = table.locator("th").evaluate_all(
        "cells => cells.map((cell) => cell.getBoundingClientRect().width)"
    )
    assert wide[0] == pytest.approx(wide[1], rel=0.05)


# The search

FOUND = """async ([names, root]) => {
  const { SearchIndex } = await import(`${root}assets/search-index.js`);
  const index = new SearchIndex(`${root}search/`);
  const concepts = [];
  for (const name of names) {
    const { matches } = await index.search(name);
    concepts.push(matches.map((match) => match.pages[0][0].split("/")[0]));
  }
  return concepts;
}"""


def test_the_search_finds_every_name_and_shows_each_concept_once(site: Site, visit: Visit) -> None:
    page = opened(visit, site, "")
    described = json.loads((site.folder / "glossary.json").read_text("utf-8"))
    names = [
        (name, concept["id"])
        for concept in described["concepts"]
        for name in (concept["term"], *concept["aliases"], *concept["search"])
    ]
    found = page.evaluate(FOUND, [[name for name, _ in names], site.url])
    # A phrase can be listed in two entries.
    lost = [
        (name, concept, first[:3])
        for (name, concept), first in zip(names, found, strict=True)
        if concept not in first[:3]
    ]
    assert lost == []
    assert [first for (_, concept), first in zip(names, found, strict=True) if first.count(concept) > 1] == []
