"""The search index: words, names, scores, and how it is divided into pieces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.mkdocs_plugin.search_files import subjects_of
from executable_glossary.text import search_index
from executable_glossary.text.search_index import FoundPage, Passage, Subject, fold, search_files, words_in


def page(*passages: str, url: str = "a/", headings: tuple[str, ...] = ()) -> FoundPage:
    return FoundPage(url, "A title", "", headings, tuple(Passage(text) for text in passages))


def subject(title: str, *pages: FoundPage, hints: tuple[str, ...] = (), meaning: str = "") -> Subject:
    return Subject(title, (title,), hints, meaning, pages or (page(title),))


def built(*subjects: Subject, language: str = "en", ignored: tuple[str, ...] = ()) -> Mapping[str, Any]:
    return {name: json.loads(content) for name, content in search_files(subjects, language, ignored).items()}


def scores(files: Mapping[str, Any], word: str) -> dict[int, int]:
    """The score of each subject for a word that is in the index."""
    pieces = [content for name, content in files.items() if name.startswith("search/words/")]
    (posting,) = [piece["keys"][piece["words"][word]] for piece in pieces if word in piece["words"]]
    return dict(zip(posting[1::2], posting[2::2], strict=True))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Fine-tuning, Ångström & Straße", ["fine", "tuning", "angstrom", "strasse"]),
        ("requires_grad=True", ["requires_grad", "requires", "grad", "true"]),
        ("C++17 and C# or C", ["c", "17", "and", "c#", "or", "c"]),
        ("C++, C#", ["c++", "c#"]),
        ("機械学習", ["機械", "械学", "学習"]),
        ("損", ["損"]),
        ("naïve café", ["naive", "cafe"]),
        ("LLMs on GPUs, CSS", ["llm", "on", "gpu", "css"]),
        ("…!?", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert words_in(text) == words


def test_inflected_forms_of_a_word_have_the_same_scores() -> None:
    files = built(
        subject("Forgetting", page("A network forgets what it forgot to repeat.")), subject("Other")
    )
    assert scores(files, "forgets") == scores(files, "forgetting") != {}


def test_a_language_without_a_stemmer_keeps_its_words() -> None:
    files = built(subject("Forgets"), subject("Forgetting"), language="xx")
    assert scores(files, "forgets").keys() == {0}


def test_a_name_counts_more_than_a_mention() -> None:
    mention = page("The learning rate is mentioned on a page about another thing.")
    files = built(subject("Learning rate"), subject("Loss", mention))
    found = scores(files, "rate")
    assert found[0] > found[1] > 0


def test_names_and_hints_are_found_as_a_whole_and_without_spaces() -> None:
    files = built(subject("Learning rate", hints=("step size",)), subject("Step"), subject("Size"))
    for name in ("=learn rate", "=step size", "learningrate", "stepsize"):
        assert scores(files, name).keys() == {0}, name


def test_a_subject_lists_the_keys_of_its_names() -> None:
    names = ("Learning rate", "learning rates", "Step size", "…")
    each = Subject("Learning rate", names, ("how fast",), "", (page("x"),))
    assert built(each)["search/text/0.json"]["keys"] == ["=learn rate", "=step size"]


def test_joined_names_and_abbreviations_in_code_are_not_suggested_as_they_are() -> None:
    written = FoundPage(
        "a/", "A", "", (), (Passage("Set requires_grad; init a matrix"),), "requires_grad init matrix"
    )
    files = built(subject("Learning rate", written))
    pieces = [content for name, content in files.items() if name.startswith("search/words/")]
    suggested = {form: text for piece in pieces for form, text in piece["suggested"].items()}
    assert suggested == {"learningrate": "learning rate", "requires": "", "grad": "", "init": ""}


def test_hints_are_not_shown() -> None:
    text = built(subject("Learning rate", hints=("step size",)))["search/text/0.json"]
    assert "step" not in json.dumps(text)


def test_a_passage_on_several_pages_is_stored_once() -> None:
    pages = (page("The same.", "Only here.", url="a/"), page("The same.", url="b/"))
    text = built(subject("A", *pages))["search/text/0.json"]
    assert text["passages"] == [["The same.", "", [0, 1]], ["Only here.", "", [0]]]
    assert [url for url, *_ in text["pages"]] == ["a/", "b/"]


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=60), st.integers(40, 400))
def test_every_word_is_in_the_piece_of_its_longest_prefix(texts: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(search_index, "PIECE", size)
        files = built(subject("A", page(*texts)))
    prefixes = files["search/index.json"]["pieces"]
    assert len(set(prefixes)) == len(prefixes)
    for number, prefix in enumerate(prefixes):
        for word in files[f"search/words/{number}.json"]["words"]:
            fitting = [
                p
                for p in prefixes
                if word == p.removesuffix("$") or (not p.endswith("$") and word.startswith(p))
            ]
            assert prefix == max(fitting, key=lambda p: (len(p.removesuffix("$")), p.endswith("$")))


def test_the_version_changes_with_the_content() -> None:
    versions = {built(subject(name))["search/index.json"]["version"] for name in ("A", "A", "B")}
    assert len(versions) == 2


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_pages_of_a_concept_are_one_subject_and_other_pages_are_their_own() -> None:
    entries = [
        {"location": "dropout/", "title": "Dropout", "text": "<p>Leaving <b>units</b> out.</p>"},
        {
            "location": "dropout/#how",
            "title": "How",
            "text": "<ul><li>One.</li><li>Two &amp; three.</li></ul>",
        },
        {"location": "dropout/blog/manager/", "title": "Why", "text": "<p>Leaving units out.</p>"},
        {"location": "docs/", "title": "Docs", "text": "<p>Read.</p>"},
    ]
    pages = [
        {"url": "dropout/", "title": "Dropout", "note": "", "role": None, "audience": None},
        {
            "url": "dropout/blog/manager/",
            "title": "Why",
            "note": "for a manager",
            "role": None,
            "audience": "manager",
        },
        {"url": "dropout/unpublished/", "title": "", "note": "", "role": None, "audience": None},
    ]
    concept = {
        "id": "dropout",
        "term": "Dropout",
        "aliases": ["drop-out"],
        "search": ["p"],
        "meaning": "A way.",
        "pages": pages,
    }
    previews = {"manager": {"dropout": ["Dropout", "Resting."]}, "student": {"other": ["Other", "Not this."]}}
    dropout, docs = subjects_of(entries, {"concepts": [concept]}, previews)
    assert dropout.meanings == {"manager": "Resting."}
    assert (dropout.names, dropout.hints, dropout.is_concept) == (("Dropout", "drop-out"), ("p",), True)
    assert dropout.pages == (
        FoundPage(
            "dropout/",
            "Dropout",
            "",
            ("How",),
            (Passage("Leaving units out."), Passage("One.", "how"), Passage("Two & three.", "how")),
        ),
        FoundPage(
            "dropout/blog/manager/",
            "Why (for a manager)",
            "/manager",
            ("Why",),
            (Passage("Why"), Passage("Leaving units out.")),
        ),
    )
    assert (docs.title, docs.is_concept, docs.pages[0].url) == ("Docs", False, "docs/")


def test_synonyms_lead_to_the_words_of_the_index() -> None:
    subjects = [subject("A", page("Many pictures and one image.")), subject("B", page("A kind of loaf."))]
    files = search_files(subjects, "en", (), ["photo picture image", "class  Kind", "price cost"])
    synonyms = json.loads(files["search/index.json"])["synonyms"]
    assert synonyms["photo"] == synonyms["photos"] == ["pictures", "image"]
    assert synonyms["pictures"] == ["image"]
    assert synonyms["classes"] == ["kind"]
    assert "price" not in synonyms
