"""Two versions of a passage, combined into one with marked changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.text.word_diff import Piece, alike, shortened, word_diff


def marked(before: str, after: str) -> str:
    signs = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}", "cut": "…"}
    return "".join(signs[piece.kind].format(piece.text) for piece in word_diff(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "It knows edges and shapes.",
            "It knows edges and colors.",
            "It knows edges and [-shapes-]{+colors+}.",
        ),
        ("a small team can begin", "even a small team can begin", "{+even +}a small team can begin"),
        ("named 89% of all kinds", "named 88% of all kinds", "named [-89%-]{+88%+} of all kinds"),
        ("held at 0.877 in all runs", "held at 0.8 in all runs", "held at [-0.877-]{+0.8+} in all runs"),
        ("x | 89% | 87% | 3 | 4", "x | 88% | 83% | 3 | 4", "x | [-89%-]{+88%+} | [-87%-]{+83%+} | 3 | 4"),
        ("", "All of it is new.", "{+All of it is new.+}"),
        ("All of it is gone.", "", "[-All of it is gone.-]"),
        ("the same words", "the same words", "the same words"),
    ],
)
def test_only_changed_words_are_marked(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


def test_a_lone_word_between_two_changes_does_not_split_them() -> None:
    expected = marked(
        "We bought one of the very cheap ones in the end, as planned.",
        "We bought two of my very dear ones in the end, as planned.",
    )
    assert (
        expected == "We bought [-one of the very cheap-]{+two of my very dear+} ones in the end, as planned."
    )


def test_two_dissimilar_sentences_are_shown_one_after_the_other() -> None:
    assert marked("Cats sleep all day.", "No wolf was seen here, though many came.").startswith(
        "[-Cats sleep all day.-]"
    )


def test_very_long_texts_are_not_compared_word_by_word() -> None:
    before, after = "word " * 4000, "word " * 4000 + "more"
    assert [piece.kind for piece in word_diff(before, after)] == ["gone", "new"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_both_versions_can_be_restored(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_unchanged_text_far_from_a_change_is_shortened() -> None:
    pieces = (
        Piece("same", "far " * 50 + "near "),
        Piece("new", "here"),
        Piece("same", " near" + " far" * 50),
    )
    expected = "".join(piece.text or "…" for piece in shortened(pieces, 12))
    assert expected == "… far near here near far …"


def test_unchanged_text_between_two_changes_keeps_both_ends() -> None:
    pieces = (Piece("new", "a"), Piece("same", " one " + "x " * 50 + "two "), Piece("new", "b"))
    assert [piece.kind for piece in shortened(pieces, 10)] == ["new", "same", "cut", "same", "new"]


def test_short_texts_are_not_cut() -> None:
    pieces = (Piece("same", "a few words "), Piece("new", "more"))
    assert tuple(shortened(pieces, 10)) == pieces


def test_similarity_is_a_share() -> None:
    assert alike("one two three", "one two three") == 1
    assert alike("one two three", "four five six") < 0.6
