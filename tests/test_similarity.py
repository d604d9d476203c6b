"""The overlap of two passages, in sequences of five words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.text.similarity import SIZE, overlap, shingles

texts = st.lists(st.sampled_from(["the", "model", "learns", "a", "new", "task", "fast"]), max_size=14).map(
    " ".join
)
ALPHABET = "one two three four five six seven eight nine ten"


def test_a_shingle_is_a_run_of_five_words() -> None:
    assert shingles("one two three four five six") == {
        ("one", "two", "three", "four", "five"),
        ("two", "three", "four", "five", "six"),
    }


@pytest.mark.parametrize("text", ["", "one two three four", "1 2 3 4 5 6 7"])
def test_fewer_than_five_words_make_no_shingle(text: str) -> None:
    assert shingles(text) == frozenset()


@pytest.mark.parametrize(
    "same",
    ["ONE two, three: four five!", "one 1 two 22 three 3.5 four five", "one\ntwo\n\nthree - four / five"],
)
def test_case_punctuation_and_numbers_are_ignored(same: str) -> None:
    assert shingles(same) == shingles("one two three four five")


@pytest.mark.parametrize("word", ["fine-tuning", "don't", "it’s", "élan"])
def test_a_word_with_a_hyphen_an_apostrophe_or_an_accent_is_one_word(word: str) -> None:
    (shingle,) = shingles(f"one two {word} four five")
    assert shingle[2] == word


def test_overlap_is_relative_to_the_shorter_text() -> None:
    part, whole = shingles("one two three four five six"), shingles(ALPHABET)
    assert overlap(part, whole) == 1


def test_half_of_the_runs_in_common_is_an_overlap_of_one_half() -> None:
    one = shingles("one two three four five six")
    other = shingles("one two three four five seven")
    assert overlap(one, other) == 0.5


def test_the_same_words_in_a_different_order_have_no_overlap() -> None:
    backward = " ".join(reversed(ALPHABET.split()))
    assert overlap(shingles(ALPHABET), shingles(backward)) == 0


def test_two_texts_without_runs_are_alike_but_one_alone_is_unlike_any_other() -> None:
    nothing = shingles("")
    assert overlap(nothing, nothing) == 1
    assert overlap(nothing, shingles(ALPHABET)) == 0


@settings(max_examples=100, deadline=None)
@given(texts, texts)
def test_overlap_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    there, back = overlap(shingles(one), shingles(other)), overlap(shingles(other), shingles(one))
    assert there == back
    assert 0 <= there <= 1


@settings(max_examples=100, deadline=None)
@given(texts)
def test_every_text_is_identical_to_itself(text: str) -> None:
    assert overlap(shingles(text), shingles(text)) == 1


@settings(max_examples=100, deadline=None)
@given(texts)
def test_there_are_at_most_as_many_runs_as_starting_words(text: str) -> None:
    assert len(shingles(text)) <= max(0, len(text.split()) - SIZE + 1)
