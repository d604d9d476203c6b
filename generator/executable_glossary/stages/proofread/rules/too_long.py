"""Reports pages with more words than their audience will read."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, page_remark, page_text

RULE = ProseRule(
    code="too-long",
    summary="A page has more words than its audience will read.",
    details="""
        The limit is the `words` of an audience in `concepts/_axes.yml`. Code, formulas, and numbers from runs do not count.
        """,
    why="""
        A reader with ten minutes reads the first half of a twenty-minute page and misses the half with the risks.
        """,
    example="> Eleven questions, each with a hundred-word answer.",
    instead="""
        > The five questions that this reader would ask, each answered in its first sentence.

        Look first for points that two blocks both make, then for paragraphs that this reader would not miss.
        `glossary plan` shows which pages an entry has.
        """,
    silence="""
        If the page is useful only as a whole:
        `accept: [{rule: too-long, in: questions, for: {audience: manager}, because: "The checklist must be complete."}]`.
        """,
    needs="pages",
)

_HELP = "shorten its longest block, or raise `words` in concepts/_axes.yml"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for page in manuscript.plan.published if manuscript.plan else ():
        limit = page.audience.words if page.audience else None
        if limit is not None and (words := len(page_text(page).split())) > limit:
            name = page.audience.name if page.audience else ""
            message = f"/{page.url} has {words} words; the limit for a {name} is {limit}"
            yield page_remark(page, message, _HELP)
