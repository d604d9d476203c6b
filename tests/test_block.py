"""Blocks: which variant a reader gets, and which variants are valid."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from executable_glossary.model.block import Question, Show, Variant, chosen
from executable_glossary.model.text import Text


def variant(text: str, role: str | None = None, audience: str | None = None, omit: bool = False) -> Variant:
    reader = {axis: id for axis, id in (("role", role), ("audience", audience)) if id is not None}
    return Variant.model_validate({"for": reader, "text": text, "omit": omit})


FOR_ALL = variant("for all")
FOR_CHEFS = variant("for chefs", role="chef")
FOR_GUESTS = variant("for guests", audience="guest")
CHEF_TO_GUEST = variant("chef to guest", role="chef", audience="guest")
CASCADE = (FOR_ALL, FOR_CHEFS, FOR_GUESTS, CHEF_TO_GUEST)


# The cascade


@pytest.mark.parametrize(
    ("role", "audience", "expected"),
    [
        ("chef", "guest", CHEF_TO_GUEST),
        ("baker", "guest", FOR_GUESTS),
        ("chef", "critic", FOR_CHEFS),
        ("baker", "critic", FOR_ALL),
        (None, "guest", FOR_GUESTS),
        ("chef", None, FOR_CHEFS),
        (None, None, FOR_ALL),
    ],
)
def test_role_and_audience_beat_audience_beats_role_beats_everyone(
    role: str | None, audience: str | None, expected: Variant
) -> None:
    assert chosen(CASCADE, role, audience) == expected


def test_audience_beats_role_if_no_variant_is_for_both() -> None:
    assert chosen((FOR_CHEFS, FOR_GUESTS), "chef", "guest") == FOR_GUESTS


def test_a_variant_for_one_reader_is_not_shown_to_others() -> None:
    assert chosen((CHEF_TO_GUEST,), "chef", "critic") is None
    assert chosen((), "chef", "guest") is None


def test_omit_leaves_the_block_out_for_that_reader_only() -> None:
    without_guests = (FOR_ALL, variant("", audience="guest", omit=True))
    assert chosen(without_guests, "chef", "guest") is None
    assert chosen(without_guests, "chef", "critic") == FOR_ALL


names = st.sampled_from([None, "a", "b"])
variants = st.builds(variant, st.just("text"), names, names)


@settings(max_examples=100, deadline=None)
@given(st.lists(variants, max_size=8).map(tuple), names, names)
def test_no_matching_variant_outranks_the_chosen_one(
    cascade: tuple[Variant, ...], role: str | None, audience: str | None
) -> None:
    best = chosen(cascade, role, audience)
    ranks = [each.reader.rank for each in cascade if each.reader.fits(role, audience)]
    assert (best.reader.rank if best else None) == max(ranks, default=None)
    assert best is None or best.reader.fits(role, audience)


def test_ranks_distinguish_the_four_kinds_of_variants() -> None:
    assert [each.reader.rank for each in CASCADE] == [0, 1, 2, 3]


# The content of a variant


@pytest.mark.parametrize("empty", [{}, {"text": ""}, {"text": "  \n"}, {"questions": []}])
def test_a_variant_without_content_is_rejected(empty: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="variant is empty"):
        Variant.model_validate(empty)


@pytest.mark.parametrize(
    "enough",
    [
        {"omit": True},
        {"text": "Some."},
        {"questions": [{"question": "Q?", "answer": "A."}]},
        {"show": [{"metrics": "x"}]},
    ],
    ids=["omitted", "text", "questions", "evidence"],
)
def test_a_variant_has_one_of_four_kinds_of_content(enough: dict[str, Any]) -> None:
    assert Variant.model_validate(enough)


def test_a_variant_s_prose_includes_its_questions() -> None:
    asked = Variant(text=Text("Lead."), questions=(Question(question=Text("Q?"), answer=Text("A.")),))
    assert list(asked.texts) == ["Lead.", "Q?", "A."]


def test_evidence_shows_exactly_one_thing() -> None:
    shown = Show.model_validate({"figure": "flowers.grid"})
    assert (shown.kind, shown.target) == ("figure", "flowers.grid")


@pytest.mark.parametrize("wrong", [{}, {"figure": "flowers.grid", "claim": "few-labels"}])
def test_evidence_that_shows_nothing_or_two_things_is_rejected(wrong: dict[str, str]) -> None:
    with pytest.raises(
        ValidationError, match="exactly one of figure, chart, cell, script, output, metrics, or claim"
    ):
        Show.model_validate(wrong)
