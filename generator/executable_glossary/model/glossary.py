"""The loaded glossary: axes, entries, examples, templates, and the names of concepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from executable_glossary.model.axes import Axes
from executable_glossary.model.entry import Entry
from executable_glossary.model.example import Example
from executable_glossary.model.example_folder import ExampleFolder
from executable_glossary.model.findings import EVIDENCE, Findings
from executable_glossary.model.inventory import Inventory
from executable_glossary.model.names import Names, names_of
from executable_glossary.model.rule_settings import ALLOWED, Rules
from executable_glossary.model.text import Text
from executable_glossary.model.words import NO_WORDS, Words

# Ids that concepts cannot have, because the site itself uses these URLs.
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

# Kinds of sections that `stages/plan` derives from other data. Authors write all other kinds.
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
        "other-questions",
        "sources",
        "changes",
        "keywords",
        "role-sections",
    ]
)


@dataclass(frozen=True)
class Glossary:
    """Everything that a project contains.

    entries: keyed by id, sorted. examples: keyed by name, sorted. templates: the names of all templates.
    unread, unread_examples: the ids and names of files that exist but are invalid. The files' errors are already
        reported, so the files must not be reported as missing.
    modules: scripts that examples can import, keyed by path relative to the project.
    data: the files that examples declare as data, or show in their text, and that exist, keyed by path relative to the project.
    findings: None if there is no findings page.
    rules: the settings in concepts/_rules.yml. lists: the words that prose rules report, keyed by rule.
    words: the words that the generator itself puts on pages.
    inventories: the documentation to which the text of examples can refer, in the order of mkdocs.yml.
    folders: the introductions of the folders that contain examples, keyed by path relative to the examples folder, with
        "" for the examples folder itself.
    """

    axes: Axes
    entries: Mapping[str, Entry]
    examples: Mapping[str, Example] = field(default_factory=dict)
    templates: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    unread_examples: frozenset[str] = frozenset()
    modules: Mapping[str, bytes] = field(default_factory=dict)
    data: Mapping[str, Path] = field(default_factory=dict)
    findings: Findings | None = None
    rules: Rules = field(default_factory=Rules)
    lists: Mapping[str, Mapping[Text, Text]] = field(default_factory=dict)
    words: Words = NO_WORDS
    inventories: tuple[Inventory, ...] = ()
    folders: Mapping[str, ExampleFolder] = field(default_factory=dict)

    @property
    def word_lists(self) -> tuple[str, ...]:
        """The codes of the prose rules that use a word list."""
        return tuple(name for name in self.lists if name != ALLOWED)

    @property
    def written(self) -> Iterator[Entry | Findings]:
        """The files whose prose can contain expressions and links to concepts: entries and findings."""
        yield from self.entries.values()
        if self.findings is not None:
            yield self.findings

    def has_entry(self, id: str) -> bool:
        """Whether a file for this concept exists, valid or not."""
        return id in self.entries or id in self.unread

    def has_example(self, name: str) -> bool:
        """Whether a file for this example exists, valid or not."""
        return name in self.examples or name in self.unread_examples

    @cached_property
    def named_by(self) -> Mapping[str, tuple[Entry, ...]]:
        """The entries that list a concept as a prerequisite or see-also, keyed by the concept's id."""
        entries_by_concept: dict[str, dict[str, Entry]] = {}
        for entry in self.entries.values():
            needed = (needed.concept for needed in entry.prerequisites)
            for concept in (*needed, *(other.concept for other in entry.see_also)):
                entries_by_concept.setdefault(str(concept), {})[entry.id] = entry
        return {concept: tuple(entries.values()) for concept, entries in entries_by_concept.items()}

    @cached_property
    def block_kinds(self) -> frozenset[str]:
        """The kinds of blocks that authors can write. Each kind has a template in templates/blocks/."""
        stems = {name.removeprefix("blocks/").removesuffix(".md.j2") for name in self._blocks}
        return frozenset(stem for stem in stems if not stem.startswith("_")) - DERIVED

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The concept ids, keyed by case-folded term or alias."""
        return {name.casefold(): entry.id for entry in self.entries.values() for name in entry.names}

    @cached_property
    def mentioned(self) -> Names:
        """The names to find in text, and the regular forms of these names."""
        written = [
            name
            for entry in self.entries.values()
            for name in (
                (str(entry.term), str(entry.id), False),
                *((str(alias.text), str(entry.id), alias.in_capitals) for alias in entry.aliases),
            )
        ]
        unlinked = dict.fromkeys(str(phrase) for entry in self.entries.values() for phrase in entry.unlinked)
        return names_of(written, unlinked, self.words.language)

    @property
    def _blocks(self) -> list[str]:
        return [name for name in self.templates if name.startswith("blocks/")]
