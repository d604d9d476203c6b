"""The differences between two builds in their pages, recorded metrics, claims, concepts, and problems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from executable_glossary.model.problem import Problem, errors

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, order=True)
class PageName:
    """A page's URL and key. Concept and format are empty for site-wide pages, such as the A–Z index."""

    url: str
    concept: str = ""
    format: str = ""
    role: str | None = None
    audience: str | None = None


@dataclass(frozen=True)
class Edit:
    """A changed passage. `before` is empty for a new passage, and `after` is empty for a deleted one.

    `section` is the kind of block, and `heading` is its heading on the page.
    """

    section: str
    heading: str
    before: str
    after: str

    @property
    def only_numbers(self) -> bool:
        """Whether only numbers changed, which means that the edit comes from a new result rather than from an
        author."""
        return _NUMBER.sub("0", self.before) == _NUMBER.sub("0", self.after)


@dataclass(frozen=True)
class Shift:
    """A number before and after the change. A value is None if it could not be measured."""

    before: float | None
    after: float | None

    @property
    def moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Altered:
    """A page whose text changed. `grade` is the reading grade, which ignores the glossary's own terms."""

    page: PageName
    edits: tuple[Edit, ...]
    grade: Shift | None = None
    overlap: Shift | None = None
    coverage: Shift | None = None


@dataclass(frozen=True)
class SharedEdit:
    """An edit and all the pages on which it appears, even if their headings differ."""

    edit: Edit
    pages: tuple[PageName, ...]

    @property
    def concepts(self) -> frozenset[str]:
        """The concepts whose pages contain the edit. Site-wide pages only repeat the edit, so they do not count."""
        return frozenset(page.concept for page in self.pages) - {""}


@dataclass(frozen=True)
class Added:
    """A new page. `edits` contains the text of each section."""

    page: PageName
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Removed:
    """A page whose URL no longer works.

    `reason` explains why, `instead` is the URL of the nearest page, if any, and `edits` contains the former text.
    """

    page: PageName
    reason: str
    instead: str = ""
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class PageChanges:
    """Pages that were added, removed, or altered, and pages where only links or formatting changed (`markup`).

    `shared` lists each edit to the altered pages only once. `written` and `lost` do the same for added and removed
    pages.
    """

    added: tuple[Added, ...] = ()
    removed: tuple[Removed, ...] = ()
    altered: tuple[Altered, ...] = ()
    markup: tuple[PageName, ...] = ()
    shared: tuple[SharedEdit, ...] = ()
    written: tuple[SharedEdit, ...] = ()
    lost: tuple[SharedEdit, ...] = ()

    @property
    def all(self) -> Iterator[PageName]:
        """The pages with changes that readers can see."""
        changes: tuple[Added | Removed | Altered, ...] = (*self.added, *self.removed, *self.altered)
        yield from (change.page for change in changes)


@dataclass(frozen=True)
class Moved:
    """A change in a recorded metric's mean over seeds.

    tolerated: whether every seed stayed within the example's tolerance. exempt: whether the metric has no tolerance.
    """

    example: str
    metric: str
    mean: Shift
    runs: Shift
    tolerated: bool = False
    exempt: bool = False


@dataclass(frozen=True)
class ClaimState:
    """A claim before or after the change.

    `margin` is the distance of the worst run, or of the mean, from the threshold; None if the check is not a single
    comparison.
    """

    text: str
    check: str
    verdict: str
    margin: float | None


@dataclass(frozen=True)
class ClaimChange:
    """A changed claim, or a changed finding (whose `concept` is "evidence"). A side without the claim is None."""

    concept: str
    claim: str
    before: ClaimState | None
    after: ClaimState | None


@dataclass(frozen=True)
class EvidenceChanges:
    """Changes in recorded results. `unrecorded` lists the examples whose code has changed since they were recorded."""

    metrics: tuple[Moved, ...] = ()
    claims: tuple[ClaimChange, ...] = ()
    unrecorded: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConceptChanges:
    """Ids of changed concepts. orphaned: no other concept links to them any longer. broken: their files have errors."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReaderChanges:
    """The number of pages that change for one kind of reader. Role and audience are None for general pages."""

    role: str | None
    audience: str | None
    added: int
    removed: int
    altered: int

    @property
    def reader(self) -> str:
        """The reader's name: "ml-engineer/manager", "manager", or "everybody"."""
        return "/".join(part for part in (self.role, self.audience) if part) or "everybody"


@dataclass(frozen=True, order=True)
class SettingChange:
    """A changed setting of a file, as text. A side that does not set it is empty."""

    file: str
    key: str
    before: str
    after: str


@dataclass(frozen=True, order=True)
class FileChange:
    """A changed file, relative to the project. `how` is new, gone, or changed.

    published: whether the site contains the file, or its theme does, such as a page written by hand or a style sheet.
    """

    path: str
    how: str
    published: bool = False


@dataclass(frozen=True)
class Comparison:
    """All differences.

    obstacle: the reason why pages could not be compared. first: whether the base has no glossary. settings: what changed
    in mkdocs.yml and in the headers of examples. fields: the changed fields of entries that no changed passage shows.
    files: all other changed files in the repository.
    """

    pages: PageChanges = field(default_factory=PageChanges)
    readers: tuple[ReaderChanges, ...] = ()
    evidence: EvidenceChanges = EvidenceChanges()
    concepts: ConceptChanges = ConceptChanges()
    new_problems: tuple[Problem, ...] = ()
    gone_problems: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    obstacle: str = ""
    first: bool = False
    settings: tuple[SettingChange, ...] = ()
    fields: tuple[SettingChange, ...] = ()
    files: tuple[FileChange, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the changed glossary has any errors, new or old."""
        return bool(errors(self.problems))
