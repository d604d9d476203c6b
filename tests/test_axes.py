"""Roles, audiences, and formats are data; these tests check the allowed forms of that data."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from executable_glossary.model.axes import Audience, Axes, Format, Part, Role

ENTRY: dict[str, Any] = {"id": "entry", "label": "Entry", "path": "", "parts": [{"block": "definition"}]}


def axes(**given: Any) -> Axes:
    return Axes.model_validate({"formats": [ENTRY], **given})


def test_a_role_is_found_by_its_id() -> None:
    found = axes(roles=[{"id": "chef", "label": "Chef"}, {"id": "baker", "label": "Baker"}])
    assert found.role("baker") == Role(id="baker", label="Baker")
    assert found.role("Baker") is None


def test_an_audience_is_found_by_its_id() -> None:
    found = axes(audiences=[{"id": "guest", "label": "Guest"}])
    assert found.audience("guest") == Audience(id="guest", label="Guest")
    assert found.audience("chef") is None


def test_a_format_is_found_by_its_id() -> None:
    assert axes().format("entry") == Format.model_validate(ENTRY)
    assert axes().format("blog") is None


def test_role_and_audience_are_optional_but_the_format_is_required() -> None:
    assert axes().roles == axes().audiences == ()
    with pytest.raises(ValidationError, match="formats"):
        Axes.model_validate({"roles": [], "audiences": []})


def test_the_short_name_defaults_to_the_label() -> None:
    assert Role(id="ml-engineer", label="ML Engineer").name == "ML Engineer"
    assert Role(id="ml-engineer", label="ML Engineer", short="engineer").name == "engineer"


def test_an_audience_gets_everything_by_default() -> None:
    guest = Audience(id="guest", label="Guest")
    assert (guest.code, guest.mathematics, guest.grade, guest.words) == ("open", True, None, None)


def test_a_role_answers_in_place_unless_it_lists_its_questions_first() -> None:
    assert Role(id="chef", label="Chef").questions == "inline"
    assert Role.model_validate({"id": "chef", "label": "Chef", "questions": "listed"}).questions == "listed"


def test_a_role_can_add_its_own_sections() -> None:
    chef = Role.model_validate(
        {"id": "chef", "label": "Chef", "sections": [{"block": "recipe", "heading": "The recipe"}]}
    )
    assert chef.sections == (Part(block="recipe", heading="The recipe"),)


def test_a_format_varies_along_no_axis_by_default() -> None:
    entry = Format.model_validate(ENTRY)
    assert (entry.varies, entry.general, entry.requires) == ((), False, ())
    assert entry.title == "{term}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "guest"},
        {"id": "guest", "label": "Guest", "age": 7},
        {"id": "guest", "label": "Guest", "code": "hidden"},
        {"id": "guest", "label": "Guest", "grade": 0},
        {"id": "guest", "label": "Guest", "words": -1},
        {"id": 7, "label": "Guest"},
    ],
    ids=[
        "no label",
        "unknown key",
        "unknown way to show code",
        "grade 0",
        "less than no words",
        "id no text",
    ],
)
def test_an_inconsistent_audience_is_rejected(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Audience.model_validate(wrong)


@pytest.mark.parametrize(
    "wrong",
    [{"parts": []}, {"varies": ["weather"]}, {"path": None}, {"parts": [{"heading": "No block"}]}],
    ids=["no parts", "unknown axis", "no path", "part without block"],
)
def test_an_inconsistent_format_is_rejected(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Format.model_validate({**ENTRY, **wrong})


def test_axes_are_immutable() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        axes().roles = ()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "readers"),
    [
        ({}, [(None, None)]),
        ({"varies": ["audience"]}, [(None, "guest"), (None, "critic")]),
        ({"varies": ["audience"], "general": True}, [(None, None), (None, "guest"), (None, "critic")]),
        ({"varies": ["role", "audience"]}, [("chef", "guest"), ("chef", "critic")]),
    ],
)
def test_a_format_has_readers_along_the_axes_that_it_varies_along(
    given: dict[str, Any], readers: list[tuple[str | None, str | None]]
) -> None:
    found = axes(
        roles=[{"id": "chef", "label": "Chef"}],
        audiences=[{"id": "guest", "label": "Guest"}, {"id": "critic", "label": "Critic"}],
        formats=[{**ENTRY, **given}],
    )
    assert found.readers(found.formats[0]) == readers
