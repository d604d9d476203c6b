"""A mistake in an author's text, with its location and a fix: an error message as a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Place:
    """A location in a file. `path` is relative to the project folder.

    Lines and columns are numbered from 1; 0 stands for the whole file or the whole line.
    """

    path: str
    line: int = 0
    column: int = 0
    length: int = field(default=1, compare=False)
    excerpt: str = field(default="", compare=False)

    def __str__(self) -> str:
        return ":".join([self.path, *(str(number) for number in (self.line, self.column) if number)])


@dataclass(frozen=True, order=True)
class Problem:
    """An author's mistake. `code` is stable, so people can search for it and tests can refer to it."""

    place: Place
    code: str
    message: str
    help: str = ""
    severity: Severity = "error"


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that stop a build."""
    return tuple(problem for problem in problems if problem.severity == "error")


def without_echoes(reported: Iterable[Problem], more: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in `more`, except those at the same location as an error in `reported`, because they have the same
    cause."""
    places = {problem.place for problem in errors(reported)}
    return tuple(problem for problem in more if problem.place not in places)
