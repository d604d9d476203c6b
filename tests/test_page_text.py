"""The text of a page as a reader sees it."""

from __future__ import annotations

import pytest

from executable_glossary.text.page_text import Passage, visible


def texts(markdown: str) -> list[str]:
    return [passage.text for passage in visible(markdown)]


def test_paragraphs_are_grouped_by_heading() -> None:
    page = "# Dropout\n\nSwitching units off.\n\n## Definition { #definition }\n\nEvery unit\nis left out.\n"
    assert visible(page) == (
        Passage("", "Dropout", "Dropout"),
        Passage("", "Dropout", "Switching units off."),
        Passage("definition", "Definition", "Definition"),
        Passage("definition", "Definition", "Every unit is left out."),
    )


def test_a_question_is_a_passage_of_its_section() -> None:
    page = "## Questions { #questions }\n\n### How? { #question-1 }\n\nSo.\n"
    assert [passage.section for passage in visible(page)] == ["questions"] * 3


@pytest.mark.parametrize(
    ("markdown", "seen"),
    [
        ("a [link](../b/index.md) and *more*", ["a link (../b/index.md) and more"]),
        ("- one\n- two", ["one", "two"]),
        ("a `x = 1` b", ["a x = 1 b"]),
        ("![a cat](cat.png)", ["[picture: a cat (cat.png)]"]),
        ("[a](https://a.example)", ["a (https://a.example)"]),
        ("[a.example](https://a.example)", ["a.example"]),
        ("[![a](b.png)](https://a.example)", ["[picture: a (b.png)] (https://a.example)"]),
        ("one<br>two", ["one two"]),
        ("5 &lt; 6 &amp; 7", ["5 < 6 & 7"]),
    ],
    ids=["link", "list", "code", "picture", "outside", "address", "in a link", "line", "entities"],
)
def test_markup_is_removed(markdown: str, seen: list[str]) -> None:
    assert texts(markdown) == seen


def test_pictures_in_an_address_are_told_apart() -> None:
    one, other = (texts(f'<img alt="a" src="data:image/png;base64,{data}">')[0] for data in ("AAAA", "BBBB"))
    assert one.startswith("[picture: a (data:image/png;base64,")
    assert one != other


def test_the_words_of_the_wide_drawing_are_passages_and_the_narrow_one_is_skipped() -> None:
    drawing = "<text><tspan>Two</tspan><tspan>words</tspan></text>"
    svgs = (
        f'<svg class="diagram__{form}"><desc>What it says.</desc>{drawing}</svg>'
        for form in ("wide", "narrow")
    )
    assert texts(f"<figure>{''.join(svgs)}</figure>") == ["What it says.", "Two words"]


def test_a_table_row_is_a_passage() -> None:
    table = "| Metric | Mean |\n|---|--:|\n| `accuracy` | 0.9 |\n"
    assert texts(table) == ["Metric | Mean", "accuracy | 0.9"]


def test_a_line_of_code_is_a_passage_and_keeps_its_indentation() -> None:
    assert texts("```python\nfor x in y:\n    print(x)\n```\n") == ["for x in y:", "    print(x)"]


def test_front_matter_is_skipped() -> None:
    assert texts('---\ntitle: "X"\n---\n\nWords.\n') == ["Words."]


@pytest.mark.parametrize(
    "hidden",
    [
        '<nav class="readers" markdown>\n\n- [Manager](../index.md)\n\n</nav>',
        '<div class="banner banner--recorded" markdown>\n**Recorded results.** They are old.\n</div>',
        '<svg class="chart__wide"><desc>Bars.</desc><text>89%</text></svg>',
        "<script>alert(1)</script>",
        "<style>p { color: red }</style>",
    ],
    ids=["readers", "banner", "chart", "script", "style"],
)
def test_markup_without_text_is_skipped(hidden: str) -> None:
    assert texts(f"Before.\n\n{hidden}\n\nAfter.\n") == ["Before.", "After."]


def test_a_drawing_is_represented_by_its_description() -> None:
    drawn = "<svg><title>Idea</title><desc>A leads to B.</desc><text>A</text></svg>"
    assert texts(f"<div>\n{drawn}\n{drawn}\n</div>\n") == ["A leads to B."]


def test_folded_text_is_included() -> None:
    page = "<details markdown>\n<summary>Answer</summary>\n\nForty-two.\n\n</details>\n"
    assert texts(page) == ["Answer", "Forty-two."]


def test_an_empty_page_has_no_passages() -> None:
    assert visible("") == ()
