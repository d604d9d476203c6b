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
    "why is my validation loss going up": "overfitting",
    "accuracy vs f1": "accuracy",
    "backprop": "gradient-descent",
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
    "underfiting": "overfitting",
    "weight_decay": "overfitting",
    "percentage correct": "accuracy",
    "out of memory when finetuning": "lora",
    "underfitting": "overfitting",
    "number of epochs": "training",
    "group split with code": "validation-set",
    "plot loss curves": "overfitting",
    "f1 score": "accuracy",
    "data augmentation": "few-shot-learning",
    "batch size": "training learning-rate",
    "activation function": "neural-network",
    "fails at the customer": "domain-shift",
    "all runs": "runs",
    "evidence": "evidence",
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


@pytest.mark.parametrize(
    "title",
    [
        "Should we fine-tune a model or build our own?",
        "Why does a little more training teach an old network a new task?",
    ],
)
def test_the_title_of_a_page_finds_the_page(search: Callable[[str], Page], title: str) -> None:
    first = search(title).locator(ITEMS).first
    expect(first.locator("a[href*='fine-tuning/blog/']", has_text=title)).not_to_have_count(0)


def test_each_concept_is_listed_once(search: Callable[[str], Page]) -> None:
    names = found(search("fine-tune a model"))
    assert names[0] == "fine-tuning"
    concepts = [name for name in names if name not in ("docs", "examples")]
    assert len(set(concepts)) == len(concepts)


def test_a_result_shows_the_sentence_that_matches(search: Callable[[str], Page]) -> None:
    result = search("requires_grad").locator(ITEMS).first
    expect(result.locator(".search-excerpt mark").first).to_have_text("requires_grad")


def test_a_sentence_is_shown_rather_than_a_citation(search: Callable[[str], Page]) -> None:
    """The title "Datasheets for Datasets" contains the query's most frequent word twice."""
    result = search("how much data do we need").locator(ITEMS, has_text=re.compile("^Data set"))
    expect(result.locator(".search-excerpt")).to_have_text(re.compile("^A data set is"))
    expect(search("Gebru datasheets").locator(ITEMS).first).to_contain_text("Datasheets for Datasets")


@pytest.mark.parametrize("query", ["overfitting", "what is overfitting", "overfiting", "over-fitting"])
def test_a_concept_s_name_finds_its_meaning(site: Site, search: Callable[[str], Page], query: str) -> None:
    """The result opens the page at the top rather than at a list that happens to mention the concept."""
    result = search(query).locator(ITEMS).first
    expect(result.locator("a")).to_have_attribute("href", f"{site.url}overfitting/")
    expect(result.locator(".search-excerpt")).to_have_text(re.compile("^Learning the training examples"))


def test_a_phrase_that_leads_to_a_concept_shows_where_it_occurs(search: Callable[[str], Page]) -> None:
    result = search("weight decay").locator(ITEMS).first
    expect(result.locator(".search-excerpt")).to_contain_text("(weight decay)")
    expect(result.locator("a")).to_have_attribute("href", re.compile("/overfitting/#definition$"))


def test_a_short_code_is_not_divided_into_letters(search: Callable[[str], Page]) -> None:
    meta = search("k9 of a label").locator(".md-search-result__meta")
    expect(meta).to_have_text(re.compile(r" · no page contains: k9$"))


def test_text_that_explains_nothing_is_not_searched(site: Site) -> None:
    """These are a page's banners, names, changes, and labels, the numbers of charts and runs, the addresses of sources,
    and the words in a diagram, which its caption contains as sentences. The theme's index joins cells and lines."""
    texts = [path.read_text("utf-8") for path in sorted(site.folder.glob("search/text/*.json"))]
    assert texts
    for phrase in (
        "First version.",
        "MeanLowest",
        "Mean Lowest",
        "Peak memory (MB)",
        " doi.org/",
        "Pre-trainedmodel",
        "The results were produced with",
        "Also written: ",
        " contrasting ",
        '["Manager ',
    ):
        assert [text for text in texts if phrase in text] == [], phrase


def test_a_misspelled_query_is_answered_after_saying_that_no_page_contains_it(
    search: Callable[[str], Page],
) -> None:
    page = search("transfer lerning")
    meta = page.locator(".md-search-result__meta")
    expect(meta).to_have_text("No page contains: lerning. Did you mean “transfer learning”?")
    assert found(page)[0] == "transfer-learning"
    meta.get_by_role("link", name="transfer learning").click()
    expect(page.get_by_role("textbox", name="Search")).to_have_value("transfer learning")
    expect(meta).to_have_text(re.compile(r"^\d+ results$"))


@pytest.mark.parametrize(
    ("query", "similar"),
    [
        ("learnignrate", "learning rate"),
        ("requires_gard", "requires_grad"),
        ("CrosEntropyLoss", "crossentropyloss"),
    ],
)
def test_a_suggestion_is_written_as_people_write_it(
    search: Callable[[str], Page], query: str, similar: str
) -> None:
    """The queries are a name without its space, and identifiers."""
    meta = search(f"{query} of a label").locator(".md-search-result__meta")
    expect(meta).to_contain_text(f"Did you mean “{similar} of a label”?")


