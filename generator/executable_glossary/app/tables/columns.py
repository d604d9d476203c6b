"""Rows as aligned columns for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from executable_glossary.model.terminal_text import single_line


def aligned(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> tuple[str, ...]:
    """One line per row, with two spaces between columns; the columns numbered in `right` are right-aligned."""
    rows = [[single_line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return tuple(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
