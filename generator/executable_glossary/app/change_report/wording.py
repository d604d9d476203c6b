"""The wording that all formats of the report share: the summary, and a line for each number and concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from executable_glossary.model.comparison import (
    Altered,
    ClaimChange,
    Comparison,
    ConceptChanges,
    EvidenceChanges,
    FileChange,
    Moved,
    PageName,
    SettingChange,
    Shift,
)
from executable_glossary.model.number_format import number
from executable_glossary.model.problem import Problem

SITE = "site-wide pages"


def summary(comparison: Comparison) -> tuple[str, ...]:
    """A summary in three lines: which pages change, for which readers, and whether the evidence still holds. A fourth
    line counts what else changed, if anything did."""
    published = sum(file.published for file in comparison.files)
    others = (
        (len(comparison.settings), "setting"),
        (
            len(comparison.fields),
            "field that no changed passage shows",
            "fields that no changed passage shows",
        ),
        (published, "file that the site publishes", "files that the site publishes"),
        (
            len(comparison.files) - published,
            "file whose changes no page shows",
            "files whose changes no page shows",
        ),
    )
    parts = ", ".join(counted(*each) for each in others if each[0])
    return (
        f"Pages: {_pages(comparison)}",
        f"Readers: {'unknown' if comparison.obstacle else _readers(comparison)}",
        f"Evidence: {_evidence(comparison)}; problems: {_problems(comparison)}",
        *([f"Other changes: {parts}"] if parts else []),
    )


def _pages(comparison: Comparison) -> str:
    if comparison.obstacle:
        return f"not compared: {comparison.obstacle}"
    pages = comparison.pages
    counts = ((len(pages.altered), "altered"), (len(pages.added), "added"), (len(pages.removed), "removed"))
    parts = ", ".join(f"{count} {what}" for count, what in counts if count)
    if not parts:
        return "the text of no page changes"
    concepts = Counter(page.concept or SITE for page in pages.all)
    where = ", ".join(f"{concept} {count}" for concept, count in concepts.most_common(5))
    more = f", and {len(concepts) - 5} more" if len(concepts) > 5 else ""
    first = ", all new: the base has no glossary" if comparison.first else ""
    broken = counted(len(pages.removed), "URL no longer works", "URLs no longer work")
    gone = f"; {broken}" if pages.removed else ""
    return f"{parts} ({where}{more}){first}{gone}"


def _readers(comparison: Comparison) -> str:
    """Counts by audience, because a list of every role and audience is too long for a summary."""
    counts: Counter[str] = Counter()
    for reader in comparison.readers:
        counts[reader.audience or "everybody"] += reader.added + reader.removed + reader.altered
    parts = ", ".join(f"{who} {count}" for who, count in counts.items())
    nothing = (
        "no text changes, but what readers see may"
        if _has_others(comparison)
        else "no reader sees a difference"
    )
    return f"{parts} (number of pages that change)" if parts else nothing


def _evidence(comparison: Comparison) -> str:
    evidence = comparison.evidence
    moved = sum(not moved.exempt for moved in evidence.metrics)
    parts = [
        f"{counted(moved, 'recorded metric')} moved",
        counted(len(evidence.claims), "claim or finding", "claims and findings") + " changed",
    ]
    refuted = sum(refuted_now(change) for change in evidence.claims)
    if refuted:
        parts.append(f"{refuted} REFUTED")
    nothing = "no recorded metric, claim, or finding changed" if _has_others(comparison) else "unchanged"
    return ", ".join(line for line in parts if not line.startswith("0 ")) or nothing


def _has_others(comparison: Comparison) -> bool:
    """Whether the change contains settings, fields, or files that could affect the evidence in ways that no page shows."""
    return bool(comparison.settings or comparison.fields or comparison.files)


def setting_lines(settings: Iterable[SettingChange]) -> Iterator[str]:
    """`mkdocs.yml: plugins.glossary.runs: auto → frozen`."""
    for change in settings:
        yield f"{change.file}: {change.key}: {change.before or 'not set'} → {change.after or 'not set'}"


def file_lines(files: Iterable[FileChange], published: bool) -> Iterator[str]:
    """`changed: docs/about.md`. published: whether to list the files that the site publishes, or the others."""
    yield from (f"{file.how}: {file.path}" for file in files if file.published == published)


def _problems(comparison: Comparison) -> str:
    new, gone = comparison.new_problems, comparison.gone_problems
    parts = f"{_sum(new)} new, {len(gone)} resolved" if new or gone else "none new"
    old = [problem for problem in comparison.problems if problem.severity == "error" and problem not in new]
    return f"{parts}, {counted(len(old), 'error')} unchanged" if old else parts


def _sum(problems: tuple[Problem, ...]) -> str:
    error_count = sum(problem.severity == "error" for problem in problems)
    parts = ((error_count, "error"), (len(problems) - error_count, "warning"))
    return ", ".join(counted(count, what) for count, what in parts if count) or "0"


def counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def metric_lines(evidence: EvidenceChanges) -> Iterator[str]:
    """The metrics that changed by more than their tolerance come first; exempt metrics, such as durations,
    are only counted."""
    compared = [moved for moved in evidence.metrics if not moved.exempt]
    yield from map(moved_line, sorted(compared, key=lambda moved: moved.tolerated))
    exempt = len(evidence.metrics) - len(compared)
    if exempt:
        yield f"{counted(exempt, 'metric')} without a tolerance, such as durations, also moved"
    for name in evidence.unrecorded:
        yield f"{name}: its code changed, but its record did not; to update the record, run: glossary run {name} --accept"


def refuted_now(change: ClaimChange) -> bool:
    return change.after is not None and change.after.verdict.endswith("refuted")


def moved_line(moved: Moved) -> str:
    """`flowers.finetuned.accuracy: 0.893 → 0.861 (3 seeds)`."""
    old, new = (_formatted(side, moved.mean) for side in (moved.mean.before, moved.mean.after))
    runs = moved.runs
    parts = f"{runs.before:g} → {runs.after:g} seeds" if runs.moved else counted(int(runs.after or 0), "seed")
    within = ", within its tolerance" if moved.tolerated else ""
    return f"{moved.example}.{moved.metric}: {old} → {new} ({parts}{within})"


def _formatted(value: float | None, shift: Shift) -> str:
    """The value, with enough digits to distinguish the two sides."""
    if value is None:
        return "none"
    other = shift.after if value == shift.before else shift.before
    if other is None or number(value) != number(other) or value == other:
        return number(value)
    return f"{value:.6g}"


def claim_lines(change: ClaimChange) -> Iterator[str]:
    """The differences in text, check, verdict, and margin."""
    before, after = change.before, change.after
    if before is None or after is None:
        state = after or before
        assert state is not None
        text = state.text.partition("\n")[0]
        yield f"{'new' if after else 'gone'}: {text} [{state.check or 'no check'}], {state.verdict}"
        return
    pairs = zip_longest(before.text.split("\n"), after.text.split("\n"), fillvalue="")
    yield from (f"text: {old or 'none'} → {new or 'none'}" for old, new in pairs if old != new)
    if before.check != after.check:
        yield f"check: {before.check} → {after.check}"
    if before.verdict != after.verdict:
        yield f"verdict: {before.verdict} → {after.verdict}"
    if before.margin != after.margin:
        shift = Shift(before.margin, after.margin)
        yield f"margin: {_formatted(shift.before, shift)} → {_formatted(shift.after, shift)}"


def concept_lines(concepts: ConceptChanges) -> Iterator[str]:
    parts = (
        ("new", concepts.added),
        ("gone", concepts.removed),
        ("no longer linked from any other concept", concepts.orphaned),
        ("file has errors now", concepts.broken),
    )
    yield from (f"{what}: {', '.join(ids)}" for what, ids in parts if ids)


def share_lines(change: Altered) -> Iterator[str]:
    """`grade 9.1 → 9.6`; omits values that are unchanged at the precision shown."""
    for name, shift in (("grade", change.grade), ("overlap", change.overlap), ("coverage", change.coverage)):
        old, new = (share(name, side) for side in ((shift.before, shift.after) if shift else (None, None)))
        if old != new:
            yield f"{name} {old} → {new}"


def share(name: str, value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:.1f}" if name == "grade" else f"{value:.0%}"


def listed(pages: tuple[PageName, ...], most: int = 4) -> str:
    """The first URLs, and the number of remaining ones."""
    more = f" and {len(pages) - most} more" if len(pages) > most else ""
    return ", ".join(f"/{page.url}" for page in pages[:most]) + more
