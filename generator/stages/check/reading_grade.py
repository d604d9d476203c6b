"""A page reads as easily as its reader needs: Flesch-Kincaid grade, the glossary's own terms masked."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.page import Page
from generator.model.plan import Plan
from generator.model.problem import Problem
from generator.stages.check.lengths import page_text
from generator.tools.mentions import mentions
from generator.tools.readability import grade


def problems(plan: Plan) -> Iterator[Problem]:
    terms = mentions(tuple(plan.names), plural=True)
    for page in plan.published:
        limit = page.audience.grade if page.audience else None
        if limit is not None and (found := grade(terms.sub("word", page_text(page)))) > limit:
            message = f"/{page.url} reads at grade {found:.1f}, for a {_name(page)} at most {limit:g}"
            mend = "cut its longest sentences in two, and take shorter words"
            yield Problem(page.entry.term.place, "reading-grade", message, mend, "warning")


def _name(page: Page) -> str:
    return page.audience.name if page.audience else ""
