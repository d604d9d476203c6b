"""A mistake in an author's text, its location, and how to fix it: the error message as a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Place:
    """Where in a file. `path` is relative to the project; line and column count from 1, 0 is "the whole"."""

    path: str
    line: int = 0
    column: int = 0
    length: int = field(default=1, compare=False)
    excerpt: str = field(default="", compare=False)

    def __str__(self) -> str:
        return ":".join([self.path, *(str(number) for number in (self.line, self.column) if number)])


@dataclass(frozen=True, order=True)
class Problem:
    """An author's mistake. `code` is stable: a person can search for it, a test can name it."""

    place: Place
    code: str
    message: str
    help: str = ""
    severity: Severity = "error"


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those problems that stop a build."""
    return tuple(problem for problem in problems if problem.severity == "error")


def without_echoes(told: Iterable[Problem], more: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those of `more` that stand where no error was told already: two at one place have one cause."""
    places = {problem.place for problem in errors(told)}
    return tuple(problem for problem in more if problem.place not in places)
