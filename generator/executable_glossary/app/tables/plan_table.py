"""The plan as text: every page, its reader, and why it is or is not published."""

from __future__ import annotations

from executable_glossary.app.tables.columns import aligned
from executable_glossary.model.page import Page
from executable_glossary.model.plan import Plan

HEAD = ("page", "reader", "coverage", "overlap", "published", "why")


def plan_table(plan: Plan, concept: str | None = None) -> str:
    """One line per possible page, with coverage and overlap as percentages."""
    pages = [page for page in plan.pages.values() if concept in (None, page.key.concept)]
    lines = aligned([HEAD, *(_row(page) for page in pages)])
    published = sum(page.published for page in pages)
    return "\n".join([*lines, f"{published} of {len(pages)} pages are published"])


def _row(page: Page) -> tuple[str, ...]:
    reader = " to ".join(axis.name for axis in (page.role, page.audience) if axis is not None)
    published = "yes" if page.published else "no"
    shares = (f"{page.coverage:.0%}", f"{page.overlap:.0%}")
    return (f"/{page.url}", reader or "everybody", *shares, published, page.reason)
