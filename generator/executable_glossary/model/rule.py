"""A rule documents one problem code. It is declared once, next to the source code that reports the problem."""

from __future__ import annotations

from dataclasses import dataclass, fields
from inspect import cleandoc
from typing import Literal

from executable_glossary.model.problem import Place, Problem, Severity

When = Literal[
    "mkdocs.yml is read",
    "an entry or the axes are read",
    "an example is read",
    "a template is read or filled",
    "a record is read",
    "the content is checked",
    "the prose is proofread",
    "an example runs",
    "numbers and claims are compared with runs",
]
Needs = Literal["text", "pages", "today"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The documentation of one kind of problem. Problems are created only with `at`.

    Every field is Markdown, and can be indented like the surrounding source code. summary: one sentence that states
    the problem. details: more information, such as limits and exceptions. when: the step of a build that finds the
    problem. example: text with the problem. instead: how to fix it.
    """

    code: str
    when: When
    summary: str
    why: str
    example: str
    instead: str
    details: str = ""
    severity: Severity = "error"

    def __post_init__(self) -> None:
        for each in fields(self):
            object.__setattr__(self, each.name, cleandoc(getattr(self, each.name)))

    def at(self, place: Place, message: str, help: str) -> Problem:
        """A problem of this kind. `message` states what is wrong; `help` explains how to fix it."""
        return Problem(place, self.code, message, help, self.severity)


@dataclass(frozen=True, kw_only=True)
class ProseRule(Rule):
    """A rule about style, which an author can silence with a reason.

    silence: when to silence the rule, with an `accept: [...]` to copy. needs: the input that the rule requires. A rule
    that needs published pages or today's date is skipped if that input is not available.
    """

    silence: str
    needs: Needs = "text"
    when: When = "the prose is proofread"
    severity: Severity = "warning"
