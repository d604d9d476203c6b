"""Markdown is split into prose and protected spans, and no character is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.text.markdown_spans import Span, plain, spans

KINDS = {"prose", "fence", "code", "math", "expression", "concept", "link", "tag", "heading"}


def cut(text: str) -> list[tuple[str, str]]:
    return [(span.kind, span.text) for span in spans(text)]


# Properties

pieces = st.sampled_from(
    [
        *(
            "`",
            "``",
            "```\n",
            "~~~\n",
            "$",
            "$$",
            "{{",
            "}}",
            "[[",
            "]]",
            "[",
            "](",
            ")",
            "![",
            "<",
            ">",
            "# ",
        ),
        *("\n", "\n\n", " ", "a", "word ", "x_1", "*", "</b>", "1", "\\", "|", "-", "é", "\u2028"),
    ]
)
markdown = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=25).map("".join))


@settings(max_examples=100, deadline=None)
@given(markdown)
def test_the_spans_add_up_to_the_whole_text(text: str) -> None:
    assert "".join(span.text for span in spans(text)) == text


@settings(max_examples=100, deadline=None)
@given(markdown)
def test_every_span_has_its_kind_and_its_offset(text: str) -> None:
    for span in spans(text):
        assert span.kind in KINDS
        assert span.text
        assert text.startswith(span.text, span.offset)


@settings(max_examples=100, deadline=None)
@given(markdown)
def test_every_text_can_be_converted_to_plain_text(text: str) -> None:
    assert isinstance(plain(text), str)


# Kinds of spans


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("code", "`model.train()`"),
        ("code", "``a ` b``"),
        ("math", "$w - 5$"),
        ("math", "$$\n\\frac{1}{2}\n$$"),
        ("expression", "{{ flowers.accuracy | percent }}"),
        ("concept", "[[fine-tuning]]"),
        ("concept", "[[fine-tuning|tuned further]]"),
        ("link", "[the paper](https://example.org/paper)"),
        ("link", "![a flower](flower.png)"),
        ("tag", "<script>"),
        ("tag", "</b>"),
        ("tag", '<a href="x">'),
    ],
)
def test_a_span_is_separated_from_the_words_around_it(kind: str, text: str) -> None:
    assert cut(f"Before {text} after.") == [("prose", "Before "), (kind, text), ("prose", " after.")]


@pytest.mark.parametrize("mark", ["```", "~~~", "````"])
def test_a_fence_contains_everything_up_to_its_end(mark: str) -> None:
    fence = f"{mark}python\nx = [[1]]  # {{{{ not.a | metric }}}}\n\n`y`\n{mark}"
    assert cut(f"Run it:\n\n{fence}\n\nDone.") == [
        *(("prose", "Run it:\n\n"), ("fence", fence), ("prose", "\n\nDone."))
    ]


def test_an_unclosed_fence_extends_to_the_end() -> None:
    assert cut("```\nx = 1\n")[0] == ("fence", "```\nx = 1\n")


def test_a_heading_is_a_line_that_begins_with_number_signs() -> None:
    assert cut("## Why\nBecause #1 counts.") == [("heading", "## Why"), ("prose", "\nBecause #1 counts.")]


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10.",
        "Between $ 5 and 6 $.",
        "A lone ` backtick.",
        "Three < five > two.",
        "#hashtag",
        "a\\$b$",
        "One ` here.\n\nAnother ` there.",
        "[no link]",
        "{one} brace",
    ],
)
def test_similar_text_is_prose(text: str) -> None:
    assert cut(text) == [("prose", text)]


def test_code_protects_its_content() -> None:
    assert cut("`{{ a.b }}`") == [("code", "`{{ a.b }}`")]
    assert cut("``a`b`` ```c``") == [("code", "``a`b``"), ("prose", " ```c``")]
    assert cut("```` ``` `` ` ``` a") == [("prose", "```` "), ("code", "``` `` ` ```"), ("prose", " a")]
    assert cut("`$x$`") == [("code", "`$x$`")]
    assert cut("`[[a]]`") == [("code", "`[[a]]`")]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("$x$", "x"),
        ("$$x$$", "x"),
        ("{{a.b}}", "a.b"),
        ("$ x$", "x"),
        ("$$ x $$", "x"),
        ("{{ a.b | percent }}", "a.b | percent"),
        ("[[fine-tuning|tuned]]", "fine-tuning|tuned"),
    ],
)
def test_the_inside_excludes_the_delimiters(text: str, inner: str) -> None:
    kind = {"$": "math", "{": "expression", "[": "concept"}[text[0]]
    assert Span(kind, 0, text).inner == inner


# Plain text


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("The **last** block is _trained_.", "The last block is trained."),
        ("See [[fine-tuning]].", "See fine tuning."),
        ("See [[fine-tuning|tuned further]].", "See tuned further."),
        ("Read [the paper](https://example.org).", "Read the paper."),
        ("It is {{ a.b | percent }} right.", "It is   right."),
        ("Call `train()` once.", "Call   once."),
        ("So $x = 1$ holds.", "So   holds."),
        ("One<br>two", "One two"),
    ],
)
def test_plain_text_has_no_markup_numbers_or_code(text: str, heard: str) -> None:
    assert plain(text) == heard
