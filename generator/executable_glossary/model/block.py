"""Blocks: the texts of an entry, with variants for its readers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from executable_glossary.model.text import MISSING_TEXT, Text


class EntryModel(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True
    )


class For(EntryModel):
    """The reader that a variant is written for."""

    role: Text | None = Field(None, description="Id of a role: the specialist who explains.")
    audience: Text | None = Field(None, description="Id of an audience: the reader addressed.")

    @model_validator(mode="after")
    def _nobody_by_oversight(self) -> For:
        """Reject `audience:` without a value, which would mean everybody."""
        for axis in self.model_fields_set:
            if getattr(self, axis) is None:
                raise ValueError(f"{axis} is empty; name one, or leave the key out")
        return self

    @property
    def rank(self) -> int:
        """Precedence of a variant: role and audience 3, audience 2, role 1, everybody 0."""
        return 2 * (self.audience is not None) + (self.role is not None)

    def fits(self, role: str | None, audience: str | None) -> bool:
        return self.role in (None, role) and self.audience in (None, audience)


class Question(EntryModel):
    """A reader's question with its answer."""

    question: Text = Field(description="In the reader's own words.")
    answer: Text = Field(description="Markdown; its first sentence is the answer.")


class Show(EntryModel):
    """One piece of evidence that is shown after a text; exactly one key."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    figure: Text | None = Field(None, description="<example>.<figure>")
    chart: Text | None = Field(None, description="<example>.<chart>: drawn from the metrics of all runs.")
    cell: Text | None = Field(None, description="<example>.<cell>: code and output.")
    output: Text | None = Field(None, description="<example>.<cell>: output only.")
    metrics: Text | None = Field(None, description="<example>: table of all its metrics.")
    claim: Text | None = Field(None, description="Id of a claim of this entry.")

    @model_validator(mode="after")
    def _one_key(self) -> Show:
        if len(self.model_fields_set) != 1 or getattr(self, self.kind) is None:
            raise ValueError(
                "this shows not one thing; give exactly one of figure, chart, cell, output, metrics, claim"
            )
        return self

    @property
    def kind(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def target(self) -> Text:
        return Text("") if (value := getattr(self, self.kind)) is None else value


class Variant(EntryModel):
    """One wording of a block, for one reader or for everybody."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["text"], "properties": {"text": {"type": "string"}}},
                {"required": ["questions"], "properties": {"questions": {"minItems": 1}}},
                {"required": ["show"], "properties": {"show": {"minItems": 1}}},
                {"required": ["omit"], "properties": {"omit": {"const": True}}},
            ]
        }
    )

    reader: For = Field(For(), alias="for", description="The reader it is for; everybody if left out.")
    omit: bool = Field(False, description="Leave this block out for that reader.")
    text: Text | None = Field(None, description="Markdown.")
    questions: tuple[Question, ...] = Field((), description="Questions with their answers.")
    show: tuple[Show, ...] = Field((), description="Evidence after the text: figures, cells, claims.")

    @model_validator(mode="after")
    def _says_something(self) -> Variant:
        if not (self.omit or (self.text or "").strip() or self.questions or self.show):
            raise ValueError("the variant says nothing; give it text, questions or show, or write omit: true")
        return self

    @property
    def texts(self) -> Iterator[Text]:
        """All prose of the variant, in the order of reading."""
        if self.text is not None:
            yield self.text
        for question in self.questions:
            yield question.question
            yield question.answer


def _variants(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError(MISSING_TEXT, "it is not written yet")
    return [{"text": value}] if isinstance(value, str) else value


Variants = Annotated[
    tuple[Variant, ...],
    BeforeValidator(_variants, json_schema_input_type=Text | tuple[Variant, ...]),
    Field(min_length=1),
]


def chosen(variants: tuple[Variant, ...], role: str | None, audience: str | None) -> Variant | None:
    """The variant for a reader: role and audience beats audience beats role beats everybody. None if there is none,
    or if the best one has `omit`."""
    fitting = [variant for variant in variants if variant.reader.fits(role, audience)]
    best = max(fitting, key=lambda variant: variant.reader.rank, default=None)
    return None if best is None or best.omit else best
