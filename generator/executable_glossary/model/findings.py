"""Findings: statements that texts make about the subject, and our verdicts; the file concepts/_findings.yml."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal, get_args

from pydantic import ConfigDict, Field, model_validator

from executable_glossary.model.block import EntryModel, Variant
from executable_glossary.model.entry import Claim, Source
from executable_glossary.model.rule_settings import Accepted
from executable_glossary.model.text import Text

FindingVerdict = Literal["shown", "partly", "not shown", "contradicted", "not tried"]
FINDING_VERDICTS: tuple[str, ...] = get_args(FindingVerdict)

# The page's address. Verdicts are stored by concept; those on findings use this name, which no concept may have.
EVIDENCE = "evidence"


class Finding(EntryModel):
    """A statement that texts make, our verdict on it, and the check that must hold for the verdict."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"verdict": {"const": "not tried"}}},
            "then": {"properties": {"example": {"type": "null"}, "check": {"type": "null"}}},
            "else": {
                "required": ["example", "check"],
                "properties": {"example": {"type": "string"}, "check": {"type": "string"}},
            },
        }
    )

    id: Text = Field(description="Name of the finding; its place on the page.")
    said: Text = Field(description="The statement that texts make, in our words.")
    verdict: FindingVerdict = Field(description="What our runs show.")
    example: Text | None = Field(None, description="The example whose metrics decide.")
    check: Text | None = Field(None, description="The condition that must hold for the verdict.")
    over: Literal["mean", "every"] = Field(
        "every", description="Whether it must hold for the mean over seeds, or for every seed."
    )
    found: Text = Field(description="What we found, or why we did not try.")
    claims: tuple[Text, ...] = Field((), description="Claims on the same comparison: <concept>.<claim>.")
    sources: tuple[Text, ...] = Field((), description="Ids from the list of sources.")

    @model_validator(mode="after")
    def _rests_on_something(self) -> Finding:
        tried = self.verdict != "not tried"
        if tried and (self.example is None or self.check is None):
            raise ValueError(
                f'"{self.verdict}" rests on nothing; give it an example and a check, or write "not tried"'
            )
        if not tried and (self.example is not None or self.check is not None):
            raise ValueError(
                'what was not tried has no example and no check; take them out, or write "shown"'
            )
        return self

    @cached_property
    def claim(self) -> Claim | None:
        """The finding as a claim that its example can refute; None if the finding was not tried."""
        if self.example is None or self.check is None:
            return None
        text = (Variant(text=self.said),)
        return Claim(id=self.id, text=text, example=self.example, check=self.check, over=self.over)


class FindingGroup(EntryModel):
    """Findings about one subject."""

    heading: Text = Field(description="What these findings are about.")
    findings: tuple[Finding, ...] = Field(min_length=1, description="Findings, in the order of reading.")


class Findings(EntryModel):
    """The page of findings, as its author writes it."""

    title: Text = Field(description="Title of the page.")
    introduction: Text = Field(description="Markdown before the list.")
    groups: tuple[FindingGroup, ...] = Field(min_length=1, description="The findings, by subject.")
    sources: tuple[Source, ...] = Field((), description="Publications that make these statements.")
    accept: tuple[Accepted, ...] = Field((), description="Problems of prose rules to ignore here, and why.")

    @property
    def id(self) -> str:
        """`EVIDENCE`, where an entry has the id of its concept."""
        return EVIDENCE

    @property
    def all(self) -> Iterator[Finding]:
        for group in self.groups:
            yield from group.findings

    @property
    def prose(self) -> Iterator[Text]:
        """Every text that is published as Markdown."""
        yield self.introduction
        for finding in self.all:
            yield from (finding.said, finding.found)

    @property
    def headings(self) -> Iterator[Text]:
        yield self.title
        yield from (group.heading for group in self.groups)

    def source(self, id: str) -> Source | None:
        return next((source for source in self.sources if source.id == id), None)
