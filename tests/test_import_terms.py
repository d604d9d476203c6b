"""An imported definition becomes a meaning, a text that passes our checks, and relations."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.adapters.schema import validated
from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.app.import_glossary import entry_text
from executable_glossary.model.draft import Draft
from executable_glossary.model.entry import Entry
from executable_glossary.model.foreign_glossary import ForeignGlossary, ForeignTerm, Loss, escaped
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place
from executable_glossary.model.project import Project
from executable_glossary.stages.check import check
from executable_glossary.stages.import_terms import draft_entries
from executable_glossary.stages.import_terms.clean_text import harmless
from executable_glossary.stages.import_terms.split_meaning import divided
from executable_glossary.stages.load import load
from executable_glossary.text.markdown_spans import plain
from glossaries import REPOSITORY

LOADED, _ = load(Project(root=REPOSITORY))
assert LOADED is not None
EMPTY = Glossary(LOADED.axes, {}, templates=LOADED.templates)


def term(name: str, text: str, *aliases: str, line: int = 1) -> ForeignTerm:
    return ForeignTerm((name, *aliases), text, Place("a.rst", line))


def adopted(*terms: ForeignTerm, glossary: Glossary = EMPTY) -> tuple[tuple[Draft, ...], tuple[Loss, ...]]:
    return draft_entries(glossary, ForeignGlossary(terms))


def kinds(losses: Sequence[Loss]) -> list[str]:
    return [loss.kind for loss in losses]


# Any text at all

SIGNS = st.text(st.sampled_from([*"ab .,:;!?\n\"'()[]{}<>*_`~#$%&|\\/=+-@0123456789", "é", "A"]), max_size=60)
PARTS = """It is 2.5 times as much. |See [here](https://a.org) |<script>|{{ x }}|[[one]]|[[none]]|`a`|$x$
[a](javascript:b)|![p](q)|word |One. Two.|# Head|===|- point|```|~~~"""
PIECES = st.lists(
    st.sampled_from([*PARTS.replace("\n", "|").split("|"), "[[two|it]]", "\n", "\n\n", "```\ncode\n```\n"])
    | SIGNS,
    max_size=8,
).map("".join)


@given(PIECES, SIGNS.filter(str.strip))
def test_every_imported_text_passes_our_checks(text: str, name: str) -> None:
    """Authors only have to add missing texts; they never have to repair an imported one."""
    drafts, _ = adopted(term("One", text), term("Two", "What comes after one."), term(name, "A one.", line=9))
    entries = {}
    for draft in drafts:
        source, unread = read_yaml(f"concepts/{draft.id}.yml", entry_text(draft).encode())
        assert source is not None
        assert unread == ()
        entry, problems = validated(Entry, source, id=draft.id)
        assert {problem.code for problem in problems} <= {"missing-text"}
        if entry is not None:
            entries[draft.id] = entry
    known = Glossary(
        EMPTY.axes, entries, templates=EMPTY.templates, unread=frozenset(draft.id for draft in drafts)
    )
    assert [(problem.code, problem.message) for problem in check(known)] == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_plain_text_keeps_its_words(text: str) -> None:
    said, lost = harmless(escaped(text))
    if not lost:
        assert set("<{") & set(said) == set()
        assert plain(said).count("[[") == 0


# The first sentence is the meaning


@pytest.mark.parametrize(
    ("text", "meaning", "definition"),
    [
        ("It is small.", "It is small.", "It is small."),
        ("It is small. It is red.", "It is small.", "It is red."),
        ("Without a stop", "Without a stop.", "Without a stop"),
        ("It is so, e.g. Small or red. And more.", "It is so, e.g. Small or red.", "And more."),
        ("A file, `a.b. C`, here. More.", "A file, a.b. C, here.", "More."),
        ("A [link](https://a.org/x.y) and *more*. Then.", "A link and more.", "Then."),
        ("See [[one|the one]] first. Then.", "See the one first.", "Then."),
        ("It is written so:\n\n- a", "It is written so.", "It is written so:\n\n- a"),
        ('He said "no." Then he left.', 'He said "no."', "Then he left."),
        ("First paragraph\n\nSecond.", "First paragraph.", "Second."),
        ("Is it? Yes.", "Is it?", "Yes."),
    ],
)
def test_a_definition_is_split_after_its_first_sentence(text: str, meaning: str, definition: str) -> None:
    assert divided(text) == (meaning, definition, [])


def test_the_meaning_is_the_start_of_a_long_sentence_and_nothing_is_lost() -> None:
    text = f"It names what was found, {'and so on ' * 12}until nothing is left. More."
    meaning, definition, lost = divided(text)
    assert meaning == "It names what was found."
    assert definition == text
    assert "words; only its beginning is used as the meaning" in lost[0][1]


@pytest.mark.parametrize("start", ["Since", "When"])
def test_a_sentence_with_its_main_point_at_the_end_is_left_to_the_author(start: str) -> None:
    text = f"{start} it was found at last, {'and so on ' * 12}it is red."
    assert divided(text)[:2] == ("", text)


def test_code_cannot_be_a_meaning() -> None:
    text = "```\nx = 1\n\ny = 2\n```\n\nSo it is."
    assert divided(text)[:2] == ("", text)


def test_an_unmeasured_number_cannot_be_part_of_a_meaning() -> None:
    meaning, definition, lost = divided("It was new in version 3.10 of the language. More.")
    assert (meaning, definition) == ("", "It was new in version 3.10 of the language. More.")
    assert "contains a number" in lost[0][1]


# Text that we may not publish as it is


@pytest.mark.parametrize(
    ("text", "said", "lost"),
    [
        ("a <b>c</b>", "a c", ["HTML removed", "HTML removed"]),
        ("[a](https://b.org)", "[a](https://b.org)", []),
        ("[a](../b.html)", "a", ["links replaced with their text"]),
        ("![a](b.png) c", "c", ["images skipped"]),
        ("{{ x }}", "&#123;&#123; x }}", []),
        ("It costs $5 or $6.", "It costs $5 or $6.", []),
        ("# Head\ntext", "**Head**\ntext", []),
        ("25 % more", '{{ 25 | literal("as in the imported text") }} % more', ["numbers marked as not coming from a run"]),
        ("since 3.10 and", "since `3.10` and", ["numbers marked as not coming from a run"]),
        ("`3.10 <b>`", "`3.10 <b>`", []),
    ],
)  # fmt: skip
def test_rejected_markup_is_converted_to_plain_text(text: str, said: str, lost: list[str]) -> None:
    found, told = harmless(text)
    assert found == said
    assert [kind for kind, _ in told] == lost


# Names and URLs


def test_terms_link_to_each_other_by_name_in_any_case() -> None:
    drafts, losses = adopted(term("One thing", "See [[TWO]] and [[none|nobody]]."), term("Two", "A pair."))
    assert drafts[0].meaning == "See TWO and nobody."
    assert drafts[0].blocks["definition"] == "See [[two|TWO]] and nobody."
    assert [other.concept for other in drafts[0].see_also] == ["two"]
    assert [(other.concept, other.why) for other in drafts[1].see_also] == [
        ("one-thing", "The definition of One thing mentions Two.")
    ]
    assert losses == ()


def test_a_duplicate_term_is_kept_once() -> None:
    drafts, losses = adopted(term("One", "First."), term("one", "Second.", line=5))
    assert [draft.meaning for draft in drafts] == ["First."]
    assert ("existing terms skipped", 5) in [(loss.kind, loss.place.line) for loss in losses]


def test_an_alias_that_is_also_a_term_belongs_to_the_first_entry() -> None:
    drafts, losses = adopted(term("One", "First.", "uno"), term("Two", "Second.", "UNO", "duo"))
    assert [dict(draft.aliases).keys() for draft in drafts] == [{"uno"}, {"duo"}]
    assert "aliases of other concepts skipped" in kinds(losses)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Search", "search-term"),
        ("Manager", "manager-term"),
        ("COM1", "com1-term"),
        ("概念", "term-7"),
        ("C++", "c"),
    ],
)
def test_a_reserved_url_gets_a_suffix(name: str, id: str) -> None:
    drafts, _ = adopted(term(name, "A word.", line=7))
    assert [draft.id for draft in drafts] == [id]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("*args", "*args"),
        ("List<T>", "ListT"),
        ("# a", "a"),
        ("a\u200bb", "ab"),
        ("`x`", "x"),
        ("{{ y }}", "y"),
    ],
)
def test_a_name_contains_no_markup(written: str, name: str) -> None:
    (draft,), losses = adopted(term(written, "A word."))
    assert draft.term == name
    assert ("characters removed from names" in kinds(losses)) == (written != name)


