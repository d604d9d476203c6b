"""What is published: pages for readers, made of sections, linked to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from executable_glossary.model.axes import Audience, Format, Role
from executable_glossary.model.block import Question
from executable_glossary.model.diagram import Diagram
from executable_glossary.model.entry import Change, Entry, Source
from executable_glossary.model.shown import Shown
from executable_glossary.model.text import Text


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
class Prose:
    """What an author wrote, chosen for one reader."""

    text: Text | None
    questions: tuple[Question, ...]
    layout: Literal["inline", "listed", "folded"]
    shown: tuple[Shown, ...]

    @property
    def texts(self) -> Iterator[Text]:
        """In the order of reading, without the evidence."""
        if self.text is not None:
            yield self.text
        for asked in self.questions:
            yield from (asked.question, asked.answer)


@dataclass(frozen=True)
class ConceptLink:
    """A link to another concept, and why to go there."""

    target: Target
    why: Text
    relation: str = ""


@dataclass(frozen=True)
class Contrast:
    """A concept that this one is easily taken for. `why` is what this entry says of the other, `back` what the other
    says of this one; one of them may be empty."""

    target: Target
    meaning: Text
    why: Text
    back: Text


@dataclass(frozen=True)
class Sibling:
    """The same concept for another reader, or in another format.

    `reader` names who is meant, "role/audience"; `missing` says that nothing was written for them.
    """

    label: str
    target: Target
    current: bool = False
    reader: str = ""
    missing: bool = False


@dataclass(frozen=True)
class SiblingGroup:
    label: str
    siblings: tuple[Sibling, ...]


@dataclass(frozen=True)
class Wording:
    """What a concept means, in the words of one audience; the link leads to a page for it, if there is one."""

    audience: Audience
    text: Text
    target: Target | None


Content = (
    Prose
    | Diagram
    | tuple[Shown, ...]
    | tuple[ConceptLink, ...]
    | tuple[Contrast, ...]
    | tuple[Wording, ...]
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
    """One page for one reader; `path` is its Markdown file, and its folder is its URL.

    `readers` says who explains to whom, and `note` the same behind a link; on a page for everybody, `readers` is empty.
    """

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
    readers: str = ""
    note: str = ""

    @cached_property
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
    def shown(self) -> Iterator[Shown]:
        """All evidence, in the order of the sections."""
        for section in self.sections:
            content = section.content
            parts = (
                content.shown if isinstance(content, Prose) else content if isinstance(content, tuple) else ()
            )
            yield from (part for part in parts if isinstance(part, Shown))

    @property
    def coverage(self) -> float:
        """The share of the page's blocks that were written for its reader."""
        blocks = [section for section in self.sections if isinstance(section.content, Prose)]
        return sum(section.written_for_reader for section in blocks) / len(blocks) if blocks else 0.0


@dataclass(frozen=True)
class Document:
    """A rendered file of the site; `path` is relative to its root. Markdown pages are text, all else bytes."""

    path: str
    content: str | bytes
    edit_path: str = ""
