"""A page is no longer than its reader has patience for."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.page import Page
from generator.model.plan import Plan
from generator.model.problem import Problem
from generator.tools.prose import plain


def problems(plan: Plan) -> Iterator[Problem]:
    for page in plan.published:
        limit = page.audience.words if page.audience else None
        if limit is not None and (words := len(page_text(page).split())) > limit:
            message = f"/{page.url} has {words} words, for a {page.audience.name if page.audience else ''} at most {limit}"
            mend = "shorten its longest block, or raise `words` in concepts/_axes.yml"
            yield Problem(page.entry.term.place, "too-long", message, mend, "warning")


def page_text(page: Page) -> str:
    """All that its authors wrote, as heard: no code, no formulas, no numbers from runs."""
    return "\n".join(plain(text) for _, prose in page.prose for text in prose.texts)
