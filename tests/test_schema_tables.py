"""Tables that describe a model to authors: types, parts, required fields, and defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from executable_glossary.adapters.schema_tables import field_tables
from executable_glossary.model.block import Variants
from executable_glossary.model.manual import FieldRow
from executable_glossary.model.text import Text


class Crumb(BaseModel):
    weight: float = Field(description="In grams.")


class Loaf(BaseModel):
    """What comes
    out of the oven."""

    name: Text
    grain: Literal["rye", "wheat"] = "rye"
    baked: date | None = None
    crumbs: tuple[Crumb, ...] = ()
    sold: bool = False
    prices: Mapping[str, int | float] = Field(default_factory=dict)
    source: str = Field("field", alias="from")
    shape: Literal["round"]
    meaning: Variants
    notes: Mapping[str, Variants] = Field(default_factory=dict)


def row(name: str) -> FieldRow:
    return next(row for row in field_tables(Loaf)[0].fields if row.name == name)


def test_a_model_comes_first_and_its_parts_follow_once_each() -> None:
    names = [table.name for table in field_tables(Loaf)]
    assert names == ["Loaf", "Crumb", "Variant", "For", "Question", "Points", "Show"]


def test_the_description_of_a_model_is_on_one_line() -> None:
    assert field_tables(Loaf)[0].description == "What comes out of the oven."
    assert field_tables(Loaf)[1].description == ""


def test_types_are_written_in_words() -> None:
    assert row("name").kind == "text"
    assert row("grain").kind == "one of rye, wheat"
    assert row("shape").kind == '"round"'
    assert row("baked").kind == "date"
    assert row("crumbs").kind == "list of Crumb"
    assert row("sold").kind == "true or false"
    assert row("prices").kind == "keys, each with whole number or number"


def test_an_alternative_plain_text_is_mentioned() -> None:
    assert row("meaning").kind == "text, or list of Variant"
    assert row("notes").kind == "keys, each with text, or list of Variant"


def test_a_field_links_to_the_tables_of_its_parts() -> None:
    assert row("crumbs").inner == ("Crumb",)
    assert row("name").inner == ()


def test_a_required_field_has_no_default() -> None:
    assert (row("name").required, row("name").default) == (True, "")
    assert (row("grain").required, row("grain").default) == (False, "rye")
    assert row("sold").default == "false"
    assert row("baked").default == ""


def test_a_field_has_the_name_that_authors_write() -> None:
    assert row("from").default == "field"
