"""Coverage as text or Markdown: which readers have a page, and what to write next."""

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
STATUSES = {
    "missing": "not written",
    "alike": "too similar to another page",
    "omitted": "left out on purpose",
}
RANKED = (
    "Ranked by the number of published pages that link to the concept but whose reader has no page about it "
    "in that format."
)
MOST = 10


def coverage_as_text(coverage: Coverage) -> str:
    """A table for each format with several readers, then the gaps, starting with those that the most
    published pages link to."""
    parts = [*(_table(matrix) for matrix in matrices(coverage)), _next_as_text(coverage), _total(coverage)]
    return "\n\n".join(part for part in parts if part)


def coverage_as_markdown(coverage: Coverage) -> str:
    """The same content as Markdown."""
    parts = ["## What has been written for each reader", _total(coverage)]
    parts += [_table_in_markdown(matrix) for matrix in matrices(coverage)]
    gaps = [gap for gap in coverage.gaps if gap.missed][:MOST]
    if gaps:
        lines = (f"1. {_ranked(gap)}; mostly by {_readers(coverage, gap)}" for gap in gaps)
        parts += ["### What to write next", RANKED, "\n".join(lines)]
    return "\n\n".join(part for part in parts if part)


def _table(matrix: Matrix) -> str:
    """A table. The line above the column names shows the name of each group above its first column."""
    columns = [column for _, group in matrix.groups for column in group]
    heads = [name if column == 0 else "" for name, group in matrix.groups for column in range(len(group))]
    rows = [(matrix.title, *columns), *(_cells(row) for row in matrix.begun)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    above = " " * (widths[0] + 2) + _over(heads, widths[1:])
    lines = [above, *aligned(rows, right=range(1, len(columns) + 1))] if matrix.begun else [matrix.title]
    return "\n".join([*lines, *_untouched(matrix)])


def _over(heads: list[str], widths: list[int]) -> str:
    """The line of group names. A name that is wider than its column extends over the next columns of its group."""
    line = ""
    start = 0
    for head, width in zip(heads, widths, strict=True):
        line = line.ljust(start) + head if head else line
        start += width + 2
    return line


def _untouched(matrix: Matrix) -> Iterator[str]:
    if matrix.untouched:
        yield f"none yet: {', '.join(str(row.concept.entry.id) for row in matrix.untouched)}"


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
    head = ("write next", "format", "missed by", "of", "mostly by")
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


def _ranked(gap: Gap) -> str:
    return (
        f"`{gap.concept.entry.id}`, {gap.format.id}: missed by {gap.missed} of the {gap.concept.linked} "
        "pages that link to it"
    )


def _readers(coverage: Coverage, gap: Gap) -> str:
    """The two kinds of readers who most need the missing page."""
    return ", ".join(
        f"{reader_name(coverage.axes, reader.key)} ({reader.missed})" for reader in gap.most_missed[:2]
    )


def _total(coverage: Coverage) -> str:
    """The totals: the meaning of each mark, with its count."""
    counts = (f"{coverage.count(status)} {STATUSES[status]} ({mark})" for status, mark in MARKS.items())  # type: ignore[arg-type]
    total = sum(1 for _ in coverage.variants)
    published = f"{coverage.count('published')} of {total} pages are published (shown as the % written for that reader)"
    return f"{published}; {', '.join(counts)}"
