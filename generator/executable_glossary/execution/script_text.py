"""The text of a script, and how to point into it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.text import Text


def tree_of(code: str) -> ast.Module:
    """Raises what `ast.parse` does. Of what Python warns meanwhile, such as "\\d", the run tells, not each look."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


@dataclass(frozen=True)
class Script:
    """The text of a script, and how to point into it."""

    path: str
    lines: tuple[str, ...]

    def problem(self, code: str, message: str, help: str, line: int = 1, column: int = 0) -> Problem:
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return Problem(Place(self.path, line, column, excerpt=excerpt), code, message, help)

    def text(self, value: str, line: int) -> Text:
        """The value, which begins at this line or below, with the places of its lines."""
        first = value.partition("\n")[0]
        rows = enumerate(self.lines[line - 1 :], line)
        begin = next((number for number, row in rows if first in row), line)
        return Text(value, tuple(self._place(row, part) for row, part in enumerate(value.split("\n"), begin)))

    def name_place(self, start: int, where: Iterable[str]) -> tuple[int, int]:
        """Line and column, below line `start`, of the innermost name in `where` that the head sets: each is
        looked for below the one around it."""
        place, first = (start, 1), start
        for name in where:
            written = re.compile(rf"#\s*\[?(?:[\w.-]+\.)?[\"']?({re.escape(name)})[\"']?\s*[=\]]")
            head = takewhile(lambda row: row[1].rstrip() != "# ///", enumerate(self.lines[first:], first + 1))
            found = next(((number, match) for number, line in head if (match := written.match(line))), None)
            if found is not None:
                place, first = (found[0], found[1].start(1) + 1), found[0] - 1
        return place

    def _place(self, line: int, part: str) -> Place:
        excerpt = self.lines[line - 1] if line <= len(self.lines) else ""
        return Place(self.path, line, max(0, excerpt.find(part)) + 1, excerpt=excerpt)