def test_two_terms_with_the_same_url_do_not_overwrite_each_other() -> None:
    drafts, losses = adopted(term("C", "A letter."), term("C++", "A language."))
    assert [draft.term for draft in drafts] == ["C"]
    assert "C++: /c/ is already in use" in [loss.detail for loss in losses]


def test_a_term_without_a_definition_is_created_and_reported() -> None:
    (draft,), losses = adopted(term("One", ""))
    assert (draft.meaning, draft.blocks) == ("", {"definition": ""})
    assert "empty definitions" in kinds(losses)


def test_relations_come_before_mentions_and_lead_to_existing_concepts() -> None:
    one = ForeignTerm(
        ("One",), "As two and three.", Place("a.ttl", 1), (("broader", "Three"), ("used-with", "Nine"))
    )
    drafts, losses = adopted(one, term("Two", "A pair."), term("Three", "A crowd."))
    assert [(other.concept, other.relation) for other in drafts[0].see_also] == [
        ("three", "broader"),
        ("two", "used-with"),
    ]
    assert [loss.detail for loss in losses if loss.kind.startswith("relations")] == ["used-with Nine"]


def test_thousands_of_terms_without_mentions_are_imported_quickly() -> None:
    """Searching all texts for each term would take far too long."""
    names = [f"{one}{other}{third}" for one in "bdfgklmnprst" for other in "aeiou" for third in range(34)]
    drafts, losses = adopted(*(term(name, "Unlike any other.", line=at) for at, name in enumerate(names, 1)))
    assert len(drafts) == len(names) == 2040
    assert kinds(losses).count("terms without a see-also, because no related term was found") == len(names)
