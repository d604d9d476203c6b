"""The settings of prose rules: the file concepts/_rules.yml, word lists, and what an entry silences."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from executable_glossary.model.block import EntryModel, For
from executable_glossary.model.text import Text

# The list templates/rules/allowed.yml. All other files there are named after a rule.
ALLOWED = "allowed"


class Accepted(EntryModel):
    """A problem that the author accepts, with the reason. What it leaves open matches everything."""

    rule: Text = Field(description="Code of the rule, in brackets in the output of `glossary check`.")
    part: Text | None = Field(
        None,
        alias="in",
        description="Block in which the rule is silenced; for rules about pages, the format.",
    )
    reader: For = Field(
        For(), alias="for", description="Reader for whom it is silenced; all readers if left out."
    )
    words: Text | None = Field(None, description="Words that the problem quotes; all if left out.")
    because: Text = Field(description="Why the rule is wrong here.")

    def fits(self, rule: str, part: str, reader: For, words: str) -> bool:
        return (
            self.rule == rule
            and self.part in (None, part)
            and self.reader.role in (None, reader.role)
            and self.reader.audience in (None, reader.audience)
            and (self.words is None or self.words.casefold() in words.casefold())
        )


class Off(EntryModel):
    """A rule that is switched off for the whole glossary."""

    rule: Text = Field(description="Code of the rule.")
    because: Text = Field(description="Why this glossary does not follow it.")


class WordList(EntryModel):
    """A file templates/rules/<rule>.yml."""

    words: Mapping[Text, Text] = Field(
        description="Word that the rule reports: its replacement, or advice in parentheses."
    )


class Rules(EntryModel):
    """The file concepts/_rules.yml: limits, words of the subject, and rules that are switched off."""

    sentence: int = Field(
        45, gt=0, description="Most words in a sentence; an audience can have a lower limit."
    )
    block: int = Field(400, gt=0, description="Most words in one block for one reader.")
    review: int | None = Field(24, gt=0, description="Months after which an entry needs another review.")
    off: tuple[Off, ...] = Field((), description="Rules that are switched off, and why.")
    allowed: Mapping[Text, Text] = Field(
        default_factory=dict, description="Word that no rule reports: why it is allowed."
    )
    words: Mapping[Text, Mapping[Text, Text]] = Field(
        default_factory=dict, description="Words that this glossary adds to the list of a rule, by rule."
    )
