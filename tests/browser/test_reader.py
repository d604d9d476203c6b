"""A reader is chosen once: it is part of the path, is remembered, and stays the same when the format changes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from patience import eventually

from .conftest import Site

pytestmark = pytest.mark.browser

MANAGER = "fine-tuning/ml-engineer/manager/"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


def test_a_new_visitor_sees_no_notice(site: Site, page: Page) -> None:
    page.goto(site.url)
    expect(page.locator(".as-before")).to_have_count(0)


def test_the_reader_is_remembered_on_the_next_visit(site: Site, page: Page) -> None:
    page.goto(site.url + MANAGER)
    second = page.context.new_page()
    second.goto(site.url + "transfer-learning/")
    line = second.locator(".as-before")
    expect(line).to_contain_text("You chose the pages where an ML engineer explains it to a manager.")
    target = site.url + "transfer-learning/ml-engineer/manager/"
    assert line.get_by_role("link").evaluate("link => link.href") == target
    second.goto(site.url)
    expect(second.get_by_role("button", name="Manager")).to_have_attribute("aria-pressed", "true")
    expect(home_link(second)).to_have_attribute("href", site.url + MANAGER)


def home_link(page: Page) -> Locator:
    return page.locator(".home").get_by_role("link", name="Fine-tuning", exact=True)


def test_the_reader_chosen_on_the_home_page_changes_the_links(site: Site, page: Page) -> None:
    page.goto(site.url)
    expect(page.get_by_role("button", pressed=True)).to_have_count(0)
    own = home_link(page).evaluate("link => link.href")
    assert own == site.url + "fine-tuning/"
    page.get_by_role("button", name="Developer").click()
    expect(home_link(page)).to_have_attribute("href", re.compile("/fine-tuning/.+/developer/$"))
    page.get_by_role("button", name="Student").click()
    expect(page.get_by_role("button", pressed=True)).to_have_text("Student")
    expect(home_link(page)).to_have_attribute("href", re.compile("/fine-tuning/.+/student/$"))
    page.reload()
    expect(home_link(page)).to_have_attribute("href", re.compile("/fine-tuning/.+/student/$"))
    page.get_by_role("button", name="Student").click()
    expect(home_link(page)).to_have_attribute("href", own)
    page.reload()
    expect(page.get_by_role("button", pressed=True)).to_have_count(0)


def test_the_chosen_reader_is_legible_in_forced_colors(site: Site, new_page: Callable[..., Page]) -> None:
    """The browser paints the page's background behind text unless an element chooses its own system colors."""
    page = new_page(forced_colors="active")
    page.goto(site.url)
    page.get_by_role("button", name="Student").click()
    expect(page.get_by_role("button", pressed=True)).to_have_css("forced-color-adjust", "none")


def test_another_tab_follows_the_choice(site: Site, page: Page) -> None:
    page.goto(site.url)
    second = page.context.new_page()
    second.goto(site.url)
    second.get_by_role("button", name="Student").click()
    expect(page.get_by_role("button", pressed=True)).to_have_text("Student")
    expect(home_link(page)).to_have_attribute("href", re.compile("/fine-tuning/.+/student/$"))


def test_without_storage_the_choice_holds_until_the_page_is_left(site: Site, page: Page) -> None:
    refused = "{configurable: true, get() { throw new DOMException('refused', 'SecurityError'); }}"
    page.add_init_script(f"Object.defineProperty(window, 'localStorage', {refused})")
    page.goto(site.url)
    page.get_by_role("button", name="Student").click()
    expect(page.get_by_role("button", pressed=True)).to_have_text("Student")
    expect(home_link(page)).to_have_attribute("href", re.compile("/fine-tuning/.+/student/$"))
    page.reload()
    expect(page.get_by_role("button", pressed=True)).to_have_count(0)


