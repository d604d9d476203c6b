"""A rule says what one code of a problem means. It is declared once, beside the code that reports the problem."""

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
    """The only way to make a problem. All texts are Markdown, and may be indented as the source is.

    summary: one sentence, what is reported. details: more about it, such as limits and exceptions.
    when: the step of a build that finds the problem. example: what an author wrote. instead: how to fix it.
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
        """A problem of this kind. The message says what is wrong; help says how to fix it."""
        return Problem(place, self.code, message, help, self.severity)


@dataclass(frozen=True, kw_only=True)
class ProseRule(Rule):
    """A rule about style, which an author may silence with a reason.

    silence: when to do so, with an `accept: [...]` to copy. needs: what the rule reads; without published pages,
    or without today's date, a rule that needs them is not applied.
    """

    silence: str
    needs: Needs = "text"
    when: When = "the prose is proofread"
    severity: Severity = "warning"
