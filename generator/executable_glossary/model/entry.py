"""An entry: one concept, as written by its author in concepts/<id>.yml."""

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
        raise ValueError(
            f"the name is {len(name):,} characters long; the limit is {LONGEST_NAME}; shorten it"
        )
    return name


Name = Annotated[Text, AfterValidator(_short)]


class Alias(EntryModel):
    """An alternative name for the concept. Search finds it, and mentions of it are linked."""

    text: Name = Field(description="The alternative name.")
    type: Literal["spelling", "form", "acronym", "synonym", "related"] = Field(
        description="How it differs from the term. If the type is `spelling`, prose must use the term instead. If it is "
        "`related`, the word has a broader or narrower meaning: it is linked and found, but never presented as "
        "another name for the concept."
    )

    @property
    def in_capitals(self) -> bool:
        """Whether only mentions in the same case refer to the concept."""
        return self.type == "acronym" or (self.type == "related" and self.text.isupper())


class Prerequisite(EntryModel):
    """A concept that a reader must know before this one."""

    concept: Text = Field(description="Id of the concept to read first.")
    because: Text = Field(description="One sentence that explains why the concept is needed.")


class SeeAlso(EntryModel):
    """A related concept to read next."""

    concept: Text = Field(description="Id of the related concept.")
    relation: Relation = Field(description="How the related concept relates to this one.")
    why: Text = Field(description="Reason to read about the related concept.")


