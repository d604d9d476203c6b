"""The axes along which pages vary: role (who explains), audience (who reads), and format (the kind of page)."""

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
    """What a role and an audience have in common."""

    id: Text = Field(description="Name in URLs.")
    label: Text = Field(description="Name that readers see.")
    short: Text = Field(Text(""), description="The same in a word or two, for narrow places.")
    article: Text = Field(
        Text(""), description="Article before the name in a sentence. In English, it is chosen automatically."
    )
    aliases: tuple[Text, ...] = Field((), description="Other names, for links that use them.")
    meaning: Text = Field(
        Text(""), description="What this person is responsible for, or already knows, in one sentence."
    )

    @property
    def name(self) -> str:
        return self.short or self.label

    def introduced(self, words: Words) -> str:
        """The name in a sentence: "an ML engineer"."""
        return f"{self.article or words.article(self.name)} {self.name}".strip()


class Part(AxisModel):
    """One place in a format's recipe. `role-sections` stands for the sections that the page's role adds."""

    block: Text = Field(description="Kind of block that is shown here; also the section's HTML id.")
    heading: Text = Field(Text(""), description="Heading of the section; none when left out.")


class Role(Reader):
    """The specialist whose perspective a page takes."""

    questions: Literal["inline", "listed"] = Field(
        "inline", description="inline: each answer under its question; listed: all questions first."
    )
    sections: tuple[Part, ...] = Field((), description="The sections that this role adds to a page.")


class Audience(Reader):
    """The reader addressed, and what suits them."""

    grade: float | None = Field(None, gt=0, description="Highest Flesch-Kincaid grade of a page.")
    words: int | None = Field(None, gt=0, description="Most words on a page.")
    sentence: int | None = Field(None, gt=0, description="Most words in a sentence.")
    lay: bool = Field(False, description="Whether technical words must be concepts, or explained in place.")
    code: Code = Field("open", description="Whether code is open, folded, or absent.")
    mathematics: bool = Field(True, description="Whether text for this reader may hold formulas.")


class Format(AxisModel):
    """The shape of a page: a recipe of blocks, and the axes along which it varies."""

    id: Text = Field(description="Name of the template: templates/formats/<id>.md.j2.")
    label: Text = Field(description="Name that readers see.")
    meaning: Text = Field(Text(""), description="What the format is for, in one sentence.")
    varies: tuple[Axis, ...] = Field((), description="Axes along which there is a page each.")
    general: bool = Field(False, description="Whether there is also a page for everybody.")
    path: str = Field(description="Segment of the URL after the concept; empty for none.")
    title: Text = Field(Text("{term}"), description="Title of a page; {term} stands for the concept's term.")
    requires: tuple[Text, ...] = Field((), description="Blocks without which there is no such page.")
    schema_org: Text = Field(
        Text(""), description="Type of the page in schema.org: DefinedTerm, TechArticle, ..."
    )
    parts: tuple[Part, ...] = Field(min_length=1, description="Blocks in order, each with its heading.")


class Axes(AxisModel):
    """The file concepts/_axes.yml."""

    roles: tuple[Role, ...] = Field((), description="Specialists whose perspective pages take, in order.")
    audiences: tuple[Audience, ...] = Field((), description="Readers addressed, in order.")
    formats: tuple[Format, ...] = Field(min_length=1, description="Shapes of pages, in order.")
    seeds: int = Field(3, ge=1, description="Fewest seeds for a claim; fewer cause a warning.")

    @property
    def texts(self) -> Iterator[Text]:
        """Every text of the axes that readers see."""
        for reader in (*self.roles, *self.audiences):
            yield from (reader.label, reader.short, reader.article, reader.meaning, *reader.aliases)
        for format in self.formats:
            yield from (format.label, format.meaning, format.title, format.schema_org)
        parts = (owner.sections for owner in self.roles), (owner.parts for owner in self.formats)
        yield from (part.heading for listed in parts for owned in listed for part in owned)

    def role(self, name: str) -> Role | None:
        return next((role for role in self.roles if role.id == name), None)

    def audience(self, name: str) -> Audience | None:
        return next((audience for audience in self.audiences if audience.id == name), None)

    def format(self, name: str) -> Format | None:
        return next((format for format in self.formats if format.id == name), None)

    def readers(self, format: Format) -> list[tuple[str | None, str | None]]:
        """Role and audience of every page of the format, starting with the page for everybody."""
        roles = [role.id for role in self.roles] if "role" in format.varies else [None]
        audiences = [audience.id for audience in self.audiences] if "audience" in format.varies else [None]
        everybody = [(None, None)] if format.general and format.varies else []
        return [*everybody, *product(roles, audiences)]


def addressed(words: Words, role: Reader | None, audience: Reader | None) -> str:
    """Who explains to whom, or the one of them that there is; empty for a page for everybody."""
    if role and audience:
        names = {"a_role": role.introduced(words), "an_audience": audience.introduced(words)}
        return words("reader.pair", role=role.name, audience=audience.name, **names)
    alone = role or audience
    return alone.name if alone else ""


def addressed_note(words: Words, role: Reader | None, audience: Reader | None) -> str:
    """The same as a note behind a link to a page that is written for another reader."""
    if role and audience:
        return addressed(words, role, audience)
    alone = role or audience
    if alone:
        return words("reader.note", reader=alone.name, a_reader=alone.introduced(words))
    return words("reader.note_everybody")
