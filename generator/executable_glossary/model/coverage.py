"""What is written for whom, what is not, and what readers miss most: the glossary seen from its gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from executable_glossary.model.axes import Audience, Axes, Format, Role, addressed, addressed_note
from executable_glossary.model.entry import Entry
from executable_glossary.model.page import Page, PageKey
from executable_glossary.model.words import NO_WORDS, Words

# published: the reader has a page · alike: written, but too much like another page to be one of its own ·
# omitted: the author left it out on purpose · missing: nobody has written it.
Status = Literal["published", "alike", "omitted", "missing"]


@dataclass(frozen=True)
class VariantCoverage:
    """One concept in one format for one reader: `key` says which, `status` what has become of it.

    `written` is the share of the page's blocks that were written for this reader, `overlap` the most that
    it shares with another page. `lacks` are the blocks without which there is no such page, `instead` the
    page that its reader is sent to (None where they have their own). `linked` counts the pages that link
    the concept and would lead here.
    """

    key: PageKey
    status: Status
    written: float = 0.0
    overlap: float = 0.0
    reason: str = ""
    lacks: tuple[str, ...] = ()
    page: Page | None = None
    instead: Page | None = None
    linked: int = 0

    @property
    def missed(self) -> int:
        """How many pages send their reader elsewhere because this is missing; 0 unless it is a gap."""
        return self.linked if self.status == "missing" else 0


@dataclass(frozen=True)
class ConceptCoverage:
    """`linked` counts the published pages of other concepts that link this one."""

    entry: Entry
    linked: int
    variants: tuple[VariantCoverage, ...]

    def of(self, format: str) -> tuple[VariantCoverage, ...]:
        return tuple(variant for variant in self.variants if variant.key.format == format)


@dataclass(frozen=True)
class Gap:
    """What could be written next: one concept in one format, for the readers who have no page yet."""

    concept: ConceptCoverage
    format: Format
    variants: tuple[VariantCoverage, ...]

    @property
    def missed(self) -> int:
        return sum(variant.missed for variant in self.variants)

    @property
    def most_missed(self) -> tuple[VariantCoverage, ...]:
        """Its readers, those first whom most pages send elsewhere; without those whom none does."""
        missed = (variant for variant in self.variants if variant.missed)
        return tuple(sorted(missed, key=lambda variant: -variant.missed))

    @property
    def lacks(self) -> tuple[str, ...]:
        """Blocks to write; empty where they are there and only say nothing of their own to these readers."""
        return tuple(dict.fromkeys(kind for variant in self.variants for kind in variant.lacks))


@dataclass(frozen=True)
class Coverage:
    """All concepts in the order of the glossary, and the gaps, those first that most readers meet."""

    axes: Axes
    concepts: tuple[ConceptCoverage, ...]
    gaps: tuple[Gap, ...]
    words: Words = NO_WORDS

    @property
    def variants(self) -> Iterator[VariantCoverage]:
        for concept in self.concepts:
            yield from concept.variants

    def reader(self, key: PageKey) -> str:
        """Who explains to whom on that page, in the words of the site."""
        return addressed(self.words, *self._readers(key)) or self.words("reader.everybody")

    def note(self, key: PageKey) -> str:
        """The same in a sentence: "for a manager"."""
        return addressed_note(self.words, *self._readers(key))

    def count(self, status: Status) -> int:
        return sum(variant.status == status for variant in self.variants)

    def _readers(self, key: PageKey) -> tuple[Role | None, Audience | None]:
        role = self.axes.role(key.role) if key.role else None
        return role, self.axes.audience(key.audience) if key.audience else None


def reader_name(axes: Axes, key: PageKey) -> str:
    """Who speaks to whom: "ML engineer to manager"; "everybody" for a page without a reader."""
    role = axes.role(key.role) if key.role else None
    audience = axes.audience(key.audience) if key.audience else None
    return " to ".join(axis.name for axis in (role, audience) if axis is not None) or "everybody"
