"""What an author says to the rules of prose: where one is wrong here, and why; and the file concepts/_rules.yml."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from executable_glossary.model.block import EntryModel, For
from executable_glossary.model.text import Text

# The lists of words that rules go by: templates/rules/<name>.yml each, which a glossary adds to.
WORD_LISTS = ("spelling", "inclusive", "empty-word", "jargon")
ALLOWED = "allowed"


class Accepted(EntryModel):
    """A complaint that stands for a reason; whatever it leaves open fits everything."""

    rule: Text = Field(description="Code of the rule, as `glossary check` tells it in brackets.")
    part: Text | None = Field(
        None, alias="in", description="Block that is meant; of rules about pages the format."
    )
    reader: For = Field(For(), alias="for", description="Reader that is meant; all when left out.")
    words: Text | None = Field(None, description="Words that are meant: the complaint quotes them.")
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
    """A rule that this glossary does not follow."""

    rule: Text = Field(description="Code of the rule.")
    because: Text = Field(description="Why it does not hold here.")


class WordList(EntryModel):
    """A file templates/rules/<rule>.yml."""

    words: Mapping[Text, Text] = Field(description="Word that the rule finds: what to do about it.")


class Rules(EntryModel):
    """The file concepts/_rules.yml: limits, words of the subject, and what the rules do not know."""

    sentence: int = Field(45, gt=0, description="Most words in a sentence; an audience may have less.")
    block: int = Field(400, gt=0, description="Most words in one block for one reader.")
    review: int | None = Field(24, gt=0, description="Months after which an entry is to be read anew.")
    off: tuple[Off, ...] = Field((), description="Rules that this glossary does not follow, and why.")
    allowed: Mapping[Text, Text] = Field(
        default_factory=dict, description="Word that no rule complains of: why it may stand."
    )
    words: Mapping[Text, Mapping[Text, Text]] = Field(
        default_factory=dict, description="Words that this subject adds to the list of a rule, by rule."
    )
