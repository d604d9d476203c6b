"""Pages for readers: sections, evidence, links, and the rendered files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from executable_glossary.model.axes import Audience, Code, Format, Role
from executable_glossary.model.block import Question
from executable_glossary.model.diagram import Diagram
from executable_glossary.model.entry import Change, Claim, Entry, Source
from executable_glossary.model.example import Example
from executable_glossary.model.text import Text


class PageKey(NamedTuple):
    """Identifies a page. Role and audience are None where the format does not vary by them."""

    concept: str
    format: str
    role: str | None = None
    audience: str | None = None


@dataclass(frozen=True)
class Target:
    """The target of a link. `note` names the page's reader where it is not the reader of the current page."""

    path: str
    title: str
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """A piece of evidence on a page: which part of which example, and whether its code is open, folded or left out.

    A claim opens `chart` of its example. Where the page draws that chart elsewhere, `drawn_at` is its HTML id.
    """

    kind: Literal["figure", "chart", "cell", "output", "metrics", "claim"]
    example: Example
    name: str
    code: Code
    claim: Claim | None
    text: Text | None = None
    chart: str = ""
    drawn_at: str = ""


@dataclass(frozen=True)
class Prose:
    """An author's text, chosen for one reader."""

    text: Text | None
    questions: tuple[Question, ...]
    layout: Literal["inline", "listed", "folded"]
    shown: tuple[Shown, ...]

    @property
    def texts(self) -> Iterator[Text]:
        """All texts in reading order, without the evidence."""
        if self.text is not None:
            yield self.text
        for question in self.questions:
            yield from (question.question, question.answer)


@dataclass(frozen=True)
class ConceptLink:
    """A link to another concept, with the reason to follow it."""

    target: Target
    why: Text
    relation: str = ""


@dataclass(frozen=True)
class Contrast:
    """A concept that is easily confused with this one.

    `why` is this entry's text about the other concept, `back` the other entry's text about this one. One of them may
    be empty.
    """

    target: Target
    meaning: Text
    why: Text
    back: Text


@dataclass(frozen=True)
class Sibling:
    """The same concept for another reader, or in another format.

    `reader` is "role/audience". `missing` is True where there is no page for that reader, and the link leads to the
    nearest one.
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
    """A concept's meaning as worded for one audience, with a link to a page for that audience if there is one."""

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
    """One section of a page. `kind` is the name of its template and its HTML id."""

    kind: str
    heading: str
    content: Content
    written_for_reader: bool = False


@dataclass(frozen=True)
class Page:
    """One page for one reader. `path` is its Markdown file; the folder of that file is its URL.

    readers: who explains to whom, such as "an ML engineer explains it to a manager"; empty on a page for everybody.
    note: the same as a note after a link, such as "for a manager".
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
        """The authors' texts, each with its kind of block."""
        return tuple(
            (section.kind, section.content) for section in self.sections if isinstance(section.content, Prose)
        )

    @property
    def shown(self) -> Iterator[Shown]:
        """All evidence on the page, in the order of the sections."""
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
    """A rendered file of the site. `path` is relative to the site's root. Markdown is text, all other content bytes."""

    path: str
    content: str | bytes
    edit_path: str = ""


# The path of a file and the function that makes it: a preview lists every file, and makes only those in use.
Recipe = tuple[str, Callable[[], Document]]
