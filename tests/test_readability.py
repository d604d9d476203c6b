"""The Flesch-Kincaid grade of text, in years of school."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.text.readability import counted, grade, without_terms

EASY = "The cat sat on the mat. The dog ran to the cat."
HARD = "Heterogeneous organizational considerations necessitate comprehensive interdisciplinary deliberation."


def test_the_formula_is_that_of_flesch_and_kincaid() -> None:
    words, sentences, syllables = 12, 2, 12
    expected = 0.39 * words / sentences + 11.8 * syllables / words - 15.59
    assert grade(EASY) == pytest.approx(expected)


def test_long_words_in_long_sentences_raise_the_grade() -> None:
    assert grade(EASY) < 3 < 20 < grade(HARD)


@pytest.mark.parametrize("text", ["", "  \n\n ", "123 456.", "…"])
def test_a_text_without_words_has_grade_zero(text: str) -> None:
    assert grade(text) == 0


@pytest.mark.parametrize(
    "broken",
    [
        "The cat sat on the mat\n\nThe dog ran to the cat",
        "- The cat sat on the mat\n- The dog ran to the cat",
        "1. The cat sat on the mat\n2. The dog ran to the cat",
        "The cat sat on the mat! The dog ran to the cat?",
    ],
    ids=["paragraphs", "hyphens", "numbers", "other signs"],
)
def test_paragraphs_and_list_items_are_sentences_without_a_period(broken: str) -> None:
    assert grade(broken) == pytest.approx(grade(EASY))


def test_a_wrapped_line_does_not_start_a_sentence() -> None:
    wrapped = EASY.replace("on the mat", "on\nthe mat")
    assert grade(wrapped) == grade(EASY)


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    text = "They use filters, e.g. convolutions, as the network of Dr. Lee et al. did."
    assert counted(text).sentences == 1


def test_a_decimal_point_does_not_end_a_sentence() -> None:
    assert grade("The cat ate 2.5 mice.") == pytest.approx(grade("The cat ate mice."))


@pytest.mark.parametrize(("word", "syllables"), [("cat", 1), ("model", 2), ("network", 2), ("accuracy", 4)])
def test_syllables_of_common_words_are_looked_up(word: str, syllables: int) -> None:
    assert grade(f"{word.title()}.") == pytest.approx(0.39 + 11.8 * syllables - 15.59)


@pytest.mark.parametrize(("word", "syllables"), [("blorpix", 2), ("frobnicate", 3), ("zzkgh", 1)])
def test_syllables_of_unknown_words_are_estimated_from_their_vowels(word: str, syllables: int) -> None:
    assert grade(f"{word}.") == pytest.approx(0.39 + 11.8 * syllables - 15.59)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["cat", "network", "accuracy"]), min_size=1, max_size=9))
def test_repeating_a_sentence_does_not_change_the_grade(words: list[str]) -> None:
    sentence = f"{' '.join(words)}. "
    assert grade(sentence * 2) == pytest.approx(grade(sentence))


def test_a_term_is_replaced_with_the_same_capitalization() -> None:
    """Otherwise, the start of a sentence after an abbreviation would be lost."""
    text = "Loss, accuracy, etc. Loss is lower."
    assert without_terms(text, re.compile("loss", re.IGNORECASE)) == "Word, accuracy, etc. Word is lower."
