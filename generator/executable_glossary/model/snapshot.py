"""One of two states of a glossary that are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from executable_glossary.model.evidence import Evidence
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Page
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Problem
from executable_glossary.model.verdict import Verdict


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
