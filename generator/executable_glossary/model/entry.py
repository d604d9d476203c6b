"""An entry: one concept as its author writes it, in concepts/<id>.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from executable_glossary.model.block import EntryModel, Variant, Variants, chosen
from executable_glossary.model.diagram import Diagram
from executable_glossary.model.rule_settings import Accepted
from executable_glossary.model.text import Text

Relation = Literal["broader", "narrower", "contrasts", "part-of", "used-with"]


LONGEST_NAME = 100  # characters


def _short(name: Text) -> Text:
    if len(name) > LONGEST_NAME:
        raise ValueError(f"it has {len(name):,} characters, and a name {LONGEST_NAME} at most; shorten it")
    return name


Name = Annotated[Text, AfterValidator(_short)]


class Alias(EntryModel):
    """Another name of the concept: search finds it, and mentions of it are linked."""

    text: Name = Field(description="Another way to write the term.")
    type: Literal["spelling", "form", "acronym", "synonym"] = Field(
        description="How it differs from the term; prose must use the term instead of a spelling."
    )


class Prerequisite(EntryModel):
    """A concept that a reader must know before this one."""

    concept: Text = Field(description="Id of the concept to read first.")
    because: Text = Field(description="Why it is needed, in one sentence.")


class SeeAlso(EntryModel):
    """A concept to read next."""

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


class Claim(EntryModel):
    """A sentence that an example can refute."""

    id: Text = Field(description="Name of the claim within this entry.")
    text: Variants = Field(description="The claim in words, with variants by audience.")
    example: Text = Field(description="The example whose metrics decide.")
    check: Text = Field(description="An expression over the example's metrics that must be true.")
    over: Literal["mean", "every"] = Field(
        "every", description="Whether it must hold for the mean over seeds, or for every seed."
    )


class Change(EntryModel):
    """What is new in the entry, for its readers and for the feed."""

    date: Annotated[date, Field(description="The day of the change, such as 2026-11-21.")]
    what: Text = Field(description="What is new, in one sentence.")


class Entry(EntryModel):
    """One concept; the file's stem is its id."""

    id: Text = Field(description="Set from the file's name.")
    term: Name = Field(description="The concept's preferred name.")
    aliases: tuple[Alias, ...] = Field((), description="Other ways to write it.")
    unlinked: tuple[Name, ...] = Field(
        (), description="Phrases that contain one of its names but mean something else; never linked."
    )
    meaning: Variants = Field(description="One sentence of at most 30 words, with variants by audience.")
    prerequisites: tuple[Prerequisite, ...] = Field((), description="What to read first, and why.")
    see_also: tuple[SeeAlso, ...] = Field(min_length=1, description="Related concepts, and why to go there.")
    sources: tuple[Source, ...] = Field((), description="Publications.")
    keywords: tuple[Text, ...] = Field((), description="Words that people search for.")
    titles: Mapping[Text, Variants] = Field(default_factory=dict, description="Page titles by format.")
    diagram: Diagram | None = Field(None, description="The idea in one picture.")
    claims: tuple[Claim, ...] = Field((), description="Sentences that examples can refute.")
    reviewed: date | None = Field(None, description="When someone last reviewed the whole entry.")
    changes: tuple[Change, ...] = Field((), description="What changed, newest first.")
    accept: tuple[Accepted, ...] = Field((), description="Problems of prose rules to ignore here, and why.")
    blocks: Mapping[Text, Variants] = Field(description="The text, by kind of block.", min_length=1)

    @property
    def names(self) -> tuple[Text, ...]:
        """The term and all its aliases."""
        return (self.term, *(alias.text for alias in self.aliases))

    @property
    def variants(self) -> Iterator[tuple[Text, Variant]]:
        """Every wording with the key that contains it."""
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
        """Every text that is shown as a heading: titles and questions."""
        titles = (variant for variants in self.titles.values() for variant in variants)
        yield from (title.text for title in titles if title.text is not None)
        blocks = (variant for variants in self.blocks.values() for variant in variants)
        yield from (asked.question for variant in blocks for asked in variant.questions)

    @property
    def drawn(self) -> Iterator[Text]:
        """Every text of the diagram."""
        if self.diagram is not None:
            yield from (self.diagram.title, self.diagram.says)
            yield from (node.label for node in self.diagram.nodes)
            yield from (edge.label for edge in self.diagram.edges)

    def block(self, kind: str, role: str | None = None, audience: str | None = None) -> Variant | None:
        return chosen(self.blocks.get(Text(kind), ()), role, audience)

    def claim(self, name: str) -> Claim | None:
        return next((claim for claim in self.claims if claim.id == name), None)