def test_the_first_thing_to_click_is_on_the_first_screen_of_a_phone(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site.url)
    for name in ("Search for a word or a question", "Manager", "Developer", "Student"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Search for a word").click()
    expect(page.get_by_role("textbox", name="Search")).to_be_focused()


def test_without_scripts_the_home_page_has_no_dead_buttons(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(site.url)
    expect(page.locator(".home-search")).to_be_hidden()
    expect(page.locator(".choice")).to_be_hidden()
    expect(home_link(page)).to_be_visible()


def test_the_reader_can_be_forgotten(site: Site, page: Page) -> None:
    page.goto(site.url + MANAGER)
    page.goto(site.url + "fine-tuning/")
    page.get_by_role("button", name="Forget this").click()
    expect(page.locator(".as-before")).to_have_count(0)
    page.reload()
    expect(page.locator(".as-before")).to_have_count(0)


def test_a_missing_page_for_the_reader_is_announced(site: Site, page: Page) -> None:
    page.goto(site.url + MANAGER)
    page.evaluate(
        """localStorage.setItem("glossary.reader", '{"role": "x", "audience": "y", "label": "X to y"}')"""
    )
    page.goto(site.url + "fine-tuning/")
    expect(page.locator(".as-before")).to_contain_text("This concept does not have such a page.")


def test_the_nearest_page_is_for_the_same_audience(site: Site, page: Page) -> None:
    page.goto(site.url + "fine-tuning/software-architect/student/")
    page.goto(site.url + "domain-shift/")
    line = page.locator(".as-before")
    expect(line).to_contain_text("This concept does not have such a page. The closest page: ")
    line.get_by_role("link").click()
    page.wait_for_url(site.url + "domain-shift/*/student/")


def test_links_from_a_page_for_everyone_lead_to_the_same_reader(site: Site, page: Page) -> None:
    page.goto(site.url + MANAGER)
    page.goto(site.url + "label/")
    expect(page.locator(".as-before")).to_contain_text(
        "an ML engineer explains it to a manager. Links here lead to those pages."
    )
    link = page.locator(".see-also a", has_text="Few-shot learning")
    expect(link.first).to_have_attribute("href", site.url + "few-shot-learning/ml-engineer/manager/")
    page.get_by_role("button", name="Forget this").click()
    expect(page.locator(".as-before")).to_have_count(0)
    expect(link.first).to_have_attribute("href", "../few-shot-learning/")


@pytest.mark.parametrize(("page_for_everyone", "links"), [("glossary/", 1), ("map/", 2), ("path/", 1)])
def test_links_from_lists_and_the_map_lead_to_the_same_reader(
    site: Site, page: Page, page_for_everyone: str, links: int
) -> None:
    page.goto(site.url + MANAGER)
    page.goto(site.url + page_for_everyone)
    expect(page.locator(".as-before")).to_contain_text("Links here lead to those pages.")
    target = page.locator(f"article a[href='{site.url}few-shot-learning/ml-engineer/manager/']")
    expect(target.first).to_be_attached()
    assert target.count() >= links
    expect(page.locator("article a[href$='/few-shot-learning/']")).to_have_count(0)
    page.get_by_role("button", name="Forget this").click()
    expect(page.locator("article a[href$='/few-shot-learning/']").first).to_be_attached()
    expect(target).to_have_count(0)


def test_previews_there_show_the_meaning_for_the_remembered_audience(site: Site, page: Page) -> None:
    page.goto(site.url + MANAGER)
    page.goto(site.url + "weight/")
    page.locator("article a", has_text="Learning rate").first.hover()
    manager, everybody = (
        page.request.get(f"{site.url}assets/previews/{audience}.json").json()["learning-rate"][1]
        for audience in ("manager", "everybody")
    )
    assert manager != everybody
    expect(page.locator("#preview")).to_contain_text(manager)


def test_without_a_remembered_reader_they_lead_to_the_concept_page(site: Site, page: Page) -> None:
    page.goto(site.url + "label/")
    expect(page.locator(".as-before")).to_have_count(0)
    hrefs = page.locator("article a[href*=few-shot]").evaluate_all("links => links.map(link => link.href)")
    assert site.url + "few-shot-learning/" in hrefs
    assert not [href for href in hrefs if "manager" in href]


def test_switching_the_reader_keeps_the_section(site: Site, page: Page) -> None:
    page.goto(site.url + MANAGER)
    page.evaluate("document.getElementById('questions').scrollIntoView()")
    page.locator('.readers a[data-reader="ml-engineer/student"]').evaluate("link => link.click()")
    page.wait_for_url(re.compile(r"/ml-engineer/student/#questions$"))
    top = page.locator("#questions").evaluate("heading => heading.getBoundingClientRect().top")
    assert 0 <= top < 450


def test_the_switch_works_with_the_keyboard(site: Site, page: Page) -> None:
    page.goto(site.url + MANAGER)
    page.locator(".readers summary", has_text="Manager").press("Enter")
    page.locator('.readers a[data-reader="ml-engineer/developer"]').press("Enter")
    page.wait_for_url(site.url + "fine-tuning/ml-engineer/developer/")


def test_without_scripts_every_reader_is_a_link(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(site.url + MANAGER)
    page.locator(".readers summary", has_text="Manager").click()
    page.locator(".readers").get_by_role("link", name="Student").click()
    assert page.url == site.url + "fine-tuning/ml-engineer/student/"


# Two readers side by side

BOTH = "?compare=ml-engineer/manager,data-scientist/student"


def test_two_readers_are_shown_side_by_side(site: Site, page: Page) -> None:
    page.goto(site.url + "fine-tuning/")
    page.get_by_role("combobox", name="First page").select_option("software-architect/manager")
    page.get_by_role("combobox", name="Second page").select_option("data-scientist/student")
    page.get_by_role("button", name="Compare").click()
    why = page.locator(".compared section", has=page.get_by_role("heading", name="Why it matters"))
    columns = why.locator("> div")
    expect(columns).to_have_count(2)
    left, right = (columns.nth(number) for number in range(2))
    assert left.inner_text() != right.inner_text()
    left_box, right_box = left.bounding_box(), right.bounding_box()
    assert left_box is not None
    assert right_box is not None
    assert left_box["y"] == right_box["y"]
    assert left_box["x"] + left_box["width"] <= right_box["x"]
    assert "compare=software-architect/manager,data-scientist/student" in page.url


def test_the_url_restores_the_comparison_and_links_in_it_work(site: Site, page: Page) -> None:
    page.goto(site.url + "fine-tuning/" + BOTH, wait_until="networkidle")
    links = page.locator(".compared a[href]").evaluate_all("links => links.map((link) => link.href)")
    assert links
    own = {link for link in links if link.startswith(site.url)}
    broken = [link for link in own if page.request.get(link).status != 200]
    assert broken == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert sorted({name for name in ids if ids.count(name) > 1 and not name.startswith("__")}) == []


def test_changes_are_announced_in_one_line_and_not_as_two_pages(site: Site, page: Page) -> None:
    page.goto(site.url + "fine-tuning/")
    announced = page.locator(".compare [role=status]")
    page.get_by_role("button", name="Compare").click()
    expect(announced).to_have_text("Both pages are shown below.")
    assert page.locator("[aria-live] .compared, .compared[aria-live], [role=status] .compared").count() == 0


def test_both_column_headings_stay_below_the_header(site: Site, page: Page) -> None:
    page.goto(site.url + "fine-tuning/" + BOTH, wait_until="networkidle")
    page.locator(".compared section").nth(3).scroll_into_view_if_needed()
    page.mouse.wheel(0, 600)
    # The theme moves its header briefly.
    assert eventually(lambda: 0 <= _overlap(page, ".md-header", ".compared__head") <= 8)


def _overlap(page: Page, upper: str, lower: str) -> float:
    """The number of pixels by which the upper element covers the lower one."""
    above, below = (page.locator(part).bounding_box() for part in (upper, lower))
    assert above is not None
    assert below is not None
    return above["y"] + above["height"] - below["y"]


def test_on_a_narrow_screen_the_columns_are_stacked(site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 390, "height": 900})
    page.goto(site.url + "fine-tuning/" + BOTH, wait_until="networkidle")
    columns = page.locator(".compared section").first.locator("> div")
    left_box, right_box = columns.nth(0).bounding_box(), columns.nth(1).bounding_box()
    assert left_box is not None
    assert right_box is not None
    assert left_box["y"] + left_box["height"] <= right_box["y"]
    expect(columns.nth(0).get_by_text("An ML engineer explains it to a manager", exact=True)).to_be_visible()
    expect(
        columns.nth(1).get_by_text("A data scientist explains it to a student", exact=True)
    ).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
