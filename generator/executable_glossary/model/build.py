"""The state of one build: the glossary, its pages, the evidence for its claims, and the files generated from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from executable_glossary.model.evidence import Evidence
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Document, Page
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import Site
from executable_glossary.model.verdict import Verdict

# Verdicts keyed by concept and claim.
Verdicts = Mapping[tuple[str, str], Verdict]


@dataclass(frozen=True)
class Build:
    """The results of the stages so far. Each stage returns a build with one more part filled in.

    A part is None or empty if its stage has not run yet, or could not run because of earlier errors.
    """

    glossary: Glossary | None = None
    plan: Plan | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    verdicts: Verdicts = field(default_factory=dict)
    site: Site = field(default_factory=Site)
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        return bool(errors(self.problems))

    @property
    def planned(self) -> PlannedBuild | None:
        """This build if its glossary and plan are available; otherwise None."""
        if self.glossary is None or self.plan is None:
            return None
        return PlannedBuild(**{part.name: getattr(self, part.name) for part in fields(self)})

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """The published concept pages, keyed by path."""
        return {page.path: page for page in self.plan.published} if self.plan else {}

    @cached_property
    def markdown(self) -> Mapping[str, str]:
        """The Markdown text of all rendered pages, keyed by path."""
        return {
            document.path: document.content
            for document in self.documents
            if isinstance(document.content, str) and document.path.endswith(".md")
        }


@dataclass(frozen=True)
class PlannedBuild(Build):
    """A build whose glossary and plan are available, so its pages can be rendered."""

    glossary: Glossary = field()
    plan: Plan = field()
