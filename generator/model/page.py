"""What is published: pages for readers, made of sections, linked to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from generator.model.axes import Audience, Code, Format, Role
from generator.model.block import Question
from generator.model.diagram import Diagram
from generator.model.entry import Change, Claim, Entry, Source
from generator.model.example import Example
from generator.model.text import Text


class PageKey(NamedTuple):
    """Which page: role and audience are None where the format does not vary along them."""

    concept: str
    format: str
    role: str | None = None
    audience: str | None = None


@dataclass(frozen=True)
class Target:
    """Where a link leads. `note` says for whom the page is written, when it is not for the reader at hand."""

    path: str
    title: str
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """A piece of evidence on a page, already decided: whose, which, and how its code is shown."""

    kind: Literal["figure", "cell", "output", "metrics", "claim"]
    example: Example
    name: str
    code: Code
    claim: Claim | None
    text: Text | None = None


@dataclass(frozen=True)
class Prose:
    """What an author wrote, chosen for one reader."""

    text: Text | None
    questions: tuple[Question, ...]
    layout: Literal["inline", "listed", "folded"]
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class ConceptLink:
    """A link to another concept, and why to go there."""

    target: Target
    why: Text
    relation: str = ""


@dataclass(frozen=True)
class Sibling:
    """The same concept for another reader, or in another format."""

    label: str
    target: Target
    current: bool = False


@dataclass(frozen=True)
class SiblingGroup:
    label: str
    siblings: tuple[Sibling, ...]


Content = (
    Prose
    | Diagram
    | tuple[Shown, ...]
    | tuple[ConceptLink, ...]
    | tuple[SiblingGroup, ...]
    | tuple[Source, ...]
    | tuple[Change, ...]
    | tuple[Text, ...]
)


@dataclass(frozen=True)
class Section:
    """One part of a page. Its kind is its template, and its HTML id."""

    kind: str
    heading: str
    content: Content
    written_for_reader: bool = False


@dataclass(frozen=True)
class Page:
    """One page for one reader; `path` is its Markdown file, and its folder is its URL."""

    key: PageKey
    entry: Entry
    format: Format
    role: Role | None
    audience: Audience | None
    title: str
    meaning: Text
    sections: tuple[Section, ...]
    siblings: tuple[SiblingGroup, ...] = ()
    published: bool = True
    reason: str = ""
    overlap: float = 0.0

    @property
    def path(self) -> str:
        segments = (self.key.concept, self.format.path, self.key.role, self.key.audience)
        return "/".join([*(segment for segment in segments if segment), "index.md"])

    @property
    def url(self) -> str:
        """Relative to the site's root."""
        return self.path.removesuffix("index.md")

    @property
    def prose(self) -> tuple[tuple[str, Prose], ...]:
        """What authors wrote, with the kind of block that it is."""
        return tuple((part.kind, part.content) for part in self.sections if isinstance(part.content, Prose))

    @property
    def coverage(self) -> float:
        """The share of the page's blocks that were written for its reader."""
        blocks = [section for section in self.sections if isinstance(section.content, Prose)]
        return sum(section.written_for_reader for section in blocks) / len(blocks) if blocks else 0.0

    @property
    def readers(self) -> str:
        """Who speaks to whom: "ML engineer to manager"; empty for a page for everybody."""
        return " to ".join(axis.name for axis in (self.role, self.audience) if axis is not None)


@dataclass(frozen=True)
class Plan:
    """Every page that could be, published or not, in the order of concepts, formats, roles and audiences."""

    pages: Mapping[PageKey, Page]
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def published(self) -> tuple[Page, ...]:
        return tuple(page for page in self.pages.values() if page.published)

    @cached_property
    def _published_by_concept(self) -> Mapping[str, tuple[Page, ...]]:
        found: dict[str, list[Page]] = {}
        for page in self.published:
            found.setdefault(page.key.concept, []).append(page)
        return {concept: tuple(pages) for concept, pages in found.items()}

    def of_concept(self, concept: str) -> tuple[Page, ...]:
        """All published pages of a concept; empty for an unknown one."""
        return self._published_by_concept.get(concept, ())

    def nearest(self, wanted: PageKey) -> Page | None:
        """That page, else the nearest for that reader, else the concept's own; None for an unknown concept.

        Near means, in this order: the same format, the same audience, the same role, a page for everybody.
        """
        exact = self.pages.get(wanted)
        if exact is not None and exact.published:
            return exact
        pages = self.of_concept(wanted.concept)
        same_format = [page for page in pages if page.key.format == wanted.format]
        return max(same_format or pages[:1], key=lambda page: _nearness(page.key, wanted), default=None)


def _nearness(key: PageKey, wanted: PageKey) -> tuple[bool, bool, bool]:
    general = key.role is None and key.audience is None
    return (key.audience == wanted.audience, key.role == wanted.role, general)


@dataclass(frozen=True)
class Document:
    """A rendered file of the site; `path` is relative to its root. Markdown pages are text, all else bytes."""

    path: str
    content: str | bytes
    searchable: bool = False
    edit_path: str = ""