class Source(EntryModel):
    """A publication."""

    id: Text = Field(description="Short name, such as yosinski-2014.")
    authors: Text = Field(description="All authors, separated by commas.")
    year: int = Field(ge=1600, le=2100, description="Year of publication.")
    title: Text = Field(description="Title of the work.")
    url: Text | None = Field(None, description="URL where the work can be read.")
    doi: Text | None = Field(None, description="DOI, such as 10.1038/323533a0.")
    arxiv: Text | None = Field(None, description="arXiv identifier, such as 1706.03762.")

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the work can be found: the URLs of its DOI and arXiv page, and its own URL."""
        doi = f"https://doi.org/{self.doi}" if self.doi else ""
        arxiv = f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else ""
        return tuple(address for address in (doi, arxiv, self.url and str(self.url)) if address)


PAIRED = Field(
    (),
    description="Comparisons of two methods on the same test cases, each the name of a group of three metrics: `lead` "
    "(how much larger the first method's share of correct answers is), and `low` and `high` (the limits of the 95% "
    "interval of that difference).",
)


class Claim(EntryModel):
    """A statement that an example can refute."""

    id: Text = Field(description="Name of the claim within this entry.")
    text: Variants = Field(description="The claim in words, with variants for different audiences.")
    example: Text = Field(description="The example whose metrics determine the verdict.")
    check: Text = Field(description="An expression over the example's metrics that must be true.")
    over: Literal["mean", "every"] = Field(
        "every", description="Whether the check must hold for the mean over seeds, or for every seed."
    )
    threshold: Literal["before", "after"] = Field(
        "after",
        description="Whether the threshold of the check was set before the runs that test it, or after somebody had "
        "seen their results.",
    )
    paired: tuple[Text, ...] = PAIRED


class Change(EntryModel):
    """A change to the entry, announced to its readers and in the feed."""

    date: Annotated[date, Field(description="Date of the change, such as 2026-11-21.")]
    what: Text = Field(description="One sentence that describes the change.")


class Entry(EntryModel):
    """One concept. Its id is the file name without the extension."""

    id: Text = Field(description="Set from the file name.")
    term: Name = Field(description="The concept's preferred name.")
    aliases: tuple[Alias, ...] = Field((), description="Other names for the concept.")
    search: tuple[Name, ...] = Field(
        (),
        description="Words and questions that readers may use to search for the concept but that are not names for it, "
        "such as `step size` or `how many labels`. Search finds them; no page shows them.",
    )
    unlinked: tuple[Name, ...] = Field(
        (),
        description="Phrases that contain one of the concept's names but mean something else, such as `head start`, "
        "or a name with different capitalization, such as `HEAD`. They are never linked.",
    )
    theme: Text | None = Field(
        None,
        description="Id of the theme under which the home page lists the concept, from `concepts/_axes.yml`.",
    )
    meaning: Variants = Field(
        (),
        description="One sentence of at most 30 words, with variants for different audiences. Without it, the entry is "
        "a draft.",
    )
    prerequisites: tuple[Prerequisite, ...] = Field(
        (), description="Concepts to read about first, and the reasons."
    )
    see_also: tuple[SeeAlso, ...] = Field(
        (), description="Related concepts, and the reasons to read about them."
    )
    sources: tuple[Source, ...] = Field((), description="Publications that the entry cites.")
    keywords: tuple[Text, ...] = Field((), description="Keywords, which the in-depth page lists.")
    titles: Mapping[Text, Variants] = Field(default_factory=dict, description="Page titles, keyed by format.")
    diagram: Diagram | None = Field(None, description="A diagram of the concept.")
    claims: tuple[Claim, ...] = Field((), description="Statements that examples can refute.")
    reviewed: date | None = Field(None, description="Date of the last review of the whole entry.")
    changes: tuple[Change, ...] = Field((), description="Changes to the entry, newest first.")
    accept: tuple[Accepted, ...] = Field(
        (), description="Prose problems to ignore in this file, and the reasons."
    )
    blocks: Mapping[Text, Variants] = Field(
        description="The text of the entry, keyed by kind of block.", min_length=1
    )

    @property
    def names(self) -> tuple[Text, ...]:
        """The term and all its aliases."""
        return (self.term, *(alias.text for alias in self.aliases))

    @property
    def synonyms(self) -> tuple[Text, ...]:
        """The aliases that mean the same as the term: all except those of the type `related`."""
        return tuple(alias.text for alias in self.aliases if alias.type != "related")

    @property
    def related_words(self) -> tuple[Text, ...]:
        """The aliases with a broader or narrower meaning, which search and links also find."""
        return tuple(alias.text for alias in self.aliases if alias.type == "related")

    @property
    def variants(self) -> Iterator[tuple[Text, Variant]]:
        """Every variant, paired with the key that contains it."""
        yield from ((Text("meaning"), variant) for variant in self.meaning)
        for kind, variants in (*self.titles.items(), *self.blocks.items()):
            yield from ((kind, variant) for variant in variants)
        for claim in self.claims:
            yield from ((claim.id, variant) for variant in claim.text)

    @property
    def prose(self) -> Iterator[Text]:
        """All text that is published as Markdown, in no particular order."""
        for _, variant in self.variants:
            yield from variant.texts
        yield from (prerequisite.because for prerequisite in self.prerequisites)
        yield from (related.why for related in self.see_also)

    @property
    def one_paragraph(self) -> Iterator[Text]:
        """The part of the prose that pages show within a line or a list item, where a block would end that item."""
        yield from (variant.text for variant in self.meaning if variant.text is not None)
        blocks = (variant for variants in self.blocks.values() for variant in variants)
        yield from (text for variant in blocks if variant.points for text in variant.points.texts)
        yield from (prerequisite.because for prerequisite in self.prerequisites)
        yield from (related.why for related in self.see_also)

    @property
    def headings(self) -> Iterator[Text]:
        """All text that is shown in headings: titles and questions."""
        titles = (variant for variants in self.titles.values() for variant in variants)
        yield from (title.text for title in titles if title.text is not None)
        blocks = (variant for variants in self.blocks.values() for variant in variants)
        yield from (asked.question for variant in blocks for asked in variant.questions)

    @property
    def drawn(self) -> Iterator[Text]:
        """All the text in the diagram."""
        if self.diagram is not None:
            yield from (self.diagram.title, self.diagram.says)
            yield from (node.label for node in self.diagram.nodes)
            yield from (edge.label for edge in self.diagram.edges)

    def block(self, kind: str, role: str | None = None, audience: str | None = None) -> Variant | None:
        return chosen(self.blocks.get(Text(kind), ()), role, audience)

    def claim(self, name: str) -> Claim | None:
        return next((claim for claim in self.claims if claim.id == name), None)
