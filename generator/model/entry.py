"""One concept as its author writes it, in concepts/<id>.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from generator.model.text import Text

Relation = Literal["broader", "narrower", "contrasts", "part-of", "used-with"]


class EntryModel(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True
    )


class For(EntryModel):
    """The reader that a variant is written for."""

    role: Text | None = Field(None, description="Id of a role: the specialist who explains.")
    audience: Text | None = Field(None, description="Id of an audience: the reader who is spoken to.")

    @model_validator(mode="after")
    def _nobody_by_oversight(self) -> For:
        """`audience:` with nothing behind it would speak to everybody."""
        for axis in self.model_fields_set:
            if getattr(self, axis) is None:
                raise ValueError(f"{axis} is empty; name one, or leave the key out")
        return self

    @property
    def rank(self) -> int:
        """How much a variant counts: role and audience 3, audience 2, role 1, everybody 0."""
        return 2 * (self.audience is not None) + (self.role is not None)

    def fits(self, role: str | None, audience: str | None) -> bool:
        return self.role in (None, role) and self.audience in (None, audience)


class Question(EntryModel):
    question: Text = Field(description="In the reader's own words.")
    answer: Text = Field(description="Markdown; its first sentence is the answer.")


class Show(EntryModel):
    """One piece of evidence that stands after a text; exactly one key."""

    figure: Text | None = Field(None, description="<example>.<figure>")
    cell: Text | None = Field(None, description="<example>.<cell>: code and output.")
    output: Text | None = Field(None, description="<example>.<cell>: output only.")
    metrics: Text | None = Field(None, description="<example>: table of all its metrics.")
    claim: Text | None = Field(None, description="Id of a claim of this entry.")

    @model_validator(mode="after")
    def _one_key(self) -> Show:
        if len(self.model_fields_set) != 1 or getattr(self, self.kind) is None:
            raise ValueError(
                "this shows not one thing; give exactly one of figure, cell, output, metrics, claim"
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

    reader: For = Field(For(), alias="for", description="Whom it is for; everybody when left out.")
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
    return [{"text": value}] if isinstance(value, str) else value


Variants = Annotated[
    tuple[Variant, ...],
    BeforeValidator(_variants, json_schema_input_type=str | tuple[Variant, ...]),
    Field(min_length=1),
]


class Alias(EntryModel):
    text: Text = Field(description="Another way to write the term.")
    type: Literal["spelling", "form", "acronym"] = Field(description="In which way it differs from the term.")


class Prerequisite(EntryModel):
    concept: Text = Field(description="Id of the concept to read first.")
    because: Text = Field(description="Why it is needed, in one sentence.")


class SeeAlso(EntryModel):
    concept: Text = Field(description="Id of the other concept.")
    relation: Relation = Field(description="What the other concept is to this one.")
    why: Text = Field(description="Why go there.")


class Source(EntryModel):
    """A publication."""

    id: Text = Field(description="Short name, such as yosinski-2014.")
    authors: Text = Field(description="All authors, separated by commas.")
    year: int = Field(ge=1600, le=2100, description="Year of publication.")
    title: Text = Field(description="Title of the work.")
    url: Text | None = Field(None, description="Where it can be read.")


class Node(EntryModel):
    id: Text = Field(description="Name for the edges.")
    label: Text = Field(description="What stands in the box.")
    kind: Literal["data", "model", "step", "result"] = Field("step", description="What the box stands for.")


class Edge(EntryModel):
    source: Text = Field(alias="from", description="Node where the arrow starts.")
    target: Text = Field(alias="to", description="Node where it ends.")
    label: Text = Field(Text(""), description="A verb.")


class Diagram(EntryModel):
    """A drawing from data: boxes and arrows with a reading direction."""

    title: Text = Field(description="What the drawing shows.")
    says: Text = Field(description="The same in one or two sentences, for those who do not see it.")
    direction: Literal["right", "down"] = Field("right", description="Direction of reading.")
    nodes: tuple[Node, ...] = Field(min_length=2, max_length=9, description="The boxes.")
    edges: tuple[Edge, ...] = Field(min_length=1, description="The arrows.")


class Claim(EntryModel):
    """A sentence that an example can refute."""

    id: Text = Field(description="Name of the claim within this entry.")
    text: Variants = Field(description="The claim in words, with variants by audience.")
    example: Text = Field(description="The example whose metrics decide.")
    check: Text = Field(description="An expression over the example's metrics that must be true.")
    over: Literal["mean", "every"] = Field(
        "every", description="True of the mean over seeds, or of every seed."
    )


class Change(EntryModel):
    date: date
    what: Text


class Entry(EntryModel):
    """One concept; the file's stem is its id."""

    id: Text = Field(description="Set from the file's name.")
    term: Text = Field(description="The concept's preferred name.")
    aliases: tuple[Alias, ...] = Field((), description="Other ways to write it.")
    meaning: Variants = Field(description="One sentence of at most 30 words, with variants by audience.")
    prerequisites: tuple[Prerequisite, ...] = Field((), description="What to read first, and why.")
    see_also: tuple[SeeAlso, ...] = Field(min_length=1, description="Related concepts, and why to go there.")
    sources: tuple[Source, ...] = Field((), description="Publications.")
    keywords: tuple[Text, ...] = Field((), description="Words that people search for.")
    titles: Mapping[Text, Variants] = Field(default_factory=dict, description="Page titles by format.")
    diagram: Diagram | None = Field(None, description="The idea in one picture.")
    claims: tuple[Claim, ...] = Field((), description="Sentences that examples can refute.")
    reviewed: date | None = Field(None, description="When somebody last read it all and found it right.")
    changes: tuple[Change, ...] = Field((), description="What changed, newest first.")
    blocks: Mapping[Text, Variants] = Field(description="The text, by kind of block.", min_length=1)

    @property
    def names(self) -> tuple[Text, ...]:
        """The term and all its aliases."""
        return (self.term, *(alias.text for alias in self.aliases))

    @property
    def variants(self) -> Iterator[tuple[Text, Variant]]:
        """Every wording, with the key that it stands under."""
        yield from ((Text("meaning"), variant) for variant in self.meaning)
        for kind, variants in (*self.titles.items(), *self.blocks.items()):
            yield from ((kind, variant) for variant in variants)
        for claim in self.claims:
            yield from ((claim.id, variant) for variant in claim.text)

    @property
    def prose(self) -> Iterator[Text]:
        """Every text that is published as Markdown, in no particular order."""
        for _, variant in self.variants:
            yield from variant.texts
        yield from (needed.because for needed in self.prerequisites)
        yield from (other.why for other in self.see_also)

    @property
    def headings(self) -> Iterator[Text]:
        """Every text that stands in a heading: titles and questions."""
        titles = (variant for variants in self.titles.values() for variant in variants)
        yield from (title.text for title in titles if title.text is not None)
        blocks = (variant for variants in self.blocks.values() for variant in variants)
        yield from (asked.question for variant in blocks for asked in variant.questions)

    def block(self, kind: str, role: str | None = None, audience: str | None = None) -> Variant | None:
        return chosen(self.blocks.get(Text(kind), ()), role, audience)

    def claim(self, name: str) -> Claim | None:
        return next((claim for claim in self.claims if claim.id == name), None)


def chosen(variants: tuple[Variant, ...], role: str | None, audience: str | None) -> Variant | None:
    """The cascade: role and audience beats audience beats role beats everybody; `omit` leaves it out."""
    fitting = [variant for variant in variants if variant.reader.fits(role, audience)]
    best = max(fitting, key=lambda variant: variant.reader.rank, default=None)
    return None if best is None or best.omit else best
