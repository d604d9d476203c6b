"""The edits in the order in which they are read: what several concepts share, then concept by concept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.joins.review.wording import SITE
from generator.model.comparison import Altered, PageChanges, PageName, Removed, SharedEdit

SEVERAL = "several concepts"


@dataclass(frozen=True)
class Chapter:
    """All that changes in one concept; `name` is its id, or says which pages these are."""

    name: str
    edits: tuple[SharedEdit, ...] = ()
    altered: tuple[Altered, ...] = ()
    added: tuple[PageName, ...] = ()
    removed: tuple[Removed, ...] = ()

    @property
    def size(self) -> int:
        return len(self.altered) + len(self.added) + len(self.removed)


def chapters(pages: PageChanges) -> Iterator[Chapter]:
    """Those with most pages first; pages of the site itself, which only list what others say, last."""
    shared = tuple(edit for edit in pages.shared if not edit.concept and _concepts(edit) > 1)
    if shared:
        yield Chapter(SEVERAL, shared)
    names = dict.fromkeys(page.concept for page in pages.all)
    found = [_chapter(pages, name) for name in names]
    yield from sorted(found, key=lambda chapter: (chapter.name == SITE, -chapter.size, chapter.name))


def _chapter(pages: PageChanges, concept: str) -> Chapter:
    return Chapter(
        concept or SITE,
        tuple(edit for edit in pages.shared if _belongs(edit, concept)),
        tuple(change for change in pages.altered if change.page.concept == concept),
        tuple(page for page in pages.added if page.concept == concept),
        tuple(change for change in pages.removed if change.page.concept == concept),
    )


def _belongs(edit: SharedEdit, concept: str) -> bool:
    """An edit that a concept shares with pages of the site only is told where it was made."""
    concepts = {page.concept for page in edit.pages} - {""}
    return concepts == {concept} if concept else not concepts


def _concepts(edit: SharedEdit) -> int:
    return len({page.concept for page in edit.pages} - {""})
