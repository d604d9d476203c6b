"""The edits in the order in which they are read: what several concepts share, then concept by concept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from executable_glossary.app.change_report.wording import SITE, share_lines
from executable_glossary.model.comparison import Added, Altered, PageChanges, Removed, SharedEdit

SEVERAL, OTHERS = "Several concepts", SITE.capitalize()


@dataclass(frozen=True)
class Chapter:
    """All that changes in one concept; `name` is its id, or says which pages these are."""

    name: str
    edits: tuple[SharedEdit, ...] = ()
    altered: tuple[Altered, ...] = ()
    added: tuple[Added, ...] = ()
    removed: tuple[Removed, ...] = ()
    written: tuple[SharedEdit, ...] = ()
    lost: tuple[SharedEdit, ...] = ()

    @property
    def words(self) -> tuple[SharedEdit, ...]:
        """What somebody wrote."""
        return tuple(shared for shared in self.edits if not shared.edit.only_numbers)

    @property
    def numbers(self) -> tuple[SharedEdit, ...]:
        """What reads differently because a result moved."""
        return tuple(shared for shared in self.edits if shared.edit.only_numbers)

    @property
    def says(self) -> bool:
        """Whether there is more to it than what it shares with other concepts."""
        shares = (line for change in self.altered for line in share_lines(change))
        return bool(self.edits or self.added or self.removed or any(shares))

    @property
    def size(self) -> int:
        return len(self.altered) + len(self.added) + len(self.removed)


def chapters(pages: PageChanges) -> Iterator[Chapter]:
    """Those with most pages first; pages of the site itself, which only list what others say, last."""
    shared = tuple(edit for edit in pages.shared if len(edit.concepts) > 1)
    if shared:
        yield Chapter(SEVERAL, shared)
    names = dict.fromkeys(page.concept for page in pages.all)
    found = [chapter for name in names if (chapter := _chapter(pages, name)).says]
    yield from sorted(found, key=lambda chapter: (chapter.name == OTHERS, -chapter.size, chapter.name))


def _chapter(pages: PageChanges, concept: str) -> Chapter:
    """An edit that a concept shares with pages of the site only is told where it was made."""
    own = frozenset([concept] if concept else [])
    return Chapter(
        concept or OTHERS,
        tuple(edit for edit in pages.shared if edit.concepts == own),
        tuple(change for change in pages.altered if change.page.concept == concept),
        tuple(change for change in pages.added if change.page.concept == concept),
        tuple(change for change in pages.removed if change.page.concept == concept),
        tuple(edit for edit in pages.written if edit.pages[0].concept == concept),
        tuple(edit for edit in pages.lost if edit.pages[0].concept == concept),
    )
