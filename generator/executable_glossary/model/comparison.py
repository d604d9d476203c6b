"""The differences between two builds: pages and their edits, recorded metrics, claims, concepts and problems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from executable_glossary.model.problem import Problem, errors

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, order=True)
class PageName:
    """A page as a reviewer knows it. Concept and format are empty for pages of the site itself, such as A–Z."""

    url: str
    concept: str = ""
    format: str = ""
    role: str | None = None
    audience: str | None = None


@dataclass(frozen=True)
class Edit:
    """A passage that reads differently: before or after is empty where it is new or gone.

    `section` is the kind of block, `heading` what stands over it on the page.
    """

    section: str
    heading: str
    before: str
    after: str

    @property
    def only_numbers(self) -> bool:
        """Whether the words are the same: then a result moved, and nobody wrote anything."""
        return _NUMBER.sub("0", self.before) == _NUMBER.sub("0", self.after)


@dataclass(frozen=True)
class Shift:
    """A number that was one thing and is another; None where there was, or is, nothing to count."""

    before: float | None
    after: float | None

    @property
    def moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Altered:
    """A page that reads differently. Shares are 0 to 1; the grade is that of its text, with terms masked."""

    page: PageName
    edits: tuple[Edit, ...]
    grade: Shift | None = None
    overlap: Shift | None = None
    coverage: Shift | None = None


@dataclass(frozen=True)
class SharedEdit:
    """One edit, and all pages on which it is seen, under whichever headings."""

    edit: Edit
    pages: tuple[PageName, ...]

    @property
    def concepts(self) -> frozenset[str]:
        """Those whose pages have it; pages of the site itself only list what concepts say."""
        return frozenset(page.concept for page in self.pages) - {""}


@dataclass(frozen=True)
class Added:
    """A page that is new, with what each of its sections says."""

    page: PageName
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Removed:
    """A page whose address leads nowhere any more: why, which page is nearest to it now, if any, and what it said."""

    page: PageName
    reason: str
    instead: str = ""
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class PageChanges:
    """`markup` are pages whose words are the same, and whose links or marks are not.

    `shared`, `written` and `lost` are the edits of altered, added and removed pages, each once.
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
        """Those that a reader would see a change of."""
        changes: tuple[Added | Removed | Altered, ...] = (*self.added, *self.removed, *self.altered)
        yield from (change.page for change in changes)


@dataclass(frozen=True)
class Moved:
    """The mean over seeds of a recorded metric.

    `tolerated`: every seed stayed within what its example tolerates; `exempt`: it tolerates anything, as it
    does with seconds.
    """

    example: str
    metric: str
    mean: Shift
    runs: Shift
    tolerated: bool = False
    exempt: bool = False


@dataclass(frozen=True)
class ClaimState:
    """A claim on one side. `margin` is that of the worst run; None where the check is no single comparison."""

    text: str
    check: str
    verdict: str
    margin: float | None


@dataclass(frozen=True)
class ClaimChange:
    """`concept` is "evidence" for a finding."""

    concept: str
    claim: str
    before: ClaimState | None
    after: ClaimState | None


@dataclass(frozen=True)
class EvidenceChanges:
    """`unrecorded` are examples whose code is another one than when they were recorded, and was not before."""

    metrics: tuple[Moved, ...] = ()
    claims: tuple[ClaimChange, ...] = ()
    unrecorded: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConceptChanges:
    """Ids. `orphaned`: no other concept leads there any more. `broken`: its file has errors now."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReaderChanges:
    """How many pages change for one reader; role and audience are None for everybody."""

    role: str | None
    audience: str | None
    added: int
    removed: int
    altered: int

    @property
    def reader(self) -> str:
        """Who is spoken to: "ml-engineer/manager", "manager", "everybody"."""
        return "/".join(part for part in (self.role, self.audience) if part) or "everybody"


@dataclass(frozen=True)
class Comparison:
    """Everything that is different. `obstacle` says why pages could not be compared; empty where they were."""

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
