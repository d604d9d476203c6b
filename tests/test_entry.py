"""An entry as its author writes it: what may stand in it, and which wording a reader gets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from generator.model.block import For, Question, Show, Variant, chosen
from generator.model.diagram import Diagram
from generator.model.entry import Entry
from generator.model.text import Text

LEAST: dict[str, Any] = {
    "id": "dropout",
    "term": "Dropout",
    "meaning": "Training with a part of the network switched off at random.",
    "see_also": [{"concept": "overfitting", "relation": "used-with", "why": "What it works against."}],
    "blocks": {"definition": "Dropout switches units off at random while training."},
}


def entry(**given: Any) -> Entry:
    return Entry.model_validate({**LEAST, **given})


def variant(text: str, role: str | None = None, audience: str | None = None, omit: bool = False) -> Variant:
    reader = {axis: id for axis, id in (("role", role), ("audience", audience)) if id is not None}
    return Variant.model_validate({"for": reader, "text": text, "omit": omit})


FOR_ALL = variant("for all")
FOR_CHEFS = variant("for chefs", role="chef")
FOR_GUESTS = variant("for guests", audience="guest")
CHEF_TO_GUEST = variant("chef to guest", role="chef", audience="guest")
CASCADE = (FOR_ALL, FOR_CHEFS, FOR_GUESTS, CHEF_TO_GUEST)


# The least entry, and what every entry has


def test_the_least_entry_is_a_meaning_one_block_and_one_see_also() -> None:
    assert entry().term == "Dropout"


@pytest.mark.parametrize("key", ["term", "meaning", "see_also", "blocks"])
def test_nothing_of_the_least_entry_can_be_left_out(key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        Entry.model_validate({name: value for name, value in LEAST.items() if name != key})


@pytest.mark.parametrize("key", ["meaning", "see_also", "blocks"])
def test_nothing_of_the_least_entry_can_be_empty(key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        entry(**{key: {} if key == "blocks" else []})


def test_a_key_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="meening"):
        entry(meening="Training with a part switched off.")


def test_an_entry_stays_as_it_was_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        entry().term = Text("Drop-out")  # type: ignore[misc]


def test_a_plain_text_is_the_wording_for_everybody() -> None:
    (only,) = entry().blocks[Text("definition")]
    assert only.reader == For()
    assert only.text == "Dropout switches units off at random while training."


def test_an_entry_is_named_by_its_term_and_its_aliases() -> None:
    named = entry(aliases=[{"text": "drop-out", "type": "spelling"}, {"text": "DO", "type": "acronym"}])
    assert named.names == ("Dropout", "drop-out", "DO")


@pytest.mark.parametrize("relation", ["friend", "", "Broader"])
def test_concepts_are_related_only_in_ways_that_have_a_name(relation: str) -> None:
    with pytest.raises(ValidationError, match="relation"):
        entry(see_also=[{"concept": "overfitting", "relation": relation, "why": "What it works against."}])


@pytest.mark.parametrize("year", [1599, 2101])
def test_a_source_has_a_year_in_which_somebody_could_publish(year: int) -> None:
    with pytest.raises(ValidationError, match="year"):
        entry(sources=[{"id": "x", "authors": "A. Author", "year": year, "title": "On everything"}])


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
def test_role_and_audience_beat_audience_beats_role_beats_everybody(
    role: str | None, audience: str | None, expected: Variant
) -> None:
    assert chosen(CASCADE, role, audience) == expected


def test_audience_beats_role_where_no_wording_is_for_both() -> None:
    assert chosen((FOR_CHEFS, FOR_GUESTS), "chef", "guest") == FOR_GUESTS


def test_a_wording_for_somebody_else_is_nobody_elses() -> None:
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
def test_no_wording_that_fits_the_reader_outranks_the_chosen_one(
    cascade: tuple[Variant, ...], role: str | None, audience: str | None
) -> None:
    best = chosen(cascade, role, audience)
    ranks = [each.reader.rank for each in cascade if each.reader.fits(role, audience)]
    assert (best.reader.rank if best else None) == max(ranks, default=None)
    assert best is None or best.reader.fits(role, audience)


def test_ranks_tell_the_four_kinds_of_wording_apart() -> None:
    assert [each.reader.rank for each in CASCADE] == [0, 1, 2, 3]


def test_a_block_is_asked_for_by_kind_and_reader() -> None:
    asked = entry(blocks={"why": [{"text": "for all"}, {"for": {"audience": "guest"}, "text": "for guests"}]})
    for_guests = asked.block("why", "chef", "guest")
    assert for_guests is not None
    assert for_guests.text == "for guests"
    assert asked.block("history") is None


# What a wording says


@pytest.mark.parametrize("empty", [{}, {"text": ""}, {"text": "  \n"}, {"questions": []}])
def test_a_wording_that_says_nothing_is_refused(empty: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="says nothing"):
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
def test_a_wording_says_something_in_any_of_four_ways(enough: dict[str, Any]) -> None:
    assert Variant.model_validate(enough)


def test_a_wording_is_read_from_its_text_through_its_questions() -> None:
    asked = Variant(text=Text("Lead."), questions=(Question(question=Text("Q?"), answer=Text("A.")),))
    assert list(asked.texts) == ["Lead.", "Q?", "A."]


def test_evidence_shows_exactly_one_thing() -> None:
    shown = Show.model_validate({"figure": "flowers.grid"})
    assert (shown.kind, shown.target) == ("figure", "flowers.grid")


@pytest.mark.parametrize("wrong", [{}, {"figure": "flowers.grid", "claim": "few-labels"}])
def test_evidence_that_shows_nothing_or_two_things_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="exactly one of figure, cell, output, metrics, claim"):
        Show.model_validate(wrong)


# All texts, for those who check them

FULL = entry(
    titles={"blog": "Dropout, told"},
    prerequisites=[{"concept": "network", "because": "It is what is switched off."}],
    claims=[{"id": "helps", "text": "It helps.", "example": "digits", "check": "a > b"}],
)


def test_every_wording_comes_with_the_key_that_it_stands_under() -> None:
    assert [key for key, _ in FULL.variants] == ["meaning", "blog", "definition", "helps"]


def test_everything_that_is_published_as_markdown_is_prose() -> None:
    assert sorted(FULL.prose) == [
        "Dropout switches units off at random while training.",
        "Dropout, told",
        "It helps.",
        "It is what is switched off.",
        "Training with a part of the network switched off at random.",
        "What it works against.",
    ]


def test_a_claim_is_found_by_its_id() -> None:
    found = FULL.claim("helps")
    assert found is not None
    assert found.check == "a > b"
    assert FULL.claim("hurts") is None


def test_a_claim_holds_for_every_seed_unless_it_speaks_of_the_mean() -> None:
    assert FULL.claims[0].over == "every"


# Diagrams


def nodes(count: int) -> list[dict[str, str]]:
    return [{"id": f"n{number}", "label": f"Box {number}"} for number in range(count)]


def diagram(**given: Any) -> Diagram:
    return Diagram.model_validate(
        {
            "title": "Flow",
            "says": "One leads to the other.",
            "nodes": nodes(2),
            "edges": [{"from": "n0", "to": "n1", "label": "leads to"}],
            **given,
        }
    )


def test_an_arrow_goes_from_one_box_to_another() -> None:
    (arrow,) = diagram().edges
    assert (arrow.source, arrow.label, arrow.target) == ("n0", "leads to", "n1")


@pytest.mark.parametrize(
    "wrong", [{"nodes": nodes(1)}, {"nodes": nodes(10)}, {"edges": []}, {"direction": "up"}]
)
def test_a_diagram_has_two_to_nine_boxes_an_arrow_and_a_direction_of_reading(wrong: dict[str, Any]) -> None:
    assert len(diagram(nodes=nodes(9)).nodes) == 9
    with pytest.raises(ValidationError):
        diagram(**wrong)
