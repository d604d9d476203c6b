"""An imported definition is converted to a meaning, a block that passes our checks, and relations."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.adapters.csv_glossary import read_csv
from executable_glossary.adapters.markdown_glossary import read_markdown
from executable_glossary.adapters.schema import validated
from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.app.import_glossary import Reading, entry_text, read_foreign
from executable_glossary.model.draft import Draft
from executable_glossary.model.entry import Entry
from executable_glossary.model.foreign_glossary import (
    ForeignGlossary,
    ForeignTerm,
    Loss,
    UnreadableGlossary,
    escaped,
)
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


# Arbitrary text

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
    """Authors only have to add missing text. They never have to repair imported text."""
    drafts, _ = adopted(term("One", text), term("Two", "What comes after one."), term(name, "A one.", line=9))
    entries = {}
    for draft in drafts:
        source, unread = read_yaml(f"concepts/{draft.id}.yml", entry_text(draft).encode())
        assert source is not None
        assert unread == ()
        entry, problems = validated(Entry, source, id=draft.id)
        assert problems == ()
        assert entry is not None
        entries[draft.id] = entry
    known = Glossary(
        EMPTY.axes, entries, templates=EMPTY.templates, unread=frozenset(draft.id for draft in drafts)
    )
    assert {problem.code for problem in check(known)} <= {"draft"}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_plain_text_keeps_its_words(text: str) -> None:
    said, lost = harmless(escaped(text))
    if not lost:
        assert set("<{") & set(said) == set()
        assert plain(said).count("[[") == 0


TEXTS = st.lists(
    st.sampled_from(
        """Words|one|It is so.|z. B.|1.234,56 €|5%|(see|below).|<b>|</b>|<br>|[here](https://a.org)|[there](../b.html)
![picture](c.png)|{{ number }}|`code. Here`|$x$|[[one]]|[[none|nobody]]|# Head|- point|第一。第二。|3.10|| ; |"quoted.
""".replace("\n", "|").split("|")
    )
    | SIGNS,
    max_size=9,
).map(" ".join)


@given(st.lists(st.tuples(st.text(st.sampled_from("ab "), min_size=1), TEXTS, TEXTS, TEXTS), max_size=4))
def test_every_word_of_the_source_is_in_the_entries_or_in_the_report(rows: list[tuple[str, ...]]) -> None:
    source = StringIO()
    csv.writer(source).writerows([("term", "definition", "aliases", "owner"), *rows])
    drafts, losses = draft_entries(EMPTY, read_csv("a.csv", source.getvalue()))
    assert lost_words(" ".join(" ".join(row) for row in rows), drafts, losses) == []


LAYOUTS = (
    "{name}\n: {text}\n\n",
    "- **{name}**: {text}\n",
    "## {name}\n\n{text}\n\n",
    "*[{name}]: {text}\n",
    "```{{glossary}}\n{name}\n    {text}\n```\n",
    "| term | definition |\n|---|---|\n| {name} | {text} |\n\n",
    "{text}\n\n",
)


@given(
    st.lists(
        st.tuples(st.sampled_from(LAYOUTS), st.text(st.sampled_from("ab "), min_size=1), TEXTS), max_size=4
    )
)
def test_every_word_of_a_markdown_file_is_in_the_entries_or_in_the_report(
    parts: list[tuple[str, str, str]],
) -> None:
    content = "".join(layout.format(name=name, text=" ".join(text.split())) for layout, name, text in parts)
    try:
        foreign = read_markdown("a.md", content, {})
    except UnreadableGlossary:
        return
    drafts, losses = draft_entries(EMPTY, foreign)
    source = re.sub(r"\{glossary\}|\| term \| definition \|", "", content)
    assert lost_words(source, drafts, losses) == []


def test_every_word_of_a_real_glossary_is_in_the_entries_or_in_the_report() -> None:
    path = Path(__file__).parent / "imported" / "sphinx" / "glossary.rst"
    foreign = read_foreign(path, Reading())
    drafts, losses = draft_entries(EMPTY, foreign)
    source = re.sub(r"\.\. (?:glossary|code-block)::|:(?:file|code|dfn):", "", path.read_text("utf-8"))
    assert lost_words(source, drafts, losses) == []


def lost_words(source: str, drafts: Sequence[Draft], losses: Sequence[Loss]) -> list[str]:
    """The words of the source, without line breaks and the targets of relative links, that are neither in the entries nor
    in the report."""
    source = re.sub(r"\]\((?!\w+:)[^)]*\)", "]", source.replace("<br>", " "))
    kept = " ".join([*map(entry_text, drafts), *(f"{loss.kind} {loss.detail}" for loss in losses)])
    found = set(_WORD.findall(html.unescape(kept)))
    return [word for word in _WORD.findall(html.unescape(source)) if word not in found]


_WORD = re.compile(r"[^\W_]+")


# The first sentence is the meaning


@pytest.mark.parametrize(
    ("text", "meaning", "definition"),
    [
        ("It is small.", "It is small.", "It is small."),
        ("It is small. It is red.", "It is small.", "It is red."),
        ("Without a stop", "Without a stop.", "Without a stop"),
        ("It is so, e.g. Small or red. And more.", "It is so, e.g. Small or red.", "And more."),
        ("A file, `a.b. C`, here. More.", "A file, a.b. C, here.", "More."),
        ("A [link](https://a.org/x.y). Then.", "A link.", "A [link](https://a.org/x.y). Then."),
        ("So *much*. Then.", "So much.", "Then."),
        (
            "Nach Art. 3 Abs. 2, z. B. So, ca. 14 Tage. Dann.",
            "Nach Art. 3 Abs. 2, z. B. So, ca. 14 Tage.",
            "Dann.",
        ),
        ("One bank (it is one. Or not). Then.", "One bank (it is one. Or not).", "Then."),
        ("Sie sagt „So. Nein“ dazu. Dann.", "Sie sagt „So. Nein“ dazu.", "Dann."),
        ("It is a lgd. A word. 5 more.", "It is a lgd. A word. 5 more.", "It is a lgd. A word. 5 more."),
        ("規則を学ぶ方法。二つある。", "規則を学ぶ方法。", "二つある。"),
        ("規則を学ぶ方法", "規則を学ぶ方法", "規則を学ぶ方法"),
        ("هل هي طريقة؟ لها أنواع.", "هل هي طريقة؟", "لها أنواع."),
        ("See [[one|the one]] first. Then.", "See the one first.", "Then."),
        ("It is written so:\n\n- a", "It is written so.", "It is written so:\n\n- a"),
        ('He said "no." Then he left.', 'He said "no."', "Then he left."),
        ("First paragraph\n\nSecond.", "First paragraph.", "Second."),
        ("Is it? Yes.", "Is it?", "Yes."),
    ],
)
def test_a_definition_is_split_after_its_first_sentence(text: str, meaning: str, definition: str) -> None:
    assert divided(text) == (meaning, definition, [])


@pytest.mark.parametrize(
    ("text", "obstacle"),
    [
        (f"It names what was found, {'and so on ' * 12}until nothing is left. More.", "it has 45 words"),
        ("A loan of more than 766,550 dollars at 5% interest, see loan.", "it contains a number"),
        ("Der Zins ist 3,5 % p. a. und wird bezahlt.", "it contains a number"),
        ("Kostet 1.234,56 € im Jahr, danach mehr.", "it contains a number"),
        ("One (of two. More.", "a bracket or a quotation is not closed"),
        ("- one\n- two", "the text begins with code, a list, a table, or a heading"),
        ("**Problem**\nIt is so.", "the text begins with code, a list, a table, or a heading"),
    ],
)
def test_a_sentence_that_does_not_fit_is_never_shortened(text: str, obstacle: str) -> None:
    meaning, definition, ((kind, detail),) = divided(text)
    assert (meaning, definition) == ("", text)
    assert kind == "meanings to write, because the first sentence does not fit"
    assert detail.startswith(obstacle)


def test_the_reason_for_a_missing_meaning_is_in_the_file() -> None:
    (draft,), _ = adopted(term("One", "At 5% it grows."))
    assert "# meanings to write, because the first sentence does not fit: it contains a number" in entry_text(
        draft
    )


def test_code_cannot_be_a_meaning() -> None:
    text = "```\nx = 1\n\ny = 2\n```\n\nSo it is."
    assert divided(text)[:2] == ("", text)


def test_an_unmeasured_number_cannot_be_part_of_a_meaning() -> None:
    text = "It was new in version 3.10 of the language. More."
    assert divided(text)[:2] == ("", text)


# Text that must not be published unchanged


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
        ("Kostet 1.234,56 €", "Kostet `1.234,56` €", ["numbers marked as not coming from a run"]),
        ("one<br>two H<sub>2</sub>O", "one two H2O", ["HTML removed"] * 3),
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


@pytest.mark.parametrize(
    "target", ["/two/", "../two/index.md", "two.md", "#two", "terms.html#term-two", "/the-second/"]
)
def test_relative_links_lead_to_entries(target: str) -> None:
    second = ForeignTerm(("Two",), "A pair.", Place("a.md", 2), address="the-second")
    drafts, _ = adopted(term("One", f"See [a pair]({target}). See [none](../none/)."), second)
    assert drafts[0].blocks["definition"] == "See none."
    assert drafts[0].meaning == "See a pair."
    assert [other.concept for other in drafts[0].see_also] == ["two"]


def test_a_duplicate_term_is_kept_once() -> None:
    drafts, losses = adopted(term("One", "First."), term("One", "First.", line=5))
    assert [draft.meaning for draft in drafts] == ["First."]
    assert ("existing terms skipped", 5) in [(loss.kind, loss.place.line) for loss in losses]


def test_a_homonym_gets_a_number_and_a_note() -> None:
    bank = [
        term("Bank", "It lends money."),
        term("bank", "It borders a river.", line=5),
        term("Bank", "A row."),
    ]
    drafts, losses = adopted(*bank)
    assert [(draft.id, draft.term) for draft in drafts] == [
        ("bank", "Bank"),
        ("bank-2", "bank (2)"),
        ("bank-3", "Bank (3)"),
    ]
    assert kinds(losses).count("homonyms, whose numbers you should replace with words") == 2
    assert "# another entry has the same term: replace the number" in entry_text(drafts[1])


def test_a_term_has_precedence_over_an_alias() -> None:
    drafts, losses = adopted(
        term("Customer", "A buyer.", "account", "client"), term("Account", "A contract.")
    )
    assert [(draft.term, [*dict(draft.aliases)]) for draft in drafts] == [
        ("Customer", ["client"]),
        ("Account", []),
    ]
    assert "aliases of other concepts skipped" in kinds(losses)


def test_an_alias_of_two_terms_belongs_to_the_first() -> None:
    drafts, losses = adopted(term("One", "First.", "uno"), term("Two", "Second.", "UNO", "duo"))
    assert [dict(draft.aliases).keys() for draft in drafts] == [{"uno"}, {"duo"}]
    assert "aliases of other concepts skipped" in kinds(losses)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Search", "search-term"),
        ("Manager", "manager-term"),
        ("COM1", "com1-term"),
        ("概念", "概念"),
        ("C++", "c-plus-plus"),
        ("word " * 30, "-".join(["word"] * 16)),
        ("概念" * 50, "概念" * 26 + "概"),
    ],
)
def test_an_id_is_readable_short_and_not_reserved(name: str, id: str) -> None:
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


def test_terms_that_differ_only_in_signs_have_different_urls() -> None:
    drafts, losses = adopted(term("C", "A letter."), term("C++", "A language."), term("C!", "A cry."))
    assert [(draft.term, draft.id) for draft in drafts] == [("C", "c"), ("C++", "c-plus-plus"), ("C!", "c-2")]
    assert "C! is at /c-2/" in [loss.detail for loss in losses]


def test_a_term_without_a_definition_is_only_reported() -> None:
    drafts, losses = adopted(term("One", "![a](b.png)", "uno"), term("Two", "Not [[One]]."))
    assert [(draft.term, draft.see_also) for draft in drafts] == [("Two", ())]
    assert ("terms without a definition skipped", "One; uno; ![a](b.png)") in [
        (loss.kind, loss.detail) for loss in losses
    ]


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
    """Searching all definitions for each term would take far too long."""
    names = [f"{one}{other}{third}" for one in "bdfgklmnprst" for other in "aeiou" for third in range(34)]
    drafts, losses = adopted(*(term(name, "Unlike any other.", line=at) for at, name in enumerate(names, 1)))
    assert len(drafts) == len(names) == 2040
    assert kinds(losses).count("terms without a see-also, because no related term was found") == len(names)
