"""Groups the page changes in a report by concept: first the edits that several concepts share, then each
concept's own edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from executable_glossary.app.change_report.wording import SITE, share_lines
from executable_glossary.model.comparison import Added, Altered, PageChanges, Removed, SharedEdit

SEVERAL, OTHERS = "Several concepts", SITE.capitalize()


@dataclass(frozen=True)
class Chapter:
    """The changes to one concept's pages. `name` is its id, SEVERAL, or OTHERS for pages about the whole site.

    `edits` contains the edits to altered pages; `written` and `lost` contain the sections of added and
    removed pages.
    """

    name: str
    edits: tuple[SharedEdit, ...] = ()
    altered: tuple[Altered, ...] = ()
    added: tuple[Added, ...] = ()
    removed: tuple[Removed, ...] = ()
    written: tuple[SharedEdit, ...] = ()
    lost: tuple[SharedEdit, ...] = ()

    @property
    def words(self) -> tuple[SharedEdit, ...]:
        """Edits that an author made."""
        return tuple(shared for shared in self.edits if not shared.edit.only_numbers)

    @property
    def numbers(self) -> tuple[SharedEdit, ...]:
        """Edits that merely reflect new results."""
        return tuple(shared for shared in self.edits if shared.edit.only_numbers)

    @property
    def has_details(self) -> bool:
        """Whether the concept has changes besides the edits that it shares with other concepts."""
        shares = (line for change in self.altered for line in share_lines(change))
        return bool(self.edits or self.added or self.removed or any(shares))

    @property
    def size(self) -> int:
        return len(self.altered) + len(self.added) + len(self.removed)


def chapters(pages: PageChanges) -> Iterator[Chapter]:
    """The edits shared by several concepts, then each concept, starting with the one that has the most
    changed pages. Pages about the whole site, which only repeat other pages, come last."""
    shared = tuple(edit for edit in pages.shared if len(edit.concepts) > 1)
    if shared:
        yield Chapter(SEVERAL, shared)
    names = dict.fromkeys(page.concept for page in pages.all)
    detailed = [chapter for name in names if (chapter := _chapter(pages, name)).has_details]
    yield from sorted(detailed, key=lambda chapter: (chapter.name == OTHERS, -chapter.size, chapter.name))


def _chapter(pages: PageChanges, concept: str) -> Chapter:
    """A concept's chapter. An edit that also appears on pages about the whole site belongs to its own concept."""
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
