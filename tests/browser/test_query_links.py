"""Old query links lead to the right page from any page and report unknown values."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest
from playwright.sync_api import expect

from .conftest import Site, Visit

pytestmark = pytest.mark.browser

MANAGER = "Manager without much technical background"
ON_HOME, ON_CONCEPT, ON_QUESTIONS = "", "fine-tuning/", "fine-tuning/ml-engineer/manager/"


def link(concept: str = "", role: str = "", audience: str = "", spaces: str = "+") -> str:
    """A query as in old documents, with spaces written as plus signs or as %20."""
    escape = quote_plus if spaces == "+" else quote
    values = {"concept": concept, "specialist_role": role, "target_audience": audience}
    return "?" + "&".join(f"{key}={escape(value)}" for key, value in values.items() if value)


@pytest.mark.parametrize("start", [ON_HOME, ON_CONCEPT, ON_QUESTIONS, "glossary/", "examples/"])
def test_labels_with_plus_signs_work_on_any_page(site: Site, visit: Visit, start: str) -> None:
    visit.page.goto(site.url + start + link("transfer learning", "Software architect", MANAGER))
    visit.page.wait_for_url(site.url + "transfer-learning/software-architect/manager/")
    assert visit.page.locator(".notice").count() == 0
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("query", "page"),
    [
        pytest.param(
            link("Transfer Learning", "Data scientist", "Student", spaces="%20"),
            "transfer-learning/data-scientist/student/",
            id="labels with %20",
        ),
        pytest.param(
            link("PRE TRAINED MODEL", "ml engineer", "software developer"),
            "pre-trained-model/ml-engineer/developer/",
            id="any case, space for hyphen",
        ),
        pytest.param(
            link("fine-tuning", "software-architect", "developer"),
            "fine-tuning/software-architect/developer/",
            id="ids",
        ),
        pytest.param(
            link("finetuning", "Machine learning engineer", "Programmer"),
            "fine-tuning/ml-engineer/developer/",
            id="aliases",
        ),
        pytest.param(link("fine tuning"), "fine-tuning/", id="only a concept"),
        pytest.param(
            link("fine tuning", audience="student"), "fine-tuning/ml-engineer/student/", id="no role"
        ),
        pytest.param(
            link("fine tuning", role="data scientist"),
            "fine-tuning/data-scientist/manager/",
            id="no audience",
        ),
    ],
)
def test_all_ways_to_write_a_value_work(site: Site, visit: Visit, query: str, page: str) -> None:
    visit.page.goto(site.url + ON_CONCEPT + query)
    visit.page.wait_for_url(site.url + page)
    assert visit.page.locator(".notice").count() == 0


@pytest.mark.parametrize(
    ("query", "page", "named"),
    [
        pytest.param(
            link("fine-tuning", "Lighthouse keeper", "Student"),
            "fine-tuning/ml-engineer/student/",
            ["specialist role “Lighthouse keeper”"],
            id="role",
        ),
        pytest.param(
            link("fine-tuning", "Data scientist", "Poets and others"),
            "fine-tuning/data-scientist/manager/",
            ["target audience “Poets and others”"],
            id="audience",
        ),
        pytest.param(
            link("fine-tuning", "Lighthouse keeper", "Poets"),
            "fine-tuning/",
            ["keeper”", "“Poets”"],
            id="both",
        ),
        pytest.param(
            link("phlogiston", "Data scientist", "Student"),
            "glossary/",
            ["concept “phlogiston”"],
            id="concept",
        ),
    ],
)
def test_an_unknown_value_leads_to_the_nearest_page_with_a_notice(
    site: Site, visit: Visit, query: str, page: str, named: list[str]
) -> None:
    visit.page.goto(site.url + query)
    visit.page.wait_for_url(site.url + page)
    notice = visit.page.get_by_role("status").filter(has_text="does not have")
    for name in named:
        expect(notice).to_contain_text(name)
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)


def test_a_notice_is_shown_once(site: Site, visit: Visit) -> None:
    visit.page.goto(site.url + link("phlogiston"))
    expect(visit.page.locator(".notice")).to_be_visible()
    visit.page.reload()
    expect(visit.page.locator("h1")).to_be_visible()
    assert visit.page.locator(".notice").count() == 0


def test_a_notice_shows_markup_as_text(site: Site, visit: Visit) -> None:
    visit.page.goto(site.url + link("<img src=x onerror=alert(1)>"))
    expect(visit.page.locator(".notice")).to_contain_text("<img src=x onerror=alert(1)>")
    assert visit.page.locator(".notice img").count() == 0


def test_back_returns_to_the_page_before_the_link(site: Site, visit: Visit) -> None:
    visit.page.goto(site.url + "examples/")
    visit.page.goto(site.url + link("fine-tuning", "Data scientist", "Student"))
    visit.page.wait_for_url(site.url + "fine-tuning/data-scientist/student/")
    visit.page.go_back()
    visit.page.wait_for_url(site.url + "examples/")


def test_a_page_without_a_query_link_loads_no_data(site: Site, visit: Visit) -> None:
    for query in ("", "?h=tuning", "?concept="):
        visit.page.goto(site.url + ON_CONCEPT + query, wait_until="networkidle")
    assert [url for url in visit.requests if url.endswith("glossary.json")] == []


def test_a_missing_page_for_a_reader_is_reported(site: Site, visit: Visit) -> None:
    """The reader and the concept are known; only the page for that combination does not exist."""
    visit.page.goto(f"{site.url}?concept=Overfitting&specialist_role=ML+Engineer&target_audience=Student")
    visit.page.wait_for_url(f"{site.url}overfitting/")
    notice = visit.page.get_by_role("status").filter(has_text="has no page for the reader")
    expect(notice).to_contain_text("Overfitting")
    expect(notice).to_contain_text("ML Engineer, Student")
