"""A page is no longer than its reader has patience for."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.block import For
from executable_glossary.model.page import Page
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark
from executable_glossary.text.markdown_spans import plain


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for page in manuscript.plan.published if manuscript.plan else ():
        limit = page.audience.words if page.audience else None
        if limit is not None and (words := len(page_text(page).split())) > limit:
            name = page.audience.name if page.audience else ""
            message = f"/{page.url} has {words} words, for a {name} at most {limit}"
            help = "shorten its longest block, or raise `words` in concepts/_axes.yml"
            yield on_page(page, message, help)


def page_text(page: Page) -> str:
    """All that its authors wrote, as heard: no code, no formulas, no numbers from runs."""
    return "\n".join(plain(text) for _, prose in page.prose for text in prose.texts)


def on_page(page: Page, message: str, help: str) -> Remark:
    """About a whole page: it stands at the entry's term."""
    axes = {"role": page.role, "audience": page.audience}
    reader = For(**{name: axis.id for name, axis in axes.items() if axis is not None})
    return Remark(page.entry, page.format.id, reader, page.entry.term.place, message, help)
