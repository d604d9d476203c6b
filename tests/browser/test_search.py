"""The search in a browser: what it finds, in which order, and what it shows and opens."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from executable_glossary.text.search_index import FoundPage, Passage, Subject, search_files

from .conftest import Site, Visit

pytestmark = pytest.mark.browser

# Queries as readers type them, and the concepts that may come first.
QUERIES: Mapping[str, str] = {
    "how many labels do I need": "few-shot-learning label",
    "model forgets old task": "catastrophic-forgetting",
    "step size": "learning-rate",
    "test data looks different from training data": "domain-shift",
    "finetunning": "fine-tuning",
    "requires_grad": "layer-freezing",
    "LLM": "transformer pre-trained-model",
    "concept drift": "domain-shift",
    "leakage": "validation-set data-set",
    "overfiting": "overfitting",
    "transfer lerning": "transfer-learning",
    "PEFT": "lora",
    "CrossEntropyLoss": "loss",
    "freeze batch norm": "layer-freezing",
    "SGD": "gradient-descent",
    "parameters of a network": "weight",
    "worse than training from scratch": "negative-transfer",
    "unfreeze one block at a time": "gradual-unfreezing",
    "how to fine tune BERT on my own data": "fine-tuning",
    "pretraining made results worse than from scratch": "negative-transfer",
    "keras trainable=False freeze base model": "layer-freezing",
    "what should I compare my model against": "baseline",
}
ITEMS = ".md-search-result__item"


@pytest.fixture
def search(site: Site, visit: Visit) -> Callable[[str], Page]:
    """Types a query, and returns the page once it shows the results."""
    visit.page.goto(site.url, wait_until="networkidle")
    field = visit.page.get_by_role("textbox", name="Search")
    field.click()

    def typed(query: str) -> Page:
        field.fill("")
        expect(visit.page.locator(ITEMS)).to_have_count(0)
        field.fill(query)
        expect(visit.page.locator(ITEMS).first).to_be_visible()
        return visit.page

    return typed


def found(page: Page) -> list[str]:
    """The first part of the URL of each result."""
    root = page.evaluate(
        "new URL(JSON.parse(document.getElementById('__config').textContent).base, location).pathname"
    )
    paths = page.locator(f"{ITEMS} > a").evaluate_all("links => links.map((link) => link.pathname)")
    return [path.removeprefix(root).strip("/").partition("/")[0] for path in paths]


def test_readers_find_concepts_in_their_own_words(search: Callable[[str], Page], visit: Visit) -> None:
    first = {query: found(search(query))[0] for query in QUERIES}
    assert {query: name for query, name in first.items() if name not in QUERIES[query].split()} == {}
    assert visit.complaints == []


def test_each_concept_is_listed_once(search: Callable[[str], Page]) -> None:
    names = found(search("fine-tune a model"))
    assert names[0] == "fine-tuning"
    concepts = [name for name in names if name not in ("docs", "examples")]
    assert len(set(concepts)) == len(concepts)


def test_a_result_shows_the_sentence_that_matches(search: Callable[[str], Page]) -> None:
    result = search("requires_grad").locator(ITEMS).first
    expect(result.locator(".search-excerpt mark").first).to_have_text("requires_grad")


def test_a_misspelled_query_names_the_words_it_used(search: Callable[[str], Page]) -> None:
    expect(search("overfiting").locator(".md-search-result__meta")).to_have_text("Results for “overfitting”")


@pytest.mark.parametrize("query", ["pretraining", "annotates", "keras"])
def test_a_word_that_is_not_misspelled_is_not_corrected(search: Callable[[str], Page], query: str) -> None:
    """Two words in one, another form of a word, and a short word that differs from others in two letters."""
    meta = search(f"{query} of a label").locator(".md-search-result__meta")
    expect(meta).not_to_contain_text("Results for")


def test_the_remembered_reader_s_page_is_opened(site: Site, search: Callable[[str], Page]) -> None:
    page = search("fine-tuning")
    reader = {"role": "ml-engineer", "audience": "manager", "label": "x"}
    page.evaluate("reader => localStorage.setItem('glossary.reader', JSON.stringify(reader))", reader)
    search("fine-tuning")
    expect(page.locator(f"{ITEMS} > a").first).to_have_attribute(
        "href", re.compile("/fine-tuning/.*manager/")
    )


def test_the_keyboard_opens_a_result(search: Callable[[str], Page]) -> None:
    page = search("learning rate")
    page.keyboard.press("Enter")
    page.wait_for_url("**/learning-rate/**")


def test_a_query_in_the_url_is_answered(site: Site, visit: Visit) -> None:
    visit.page.goto(f"{site.url}?q=step+size")
    expect(visit.page.get_by_role("textbox", name="Search")).to_have_value("step size")
    expect(visit.page.locator(ITEMS).first).to_contain_text("Learning rate")


def test_nonsense_finds_nothing_and_says_so(search: Callable[[str], Page], visit: Visit) -> None:
    search("loss")
    visit.page.get_by_role("textbox", name="Search").fill("qqqqzzzz")
    expect(visit.page.locator(".md-search-result__meta")).to_contain_text("Nothing found")


def test_a_site_without_the_index_gets_the_theme_s_search(site: Site, visit: Visit) -> None:
    visit.page.route("**/search/index.json", lambda route: route.fulfill(status=404))
    visit.page.goto(site.url, wait_until="networkidle")
    with visit.page.expect_response("**/search_index.json"):
        visit.page.keyboard.press("/")


# Other glossaries


def subject(title: str, *names: str, text: str = "Some text.") -> Subject:
    page = FoundPage(f"{title}/", title, "", (), (Passage(text),))
    return Subject(title, (title, *names), (), "", (page,))


OTHERS = (
    subject("IT", text="Information technology."),
    subject("C"),
    subject("C++"),
    subject("C#"),
    subject("Ångström", text="A unit of length."),
    subject("機械学習", text="データから学ぶ。"),
    subject("深層学習", text="層の多いネットワーク。"),
    subject("Data lake", "lake house", text="It stores raw data, and it is large."),
)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("it", "IT"),
        ("what is IT", "IT"),
        ("c++", "C++"),
        ("C#", "C#"),
        ("C", "C"),
        ("angstroms", "Ångström"),
        ("ÅNGSTRÖM", "Ångström"),
        ("機械", "機械学習"),
        ("深層学習", "深層学習"),
        ("datalake", "Data lake"),
        ("lakehouse", "Data lake"),
        ("dtaa lake", "Data lake"),
        ("raw", "Data lake"),
    ],
)
def test_unusual_names_are_found(site: Site, visit: Visit, query: str, title: str) -> None:
    files = search_files(OTHERS, "en", ("it", "is", "what", "and"))

    def answer(route: Route) -> None:
        name = route.request.url.partition("?")[0].partition("/other/")[2]
        route.fulfill(
            status=200 if name in files else 404, body=files.get(name, b""), content_type="application/json"
        )

    visit.page.route("**/other/**", answer)
    visit.page.goto(site.url)
    search: dict[str, Any] = visit.page.evaluate(
        """async ([query, root]) => {
          const { SearchIndex } = await import(`${root}assets/search-index.js`);
          return new SearchIndex(`${root}other/search/`).search(query);
        }""",
        [query, site.url],
    )
    assert [match["title"] for match in search["matches"]][:1] == [title]
