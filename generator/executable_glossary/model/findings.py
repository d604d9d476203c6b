"""Findings: published statements about the subject, and our verdicts on them, from the concepts/_findings.yml file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal, get_args

from pydantic import ConfigDict, Field, model_validator

from executable_glossary.model.block import EntryModel, Variant
from executable_glossary.model.entry import PAIRED, Claim, Source
from executable_glossary.model.rule_settings import Accepted
from executable_glossary.model.text import Text

FindingVerdict = Literal["shown", "partly", "not shown", "contradicted", "not tried"]
FINDING_VERDICTS: tuple[str, ...] = get_args(FindingVerdict)

# The page's URL. Verdicts are keyed by concept; verdicts on findings use this name, which no concept can have.
EVIDENCE = "evidence"


class Finding(EntryModel):
    """A published statement, our verdict on it, and the check that must hold for the verdict."""

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

    id: Text = Field(description="Name of the finding, used as its HTML id on the page.")
    statement: Text = Field(description="The published statement, in our words.")
    verdict: FindingVerdict = Field(description="Our verdict, based on our runs.")
    example: Text | None = Field(None, description="The example whose metrics determine the verdict.")
    check: Text | None = Field(None, description="The condition that must hold for the verdict.")
    over: Literal["mean", "every"] = Field(
        "every", description="Whether the check must hold for the mean over seeds, or for every seed."
    )
    paired: tuple[Text, ...] = PAIRED
    found: Text = Field(description="Our result, or the reason why we did not try.")
    claims: tuple[Text, ...] = Field(
        (), description="Claims about the same comparison, written as <concept>.<claim>."
    )
    sources: tuple[Text, ...] = Field((), description="Ids from the list of sources.")

    @model_validator(mode="after")
    def _verdict_matches_check(self) -> Finding:
        tried = self.verdict != "not tried"
        if tried and (self.example is None or self.check is None):
            raise ValueError(
                f'"{self.verdict}" needs evidence; add an example and a check, or write "not tried"'
            )
        if not tried and (self.example is not None or self.check is not None):
            raise ValueError(
                'a finding that was not tried cannot have an example or a check; remove them, or write "shown"'
            )
        return self

    @cached_property
    def claim(self) -> Claim | None:
        """The finding as a claim that its example can refute, or None if the finding was not tried."""
        if self.example is None or self.check is None:
            return None
        text = (Variant(text=self.statement),)
        return Claim(
            id=self.id,
            text=text,
            example=self.example,
            check=self.check,
            over=self.over,
            paired=self.paired,
        )


class FindingGroup(EntryModel):
    """Findings about one topic."""

    heading: Text = Field(description="Topic of these findings.")
    findings: tuple[Finding, ...] = Field(min_length=1, description="Findings, in display order.")


class Findings(EntryModel):
    """The findings page, as written by its author."""

    title: Text = Field(description="Title of the page.")
    introduction: Text = Field(description="Text before the list of findings, in Markdown.")
    groups: tuple[FindingGroup, ...] = Field(min_length=1, description="The findings, grouped by topic.")
    sources: tuple[Source, ...] = Field((), description="Publications that make these statements.")
    accept: tuple[Accepted, ...] = Field(
        (), description="Prose problems to ignore in this file, and the reasons."
    )

    @property
    def id(self) -> str:
        """The counterpart of an entry's id: always `EVIDENCE`."""
        return EVIDENCE

    @property
    def all(self) -> Iterator[Finding]:
        for group in self.groups:
            yield from group.findings

    @property
    def prose(self) -> Iterator[Text]:
        """All text that is published as Markdown."""
        yield self.introduction
        for finding in self.all:
            yield from (finding.statement, finding.found)

    @property
    def headings(self) -> Iterator[Text]:
        yield self.title
        yield from (group.heading for group in self.groups)

    def source(self, id: str) -> Source | None:
        return next((source for source in self.sources if source.id == id), None)
