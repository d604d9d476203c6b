"""The pages that readers see: sections, evidence, links, and the rendered files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from executable_glossary.model.axes import Audience, Code, Format, Role
from executable_glossary.model.block import Points, Question
from executable_glossary.model.diagram import Diagram
from executable_glossary.model.entry import Change, Claim, Entry, Source
from executable_glossary.model.example import Example
from executable_glossary.model.text import Text


class PageKey(NamedTuple):
    """Identifies a page. Role and audience are None if the format does not vary by them, or for a general page."""

    concept: str
    format: str
    role: str | None = None
    audience: str | None = None


@dataclass(frozen=True)
class Target:
    """The target of a link. `note` describes the target page's reader if it differs from the current page's reader."""

    path: str
    title: str
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """A piece of evidence on a page: the part of an example to show, and whether its code is open, folded, or left out.

    A claim can be unfolded to show the `chart` of its example. If the page already draws that chart, or this one,
    elsewhere, `drawn_at` is its HTML id.
    """

    kind: Literal["figure", "chart", "cell", "script", "output", "metrics", "claim"]
    example: Example
    name: str
    code: Code
    claim: Claim | None
    text: Text | None = None
    chart: str = ""
    drawn_at: str = ""


@dataclass(frozen=True)
class Prose:
    """An author's text, selected for one kind of reader."""

    text: Text | None
    questions: tuple[Question, ...]
    layout: Literal["inline", "listed", "folded"]
    shown: tuple[Shown, ...]
    points: Points | None = None

    @property
    def first_question(self) -> str:
        """The HTML id of the first question's heading; empty if no question has one."""
        anchors = {"inline": "question-1", "listed": "answer-1", "folded": ""}
        return anchors[self.layout] if self.questions else ""

    @property
    def texts(self) -> Iterator[Text]:
        """All text in reading order, without the evidence."""
        if self.text is not None:
            yield self.text
        for question in self.questions:
            yield from (question.question, question.answer)
        if self.points is not None:
            yield from self.points.texts


@dataclass(frozen=True)
class ConceptLink:
    """A link to another concept, with a reason to follow it."""

    target: Target
    why: Text
    relation: str = ""


@dataclass(frozen=True)
class Contrast:
    """A concept that is easily confused with this one.

    `why` is this entry's text about the other concept, and `back` is the other entry's text about this one. Either
    one can be empty.
    """

    target: Target
    meaning: Text
    why: Text
    back: Text


@dataclass(frozen=True)
class OtherQuestion:
    """A question that another role answers for the same audience. `path` is its page, and `anchor` its heading."""

    role: Role
    question: Text
    path: str
    anchor: str


@dataclass(frozen=True)
class Sibling:
    """A page about the same concept for a different reader or in a different format.

    `reader` is "role/audience". `missing` is True if there is no page for that reader, so the link leads to the
    nearest page.
    """

    label: str
    target: Target
    current: bool = False
    reader: str = ""
    missing: bool = False


@dataclass(frozen=True)
class SiblingGroup:
    """A choice that a reader has, such as the audience. `current` is the page's own value, if it has one."""

    label: str
    siblings: tuple[Sibling, ...]

    @property
    def current(self) -> Sibling | None:
        return next((sibling for sibling in self.siblings if sibling.current), None)


@dataclass(frozen=True)
class PathLinks:
    """The neighbors of a page's concept on the learning path, as pages for the same reader: its direct prerequisites,
    and the concepts that come next."""

    first: tuple[Target, ...] = ()
    next: tuple[Target, ...] = ()


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
    | tuple[OtherQuestion, ...]
    | tuple[SiblingGroup, ...]
    | tuple[Source, ...]
    | tuple[Change, ...]
    | tuple[Text, ...]
)


@dataclass(frozen=True)
class Section:
    """One section of a page. `kind` is both the name of its template and its HTML id."""

    kind: str
    heading: str
    content: Content
    written_for_reader: bool = False


@dataclass(frozen=True)
class Page:
    """One page for one kind of reader. `path` is its Markdown file, and the folder of that file is its URL.

    readers: the role and audience in words, such as "an ML engineer explains it to a manager"; empty on a general page.
    note: the role and audience as a note after a link, such as "for a manager".
    label: what distinguishes the page from the concept's other pages, such as "blog post for a manager".
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
    path_links: PathLinks = PathLinks()
    published: bool = True
    reason: str = ""
    overlap: float = 0.0
    readers: str = ""
    note: str = ""
    label: str = ""

    @cached_property
    def path(self) -> str:
        segments = (self.key.concept, self.format.path, self.key.role, self.key.audience)
        return "/".join([*(segment for segment in segments if segment), "index.md"])

    @property
    def url(self) -> str:
        """The page's URL, relative to the site root."""
        return self.path.removesuffix("index.md")

    @property
    def is_own(self) -> bool:
        """Whether this is the concept's own page, under which its other pages are."""
        return self.url == f"{self.key.concept}/"

    @property
    def prose(self) -> tuple[tuple[str, Prose], ...]:
        """The authors' text on the page, each part with its kind of block."""
        return tuple(
            (section.kind, section.content) for section in self.sections if isinstance(section.content, Prose)
        )

    @property
    def sources(self) -> tuple[Source, ...]:
        """The publications that the page lists."""
        contents = (section.content for section in self.sections if section.kind == "sources")
        listed = next((content for content in contents if isinstance(content, tuple)), ())
        return tuple(source for source in listed if isinstance(source, Source))

    @property
    def shown(self) -> Iterator[Shown]:
        """All evidence on the page, in section order."""
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
    """A rendered file. `path` is relative to the site root. Markdown content is a string; other content is bytes.

    parent: the page under which the site's navigation shows this page; empty for a page with its own navigation entry.
    """

    path: str
    content: str | bytes
    edit_path: str = ""
    parent: str = ""


# A file's path and the function that generates it: a preview lists all files, but generates only those it needs.
Recipe = tuple[str, Callable[[], Document]]
