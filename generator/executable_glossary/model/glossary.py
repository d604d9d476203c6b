"""Everything that was loaded: the axes, the entries, the examples, and the words that name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from executable_glossary.model.axes import Axes
from executable_glossary.model.entry import Entry
from executable_glossary.model.example import Example
from executable_glossary.model.findings import EVIDENCE, Findings
from executable_glossary.model.rules import Rules
from executable_glossary.model.text import Text
from executable_glossary.model.words import NO_WORDS, Words

# Names that the site uses for itself; a concept of that name would take its URL.
RESERVED = frozenset(
    [
        "glossary",
        "examples",
        "runs",
        EVIDENCE,
        "map",
        "path",
        "coverage",
        "about",
        "docs",
        "assets",
        "search",
        "feed",
        "404",
        "index",
    ]
)

# Sections that `plan` makes from the model; all other kinds are text that authors write.
DERIVED = frozenset(
    [
        "readers",
        "meanings",
        "diagram",
        "evidence",
        "strongest",
        "prerequisites",
        "see-also",
        "contrasts",
        "used-in",
        "sources",
        "changes",
        "keywords",
        "role-sections",
    ]
)


@dataclass(frozen=True)
class Glossary:
    """`entries` by id and `examples` by name, both sorted; `templates` are the names of all templates.

    `unread` are the ids of entries, and `unread_examples` the names of examples, whose files are there but
    could not be read. That is told already, so nobody complains that they are missing. `findings` is None
    where nobody wrote a page of them. `modules` are the scripts that examples may share, by path from the
    project's root. `lists` are the words that rules of prose go by, by rule; `rules` is what the glossary adds.
    `words` are those that the generator itself puts on pages.
    """

    axes: Axes
    entries: Mapping[str, Entry]
    examples: Mapping[str, Example] = field(default_factory=dict)
    templates: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    unread_examples: frozenset[str] = frozenset()
    modules: Mapping[str, bytes] = field(default_factory=dict)
    findings: Findings | None = None
    rules: Rules = field(default_factory=Rules)
    lists: Mapping[str, Mapping[Text, Text]] = field(default_factory=dict)
    words: Words = NO_WORDS

    @property
    def written(self) -> Iterator[Entry | Findings]:
        """Everything whose prose may say numbers and link concepts."""
        yield from self.entries.values()
        if self.findings is not None:
            yield self.findings

    def has_entry(self, id: str) -> bool:
        """Whether there is a file for this concept, readable or not."""
        return id in self.entries or id in self.unread

    def has_example(self, name: str) -> bool:
        """Whether there is a file for this example, readable or not."""
        return name in self.examples or name in self.unread_examples

    @cached_property
    def named_by(self) -> Mapping[str, tuple[Entry, ...]]:
        """By concept, the entries that name it as a prerequisite or in their see-also."""
        found: dict[str, dict[str, Entry]] = {}
        for entry in self.entries.values():
            needed = (needed.concept for needed in entry.prerequisites)
            for concept in (*needed, *(other.concept for other in entry.see_also)):
                found.setdefault(str(concept), {})[entry.id] = entry
        return {concept: tuple(entries.values()) for concept, entries in found.items()}

    @cached_property
    def block_kinds(self) -> frozenset[str]:
        """The kinds of block that authors may write: one template each in templates/blocks/."""
        stems = {name.removeprefix("blocks/").removesuffix(".md.j2") for name in self._blocks}
        return frozenset(stem for stem in stems if not stem.startswith("_")) - DERIVED

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Every term and alias, case folded → id of its concept."""
        return {name.casefold(): entry.id for entry in self.entries.values() for name in entry.names}

    @cached_property
    def unlinked(self) -> tuple[str, ...]:
        """Phrases, case folded, that hold a name and mean something else."""
        return tuple(
            {phrase.casefold(): None for entry in self.entries.values() for phrase in entry.unlinked}
        )

    @property
    def phrases(self) -> tuple[str, ...]:
        """What to look for in a text; a phrase hides the name that it holds."""
        return (*self.names, *self.unlinked)

    @property
    def _blocks(self) -> list[str]:
        return [name for name in self.templates if name.startswith("blocks/")]
