"""The position of a page in the site: the pages above it, as a breadcrumb."""

from __future__ import annotations

from typing import NamedTuple

from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.page import Page
from executable_glossary.stages.render.filters import capitalized

GLOSSARY = "glossary/index.md"


class Crumb(NamedTuple):
    """A page in a breadcrumb."""

    label: str
    path: str


def breadcrumb(build: PlannedBuild, page: Page) -> tuple[Crumb, ...]:
    """The list of all terms, the concept, and, unless it is the concept's own page, the page itself."""
    own = build.plan.of_concept(page.key.concept)[0]
    crumbs = (Crumb(build.glossary.words("nav.terms"), GLOSSARY), Crumb(str(own.entry.term), own.path))
    return crumbs if page.is_own else (*crumbs, Crumb(capitalized(page.label), page.path))
