"""The axes along which pages vary: role (the explainer), audience (the reader), and format (the kind of page)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from executable_glossary.model.text import Text
from executable_glossary.model.words import Words

Axis = Literal["role", "audience"]
Code = Literal["open", "folded", "absent"]


class AxisModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Reader(AxisModel):
    """The fields that roles and audiences have in common."""

    id: Text = Field(description="Name used in URLs.")
    label: Text = Field(description="Name shown to readers.")
    short: Text = Field(Text(""), description="Short name of one or two words, used where space is limited.")
    article: Text = Field(
        Text(""),
        description="Indefinite article to use before the name. In English, it is chosen automatically.",
    )
    aliases: tuple[Text, ...] = Field((), description="Other names that links can use.")
    meaning: Text = Field(
        Text(""),
        description="One sentence about what this specialist is responsible for, or what this reader already knows.",
    )

    @property
    def name(self) -> str:
        return self.short or self.label

    def introduced(self, words: Words) -> str:
        """The name in a sentence: "an ML engineer"."""
        return f"{self.article or words.article(self.name)} {self.name}".strip()


class Part(AxisModel):
    """One section of a format. The block `role-sections` is replaced with the sections that the page's role adds."""

    block: Text = Field(description="Kind of block shown in this section; also the section's HTML id.")
    heading: Text = Field(Text(""), description="Heading of the section. If omitted, there is no heading.")


class Role(Reader):
    """A specialist from whose perspective pages are written."""

    questions: Literal["inline", "listed"] = Field(
        "inline", description="inline: each answer follows its question; listed: all questions come first."
    )
    sections: tuple[Part, ...] = Field((), description="Sections that this role adds to a page.")


class Audience(Reader):
    """A kind of reader that pages are written for, and the style that suits these readers."""

    grade: float | None = Field(None, gt=0, description="Highest Flesch-Kincaid grade level of a page.")
    words: int | None = Field(None, gt=0, description="Maximum number of words on a page.")
    sentence: int | None = Field(None, gt=0, description="Maximum number of words in a sentence.")
    lay: bool = Field(
        False,
        description="Whether technical words must either be concepts or be explained where they are used.",
    )
    code: Code = Field("open", description="Whether code is shown open, folded, or not at all.")
    mathematics: bool = Field(True, description="Whether text for this reader can contain formulas.")
    opening: tuple[Part, ...] = Field(
        (), description="Sections that come first on every page for this reader, such as `decision`."
    )


class Format(AxisModel):
    """A kind of page: the blocks that it shows, and the axes along which it varies."""

    id: Text = Field(description="Name of the template: templates/formats/<id>.md.j2.")
    label: Text = Field(description="Name shown to readers.")
    meaning: Text = Field(Text(""), description="Purpose of the format, in one sentence.")
    varies: tuple[Axis, ...] = Field(
        (), description="Axes along which the format varies: each role or audience has its own page."
    )
    general: bool = Field(False, description="Whether there is also a general page, for all readers.")
    path: str = Field(description="URL segment after the concept. An empty string adds no segment.")
    title: Text = Field(
        Text("{term}"), description="Title of a page. {term} is replaced with the concept's term."
    )
    requires: tuple[Text, ...] = Field(
        (), description="Blocks that an entry must contain to have a page in this format."
    )
    schema_org: Text = Field(
        Text(""), description="schema.org type of the page, such as DefinedTerm or TechArticle."
    )
    parts: tuple[Part, ...] = Field(
        min_length=1, description="Sections in order, each with its block and heading."
    )


class Theme(AxisModel):
    """A group of concepts on the home page."""

    id: Text = Field(description="The name that entries use in `theme`.")
    label: Text = Field(description="Heading of the group on the home page.")


class Axes(AxisModel):
    """The concepts/_axes.yml file."""

    subject: Text | None = Field(
        None,
        description="What the glossary is about, such as `Bread`, for the title of the home page.",
    )
    themes: tuple[Theme, ...] = Field(
        (), description="Groups of concepts on the home page, in display order."
    )
    roles: tuple[Role, ...] = Field(
        (), description="Specialists from whose perspectives pages are written, in display order."
    )
    audiences: tuple[Audience, ...] = Field(
        (), description="Kinds of readers that pages are written for, in display order."
    )
    formats: tuple[Format, ...] = Field(min_length=1, description="Kinds of pages, in display order.")
    seeds: int = Field(
        3, ge=1, description="Minimum number of seeds for a claim; with fewer, a warning is reported."
    )

    @property
    def texts(self) -> Iterator[Text]:
        """All text in concepts/_axes.yml that readers see."""
        yield from filter(None, (self.subject, *(theme.label for theme in self.themes)))
        for reader in (*self.roles, *self.audiences):
            yield from (reader.label, reader.short, reader.article, reader.meaning, *reader.aliases)
        for format in self.formats:
            yield from (format.label, format.meaning, format.title, format.schema_org)
        yield from (part.heading for part in self.parts)

    @property
    def parts(self) -> Iterator[Part]:
        """All sections that pages can have: those of audiences, formats, and roles."""
        for audience in self.audiences:
            yield from audience.opening
        for format in self.formats:
            yield from format.parts
        for role in self.roles:
            yield from role.sections

    def role(self, name: str) -> Role | None:
        return next((role for role in self.roles if role.id == name), None)

    def audience(self, name: str) -> Audience | None:
        return next((audience for audience in self.audiences if audience.id == name), None)

    def format(self, name: str) -> Format | None:
        return next((format for format in self.formats if format.id == name), None)

    def readers(self, format: Format) -> list[tuple[str | None, str | None]]:
        """The role and audience of each page in the format, starting with the general page."""
        roles = [role.id for role in self.roles] if "role" in format.varies else [None]
        audiences = [audience.id for audience in self.audiences] if "audience" in format.varies else [None]
        everybody = [(None, None)] if format.general and format.varies else []
        return [*everybody, *product(roles, audiences)]


def parts_for(format: Format, role: Role | None, audience: Audience | None) -> Iterator[Part]:
    """The sections of a page. A section of the audience's opening is left out of the rest of the page."""
    opening = audience.opening if audience else ()
    yield from opening
    opened = {part.block for part in opening}
    for part in format.parts:
        if part.block in opened:
            continue
        if part.block == "role-sections":
            yield from role.sections if role else ()
        else:
            yield part


def addressed(words: Words, role: Reader | None, audience: Reader | None) -> str:
    """The role and audience in words, or only one of them if the other is not set; empty for a general page."""
    if role and audience:
        names = {"a_role": role.introduced(words), "an_audience": audience.introduced(words)}
        return words("reader.pair", role=role.name, audience=audience.name, **names)
    alone = role or audience
    return alone.name if alone else ""


def addressed_note(words: Words, role: Reader | None, audience: Reader | None) -> str:
    """The role and audience as a note after a link to a page that is written for a different reader."""
    if role and audience:
        return addressed(words, role, audience)
    alone = role or audience
    if alone:
        return words("reader.note", reader=alone.name, a_reader=alone.introduced(words))
    return words("reader.note_everybody")
