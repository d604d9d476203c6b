"""The differences between two builds: pages and their edits, recorded metrics, claims, concepts and problems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from executable_glossary.model.problem import Problem, errors

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, order=True)
class PageName:
    """A page by its URL and key. Concept and format are empty for pages about the whole site, such as A–Z."""

    url: str
    concept: str = ""
    format: str = ""
    role: str | None = None
    audience: str | None = None


@dataclass(frozen=True)
class Edit:
    """A changed passage. `before` is empty for a new passage, `after` for a deleted one.

    `section` is the kind of block, `heading` its heading on the page.
    """

    section: str
    heading: str
    before: str
    after: str

    @property
    def only_numbers(self) -> bool:
        """Whether the words are the same, so the change comes from a new result and not from an author."""
        return _NUMBER.sub("0", self.before) == _NUMBER.sub("0", self.after)


@dataclass(frozen=True)
class Shift:
    """A number before and after the change; None where there was nothing to measure."""

    before: float | None
    after: float | None

    @property
    def moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Altered:
    """A page whose text changed. The reading grade ignores the glossary's own terms."""

    page: PageName
    edits: tuple[Edit, ...]
    grade: Shift | None = None
    overlap: Shift | None = None
    coverage: Shift | None = None


@dataclass(frozen=True)
class SharedEdit:
    """An edit with all the pages on which it appears, whatever their headings."""

    edit: Edit
    pages: tuple[PageName, ...]

    @property
    def concepts(self) -> frozenset[str]:
        """The concepts of its pages. Pages about the whole site only repeat them, and do not count."""
        return frozenset(page.concept for page in self.pages) - {""}


@dataclass(frozen=True)
class Added:
    """A new page, with the text of each section as an edit."""

    page: PageName
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Removed:
    """A page whose URL no longer works: the reason, the nearest page's URL if any, and its former text as edits."""

    page: PageName
    reason: str
    instead: str = ""
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class PageChanges:
    """Pages that were added, removed or altered. In pages of `markup`, only links or formatting changed.

    `shared`, `written` and `lost` list each edit of altered, added and removed pages once.
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
        """The pages whose change is visible to a reader."""
        changes: tuple[Added | Removed | Altered, ...] = (*self.added, *self.removed, *self.altered)
        yield from (change.page for change in changes)


@dataclass(frozen=True)
class Moved:
    """A change in the mean over seeds of a recorded metric.

    `tolerated`: every seed stayed within the example's tolerance. `exempt`: the tolerance is infinite, as for seconds.
    """

    example: str
    metric: str
    mean: Shift
    runs: Shift
    tolerated: bool = False
    exempt: bool = False


@dataclass(frozen=True)
class ClaimState:
    """A claim before or after. `margin` is the worst run's; None where the check is not a single comparison."""

    text: str
    check: str
    verdict: str
    margin: float | None


@dataclass(frozen=True)
class ClaimChange:
    """A changed claim, None on the side where it does not exist; or a finding, whose `concept` is "evidence"."""

    concept: str
    claim: str
    before: ClaimState | None
    after: ClaimState | None


@dataclass(frozen=True)
class EvidenceChanges:
    """Changes in recorded results. `unrecorded` are examples whose code has changed since their record."""

    metrics: tuple[Moved, ...] = ()
    claims: tuple[ClaimChange, ...] = ()
    unrecorded: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConceptChanges:
    """Ids of concepts. `orphaned`: no other concept links there any more. `broken`: the file has errors now."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReaderChanges:
    """The number of pages that change for one reader. Role and audience are None for everybody."""

    role: str | None
    audience: str | None
    added: int
    removed: int
    altered: int

    @property
    def reader(self) -> str:
        """The reader's name: "ml-engineer/manager", "manager" or "everybody"."""
        return "/".join(part for part in (self.role, self.audience) if part) or "everybody"


@dataclass(frozen=True)
class Comparison:
    """All differences. `obstacle` says why pages could not be compared; `first`: the base has no glossary."""

    pages: PageChanges = field(default_factory=PageChanges)
    readers: tuple[ReaderChanges, ...] = ()
    evidence: EvidenceChanges = EvidenceChanges()
    concepts: ConceptChanges = ConceptChanges()
    new_problems: tuple[Problem, ...] = ()
    gone_problems: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    obstacle: str = ""
    first: bool = False

    @property
    def failed(self) -> bool:
        """Whether the changed glossary has errors, new or old."""
        return bool(errors(self.problems))
