"""What a change does to the glossary: every page, number and concept that is another one than before."""

from __future__ import annotations

from dataclasses import dataclass, field

from executable_glossary.model.page_changes import PageChanges, Shift
from executable_glossary.model.problem import Problem, errors


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
