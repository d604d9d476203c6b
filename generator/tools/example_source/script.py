"""The text of a script, and how to point into it."""

from __future__ import annotations

from dataclasses import dataclass

from generator.model.problem import Place, Problem


@dataclass(frozen=True)
class Script:
    """The text of a script, and how to point into it."""

    path: str
    lines: tuple[str, ...]

    def problem(self, code: str, message: str, mend: str, line: int = 1, column: int = 0) -> Problem:
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return Problem(Place(self.path, line, column, excerpt=excerpt), code, message, mend)
