"""Coverage for a person at a terminal, or as Markdown for a review: who has a page, and what to write next."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.app.tables.columns import aligned
from executable_glossary.model.coverage import (
    Coverage,
    Gap,
    Matrix,
    Row,
    VariantCoverage,
    matrices,
    reader_name,
)

MARKS = {"missing": "○", "alike": "=", "omitted": "–"}
SAID = {"missing": "not written", "alike": "too much like another page", "omitted": "left out on purpose"}
RANKED = (
    "Ranked by the published pages that link to the concept and, for want of a page in that format for "
    "their reader, lead to another one."
)
MOST = 10


def coverage_as_text(coverage: Coverage) -> str:
    """A table for each format that speaks to several readers, then the gaps that most pages run into."""
    parts = [*(_table(matrix) for matrix in matrices(coverage)), _next_as_text(coverage), _total(coverage)]
    return "\n\n".join(part for part in parts if part)


def coverage_as_markdown(coverage: Coverage) -> str:
    """The same with Markdown's tables."""
    parts = ["## What is written, and for whom", _total(coverage)]
    parts += [_table_in_markdown(matrix) for matrix in matrices(coverage)]
    gaps = [gap for gap in coverage.gaps if gap.missed][:MOST]
    if gaps:
        lines = (f"1. {_told(gap)}; most by {_readers(coverage, gap)}" for gap in gaps)
        parts += ["### What to write next", RANKED, "\n".join(lines)]
    return "\n\n".join(part for part in parts if part)


def _table(matrix: Matrix) -> str:
    """Heads over the columns stand on a line of their own, at the first column of their group."""
    columns = [column for _, group in matrix.groups for column in group]
    heads = [head if at == 0 else "" for head, group in matrix.groups for at in range(len(group))]
    rows = [(matrix.title, *columns), *(_cells(row) for row in matrix.begun)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    above = " " * (widths[0] + 2) + _over(heads, widths[1:])
    lines = [above, *aligned(rows, right=range(1, len(columns) + 1))] if matrix.begun else [matrix.title]
    return "\n".join([*lines, *_untouched(matrix)])


def _over(heads: list[str], widths: list[int]) -> str:
    """A head may be wider than its column: it goes on over those of its group that have none."""
    line = ""
    start = 0
    for head, width in zip(heads, widths, strict=True):
        line = line.ljust(start) + head if head else line
        start += width + 2
    return line


def _untouched(matrix: Matrix) -> Iterator[str]:
    if matrix.untouched:
        yield f"nothing of this yet: {', '.join(str(row.concept.entry.id) for row in matrix.untouched)}"


def _cells(row: Row) -> tuple[str, ...]:
    return (str(row.concept.entry.id), *(_cell(cell) for cell in row.cells))


def _cell(cell: VariantCoverage) -> str:
    return f"{cell.written:.0%}" if cell.status == "published" else MARKS[cell.status]


def _table_in_markdown(matrix: Matrix) -> str:
    heads = [f"{head}: {column}" for head, group in matrix.groups for column in group]
    lines = [f"| {' | '.join(('concept', *heads))} |", f"|---|{'--:|' * len(heads)}"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in matrix.begun]
    table = "\n".join(lines) if matrix.begun else ""
    return "\n\n".join(part for part in (f"### {matrix.title}", table, *_untouched(matrix)) if part)


def _next_as_text(coverage: Coverage) -> str:
    gaps = [gap for gap in coverage.gaps if gap.missed][:MOST]
    if not gaps:
        return ""
    head = ("write next", "format", "missed by", "of", "most by")
    rows = [
        (
            str(gap.concept.entry.id),
            str(gap.format.id),
            str(gap.missed),
            str(gap.concept.linked),
            _readers(coverage, gap),
        )
        for gap in gaps
    ]
    return "\n".join([*aligned([head, *rows], right=(2, 3)), RANKED])


def _told(gap: Gap) -> str:
    return (
        f"`{gap.concept.entry.id}`, {gap.format.id}: missed by {gap.missed} of the {gap.concept.linked} "
        "pages that link to it"
    )


def _readers(coverage: Coverage, gap: Gap) -> str:
    """Two are enough to know for whom to begin."""
    return ", ".join(f"{reader_name(coverage.axes, one.key)} ({one.missed})" for one in gap.most_missed[:2])


def _total(coverage: Coverage) -> str:
    """The last line: what the marks mean, and how many there are."""
    counts = (f"{coverage.count(kind)} {SAID[kind]} ({mark})" for kind, mark in MARKS.items())  # type: ignore[arg-type]
    everything = sum(1 for _ in coverage.variants)
    return f"{coverage.count('published')} of {everything} pages are published (% written for that reader); {', '.join(counts)}"
