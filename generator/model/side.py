"""One of two states of a glossary that are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.model.evidence import Evidence
from generator.model.glossary import Glossary
from generator.model.page import Page
from generator.model.plan import Plan
from generator.model.problem import Problem
from generator.model.verdict import Verdict


@dataclass(frozen=True)
class Side:
    """What is known of one state. `texts` are its pages as Markdown, by path.

    What could not be made, because of errors, is None or empty. `there` is False where there is no glossary.
    """

    glossary: Glossary | None = None
    plan: Plan | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    verdicts: Mapping[tuple[str, str], Verdict] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    there: bool = True

    @property
    def pages(self) -> Mapping[str, Page]:
        """The published pages of concepts, by path."""
        return {page.path: page for page in self.plan.published} if self.plan else {}