@pytest.mark.parametrize("query", ["discrimination", "bulls", "reproducibility"])
def test_a_word_that_may_be_a_different_one_is_only_a_suggestion(
    search: Callable[[str], Page], visit: Visit, query: str
) -> None:
    search("loss")
    visit.page.get_by_role("textbox", name="Search").fill(query)
    meta = visit.page.locator(".md-search-result__meta")
    expect(meta).to_contain_text(f"No page contains: {query}. Did you mean “")
    expect(visit.page.locator(ITEMS)).to_have_count(0)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(ITEMS).first).to_be_visible()


def test_a_word_is_not_confused_with_one_that_begins_differently(visit: Visit, site: Site) -> None:
    visit.page.goto(f"{site.url}?q=raining", wait_until="networkidle")
    expect(visit.page.locator(".md-search-result__meta")).to_contain_text("Nothing found")


@pytest.mark.parametrize("query", ["pretraining", "annotates", "keras", "back propagation", "GPUs"])
def test_a_word_that_is_not_misspelled_is_not_corrected(search: Callable[[str], Page], query: str) -> None:
    """The queries are two words joined into one, a different form of a word, a short word that differs from others in
    two letters, a word divided into two, and an acronym in the plural."""
    meta = search(f"{query} of a label").locator(".md-search-result__meta")
    expect(meta).not_to_contain_text("No page contains")


def test_a_word_that_no_page_contains_is_named(search: Callable[[str], Page]) -> None:
    meta = search("KPI of a label").locator(".md-search-result__meta")
    expect(meta).to_have_text(re.compile(r"\d+ results · no page contains: kpi$"))


def test_the_remembered_reader_s_page_is_opened(site: Site, search: Callable[[str], Page]) -> None:
    page = search("fine-tuning")
    reader = {"role": "ml-engineer", "audience": "manager", "label": "x"}
    page.evaluate("reader => localStorage.setItem('glossary.reader', JSON.stringify(reader))", reader)
    search("fine-tuning")
    expect(page.locator(f"{ITEMS} > a").first).to_have_attribute(
        "href", re.compile("/fine-tuning/.*manager/")
    )


def test_the_remembered_reader_s_passage_comes_first(site: Site, search: Callable[[str], Page]) -> None:
    page = search("requires_grad")
    reader = {"role": "ml-engineer", "audience": "student", "label": "x"}
    page.evaluate("reader => localStorage.setItem('glossary.reader', JSON.stringify(reader))", reader)
    for query in ("freeze batch norm", "how many labels do I need", "test data looks different"):
        link = search(query).locator(f"{ITEMS} > a").first
        expect(link).to_have_attribute("href", re.compile("/student/"))
        expect(link.locator(".search-excerpt mark").first).to_be_visible()


def test_the_remembered_reader_s_page_comes_before_the_page_that_answers(
    site: Site, search: Callable[[str], Page]
) -> None:
    """Only pages for developers contain the word. The concept is listed once, with both pages."""
    page = search("requires_grad")
    reader = {"role": "ml-engineer", "audience": "manager", "label": "x"}
    page.evaluate("reader => localStorage.setItem('glossary.reader', JSON.stringify(reader))", reader)
    first = search("requires_grad").locator(ITEMS).first
    own, other = first.locator("a").all()
    expect(own).to_have_attribute("href", re.compile("/layer-freezing/.*manager/$"))
    expect(own).not_to_contain_text("requires_grad")
    expect(other).to_have_attribute("href", re.compile("/layer-freezing/(?!.*manager/)"))
    expect(other).to_contain_text("On the page “Layer freezing (")
    expect(other.locator("mark").first).to_have_text("requires_grad")
    page.keyboard.press("Enter")
    page.wait_for_url("**/layer-freezing/**/manager/")


@pytest.mark.parametrize("query", ["label", "expected output stored with an input"])
def test_a_meaning_is_worded_for_the_remembered_reader(search: Callable[[str], Page], query: str) -> None:
    """The second query consists of words from the developer's meaning."""
    page = search("label")
    reader = {"role": "ml-engineer", "audience": "manager", "label": "x"}
    page.evaluate("reader => localStorage.setItem('glossary.reader', JSON.stringify(reader))", reader)
    result = search(query).locator(ITEMS, has_text=re.compile("^Label"))
    expect(result.locator(".search-excerpt")).to_have_text(
        re.compile("^The right answer for one example, written")
    )


def test_escape_moves_the_focus_back(site: Site, visit: Visit) -> None:
    visit.page.goto(site.url, wait_until="networkidle")
    link = visit.page.locator(".home a").first
    link.focus()
    visit.page.keyboard.press("/")
    expect(visit.page.get_by_role("textbox", name="Search")).to_be_focused()
    visit.page.keyboard.type("loss")
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Escape")
    expect(link).to_be_focused()


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


def test_the_search_recovers_from_a_lost_connection(site: Site, visit: Visit) -> None:
    visit.page.route("**/search/**", lambda route: route.abort())
    visit.page.goto(site.url, wait_until="networkidle")
    field = visit.page.get_by_role("textbox", name="Search")
    field.click()
    meta = visit.page.locator(".md-search-result__meta")
    expect(meta).to_have_text("The search could not be loaded. Check your connection, and type again.")
    visit.page.unroute("**/search/**")
    field.fill("loss")
    expect(visit.page.locator(ITEMS).first).to_contain_text("Loss function")


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
    subject("Data lake", "lake house", text="It stores raw data, and it is large. In pictures."),
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
        ("photos of it", "Data lake"),
    ],
)
def test_unusual_names_are_found(site: Site, visit: Visit, query: str, title: str) -> None:
    files = search_files(OTHERS, "en", ("it", "is", "what", "and", "of"), ["photo picture"])

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
