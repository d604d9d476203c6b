"""Sentences are found where a reader hears them, each at its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.text.markdown_spans import masked
from executable_glossary.text.sentences import sentences


def said(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("...", []),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("No stop at the end", ["No stop at the end"]),
        ('He said "stop." Then he went.', ['He said "stop."', "Then he went."]),
        ("(Two in brackets.) Two.", ["(Two in brackets.)", "Two."]),
        ("At 3.5 per year it grows. So what.", ["At 3.5 per year it grows.", "So what."]),
        ("Use it, e.g. so. Or not.", ["Use it, e.g. so.", "Or not."]),
        ("By A. Smith et al. in short.", ["By A. Smith et al. in short."]),
        ("A paragraph\n\nAnother one", ["A paragraph", "Another one"]),
        ("One line\nand its second.", ["One line\nand its second."]),
        ("Points:\n\n- first\n- second\n", ["Points:", "first", "second"]),
        ("1. First one.\n2. Second one.", ["1. First one.", "2. Second one."]),
        ("| a b | c |\n| d | e f |\n", ["a b | c |", "d | e f |"]),
    ],
)
def test_where_a_sentence_ends(text: str, expected: list[str]) -> None:
    assert said(text) == expected


def test_words_are_compared_without_their_capitals_and_signs() -> None:
    one, other = sentences('Fine-tuning, "done" it\'s.'), sentences("fine-tuning done   it's")
    assert one[0].words == other[0].words == ("fine-tuning", "done", "it's")


@given(st.text(alphabet=st.sampled_from("aB.!? \n-*|1(\"'")))
def test_each_sentence_stands_where_it_says(text: str) -> None:
    for sentence in sentences(text):
        assert text[sentence.offset :].startswith(sentence.text)


@given(st.text(alphabet=st.sampled_from("ab[]()|{}$`~#<>/!* \n-")))
def test_a_masked_text_is_as_long_and_keeps_its_lines(text: str) -> None:
    seen = masked(text)
    assert len(seen) == len(text)
    assert [at for at, sign in enumerate(seen) if sign == "\n"] == [
        at for at, sign in enumerate(text) if sign == "\n"
    ]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain words", "plain words"),
        ("some `code` here", "some 0      here"),
        ("at {{ a.b }} now", "at 0         now"),
        ("$x^2$ grows", "0     grows"),
        ("see [[fine-tuning]]", "see   fine-tuning  "),
        ("see [[loss|the loss]]", "see        the loss  "),
        ("see [words](https://a.b)", "see  words              "),
        ("**bold** lead", "  bold   lead"),
    ],
)
def test_what_a_reader_reads_stays_where_it_is(text: str, seen: str) -> None:
    assert masked(text) == seen
