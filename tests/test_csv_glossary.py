"""A glossary in a table: the columns are recognized by any of several common headings."""

from __future__ import annotations

import pytest

from executable_glossary.adapters.csv_glossary import read_csv, read_markdown_table


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_first_line_determines_the_delimiter(sign: str) -> None:
    content = (
        sign.join(["Word", "Description", "Owner"]) + "\n" + sign.join(["Recall", "A share.", "Anna"]) + "\n"
    )
    glossary = read_csv("a.csv", content)
    assert [(term.names, term.text, term.place.line) for term in glossary.terms] == [
        (("Recall",), "A share.", 2)
    ]
    assert [(loss.kind, loss.detail) for loss in glossary.losses] == [('column "Owner" skipped', "Anna")]


def test_a_cell_may_span_lines_and_line_numbers_stay_correct() -> None:
    glossary = read_csv("a.csv", 'term,definition\na,"One.\n\nTwo, three."\nb,Four.\n')
    assert [(term.text, term.place.line) for term in glossary.terms] == [
        ("One.\n\nTwo, three.", 2),
        ("Four.", 5),
    ]


def test_a_meaning_comes_before_the_definition() -> None:
    (term,) = read_csv("a.csv", "term,definition,meaning\na,Long.,Short.\n").terms
    assert term.text == "Short.\n\nLong."


def test_aliases_and_relations_are_lists_in_a_cell() -> None:
    (term,) = read_csv("a.csv", 'term,definition,synonyms,see also\na,x,"b; c","d, e"\n').terms
    assert term.names == ("a", "b", "c")
    assert term.relations == (("used-with", "d"), ("used-with", "e"))


def test_a_row_without_a_term_is_reported_and_an_empty_one_is_not() -> None:
    glossary = read_csv("a.csv", "term,definition\n,x\n,\na\n")
    assert [(term.names[0], term.text) for term in glossary.terms] == [("a", "")]
    assert [(loss.kind, loss.place.line) for loss in glossary.losses] == [("rows without a term skipped", 2)]


def test_glossary_tables_in_markdown_are_read_and_others_are_not() -> None:
    glossary = read_markdown_table(
        "a.md",
        "# Words\n\n| Term | Meaning |\n|:-----|:-------:|\n| **[Recall](x.md)** | A *share*.<br>Of `a \\| b`. |\n"
        "\n| Year | Sum |\n|---|---|\n| 2020 | 3 |\n\nName | Description\n--- | ---\nb | Second.\n",
    )
    assert [(term.names, term.text, term.place.line) for term in glossary.terms] == [
        (("Recall",), "A *share*.\n\nOf `a | b`.", 5),
        (("b",), "Second.", 13),
    ]


@pytest.mark.parametrize(
    "header", ["Begriff,Definition", "Wort,Text", "term_de,definition_de", "Term (de),Definition (de)"]
)
def test_columns_can_be_chosen_or_have_names_in_other_languages(header: str) -> None:
    content = f"{header},term_en,definition_en\nZins,Ein Preis.,Interest,A price.\n"
    (term,) = read_csv("a.csv", content, {"wort": "term", "Text": "definition"}, "de").terms
    assert (term.names, term.text) == (("Zins",), "Ein Preis.")


def test_only_columns_in_the_language_are_read() -> None:
    glossary = read_csv(
        "a.csv",
        "term_de,definition_de,term_en,definition_en\nZins,Ein Preis.,Interest,A price.\n",
        language="en",
    )
    assert [(term.names, term.text) for term in glossary.terms] == [(("Interest",), "A price.")]
    assert [(loss.kind, loss.detail) for loss in glossary.losses] == [
        ('column "term_de" skipped', "Zins"),
        ('column "definition_de" skipped', "Ein Preis."),
    ]
