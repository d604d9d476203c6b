"""Blocks: the text of an entry, with variants for different readers."""

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

    role: Text | None = Field(None, description="Id of a role: the specialist who does the explaining.")
    audience: Text | None = Field(None, description="Id of an audience: the reader that the text is for.")

    @model_validator(mode="after")
    def _no_empty_keys(self) -> For:
        """Reject `audience:` without a value, because the variant would apply to all readers."""
        for axis in self.model_fields_set:
            if getattr(self, axis) is None:
                raise ValueError(f"{axis} is empty; write an id, or remove the key")
        return self

    @property
    def rank(self) -> int:
        """The precedence of a variant: 3 for role and audience, 2 for audience, 1 for role, 0 for all readers."""
        return 2 * (self.audience is not None) + (self.role is not None)

    def fits(self, role: str | None, audience: str | None) -> bool:
        return self.role in (None, role) and self.audience in (None, audience)


class Question(EntryModel):
    """A reader's question and its answer."""

    question: Text = Field(description="The question in the reader's own words.")
    answer: Text = Field(description="The answer in Markdown. Its first sentence must answer the question.")


class Points(EntryModel):
    """What a reader needs in order to decide, as lists of short sentences. It must contain at least one list."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    do: tuple[Text, ...] = Field(
        (), description="When to do it, such as `You have ten examples of each kind.`"
    )
    dont: tuple[Text, ...] = Field((), description="When not to do it.")
    costs: tuple[Text, ...] = Field(
        (), description="What it costs: data, people, time, money, and later work."
    )
    ask: tuple[Text, ...] = Field((), description="Questions to ask before deciding.")

    @model_validator(mode="after")
    def _has_a_list(self) -> Points:
        if not any(points for _, points in self.lists):
            raise ValueError("there are no points; add at least one of do, dont, costs, or ask")
        return self

    @property
    def lists(self) -> tuple[tuple[str, tuple[Text, ...]], ...]:
        """The lists in reading order, each with its name."""
        return (("do", self.do), ("dont", self.dont), ("costs", self.costs), ("ask", self.ask))

    @property
    def texts(self) -> Iterator[Text]:
        for _, points in self.lists:
            yield from points


class Show(EntryModel):
    """One piece of evidence shown after the text. It must have exactly one key."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    figure: Text | None = Field(None, description="<example>.<figure>: a figure.")
    chart: Text | None = Field(None, description="<example>.<chart>: a chart of the metrics from all runs.")
    cell: Text | None = Field(None, description="<example>.<cell>: the cell's code and output.")
    script: Text | None = Field(
        None,
        description="<example>.<cell>: a cell that works as a standalone script, with the commands that run it, "
        "and its output.",
    )
    output: Text | None = Field(None, description="<example>.<cell>: only the cell's output.")
    metrics: Text | None = Field(None, description="<example>: a table of all the example's metrics.")
    claim: Text | None = Field(None, description="Id of a claim in this entry.")

    @model_validator(mode="after")
    def _one_key(self) -> Show:
        if len(self.model_fields_set) != 1 or getattr(self, self.kind) is None:
            raise ValueError(
                "must show one thing; write exactly one of figure, chart, cell, script, output, metrics, or claim"
            )
        return self

    @property
    def kind(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def target(self) -> Text:
        return Text("") if (value := getattr(self, self.kind)) is None else value


class Variant(EntryModel):
    """One wording of a block, for one kind of reader or for all readers."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["text"], "properties": {"text": {"type": "string"}}},
                {"required": ["questions"], "properties": {"questions": {"minItems": 1}}},
                {"required": ["points"], "properties": {"points": {"type": "object"}}},
                {"required": ["show"], "properties": {"show": {"minItems": 1}}},
                {"required": ["omit"], "properties": {"omit": {"const": True}}},
            ]
        }
    )

    reader: For = Field(
        For(),
        alias="for",
        description="The reader that this wording is for. If omitted, it is for all readers.",
    )
    omit: bool = Field(False, description="Whether to leave this block out for that reader.")
    text: Text | None = Field(None, description="The text, in Markdown.")
    questions: tuple[Question, ...] = Field((), description="Questions and their answers.")
    points: Points | None = Field(
        None, description="Lists of short sentences that help a reader decide, shown in a box."
    )
    show: tuple[Show, ...] = Field(
        (), description="Evidence to show after the text, such as figures, cells, and claims."
    )

    @model_validator(mode="after")
    def _has_content(self) -> Variant:
        if not (self.omit or (self.text or "").strip() or self.questions or self.points or self.show):
            raise ValueError(
                "the variant is empty; add text, questions, points, or show, or write omit: true"
            )
        return self

    @property
    def texts(self) -> Iterator[Text]:
        """All of the variant's prose, in reading order."""
        if self.text is not None:
            yield self.text
        for question in self.questions:
            yield question.question
            yield question.answer
        if self.points is not None:
            yield from self.points.texts


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
    """The most specific variant for a reader, or None if no variant applies or the most specific one says `omit: true`.

    In order of precedence: a variant for the role and audience, for the audience, for the role, and for all
    readers.
    """
    fitting = [variant for variant in variants if variant.reader.fits(role, audience)]
    best = max(fitting, key=lambda variant: variant.reader.rank, default=None)
    return None if best is None or best.omit else best
