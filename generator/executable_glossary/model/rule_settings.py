"""Settings for prose rules: the concepts/_rules.yml file, the word lists, and the exceptions in entries."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from executable_glossary.model.block import EntryModel, For
from executable_glossary.model.text import Text

# The name of the word list in templates/rules/allowed.yml. Every other file in that folder is named after a rule.
ALLOWED = "allowed"


class Accepted(EntryModel):
    """A problem that the author accepts, with the reason. A field that is omitted matches everything."""

    rule: Text = Field(description="Code of the rule, which `glossary check` prints in brackets.")
    part: Text | None = Field(
        None,
        alias="in",
        description="Block in which the rule is silenced; for rules about pages, the format.",
    )
    reader: For = Field(
        For(), alias="for", description="Reader for whom the rule is silenced; all readers if omitted."
    )
    words: Text | None = Field(None, description="Words quoted in the problem; any words if omitted.")
    because: Text = Field(description="Why the rule should not apply to this text.")

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
    because: Text = Field(description="Why this glossary does not follow the rule.")


class WordList(EntryModel):
    """A templates/rules/<rule>.yml file."""

    words: Mapping[Text, Text] = Field(
        description="Each word that the rule reports, with its replacement or with advice in parentheses."
    )


class Rules(EntryModel):
    """The concepts/_rules.yml file: limits, words specific to the subject, and rules that are switched off."""

    sentence: int = Field(
        45, gt=0, description="Maximum number of words in a sentence; an audience can have a lower limit."
    )
    block: int = Field(400, gt=0, description="Maximum number of words in one block for one reader.")
    review: int | None = Field(24, gt=0, description="Months after which an entry must be reviewed again.")
    off: tuple[Off, ...] = Field((), description="Rules that are switched off, with the reasons.")
    allowed: Mapping[Text, Text] = Field(
        default_factory=dict,
        description="Each word that no rule should report, with the reason it is allowed.",
    )
    words: Mapping[Text, Mapping[Text, Text]] = Field(
        default_factory=dict, description="Words that this glossary adds to the word lists, keyed by rule."
    )
