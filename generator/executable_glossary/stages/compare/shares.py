"""Whether an altered page reads more easily, and is more its reader's own, than before."""

from __future__ import annotations

from collections.abc import Callable

from executable_glossary.model.build import Build
from executable_glossary.model.comparison import Shift
from executable_glossary.model.page import Page
from executable_glossary.model.plan import Plan
from executable_glossary.text.markdown_spans import plain
from executable_glossary.text.readability import grade
from executable_glossary.text.term_matcher import mentions


def shares(base: Build, head: Build, path: str) -> dict[str, Shift]:
    """Grade, overlap and coverage by name; nothing for pages that no reader is meant by."""
    before, after = base.pages.get(path), head.pages.get(path)
    if before is None or after is None or base.plan is None or head.plan is None:
        return {}
    told = {
        "overlap": Shift(before.overlap, after.overlap),
        "coverage": Shift(before.coverage, after.coverage),
    }
    if before.audience is None and after.audience is None:
        return told
    return {"grade": Shift(_graded(base.plan)(before), _graded(head.plan)(after)), **told}


def _graded(plan: Plan) -> Callable[[Page], float]:
    """The grade as the check takes it: of what authors wrote, the glossary's own terms masked."""
    terms = mentions(tuple(plan.names), plural=True)

    def grade_of(page: Page) -> float:
        texts = (plain(text) for _, prose in page.prose for text in prose.texts)
        return grade(terms.sub("word", "\n".join(texts)))

    return grade_of
