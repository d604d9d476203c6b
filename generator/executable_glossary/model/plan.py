"""The plan of a site: all its pages, and the targets of links to concepts that have no page for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from executable_glossary.model.names import NO_NAMES, Names
from executable_glossary.model.page import Page, PageKey, Target
from executable_glossary.model.words import NO_WORDS, Words


@dataclass(frozen=True)
class Plan:
    """All possible pages, published or not, ordered by concept, format, role, and audience.

    `names` contains the names that text uses for concepts.
    """

    pages: Mapping[PageKey, Page]
    names: Names = NO_NAMES
    words: Words = NO_WORDS

    @cached_property
    def published(self) -> tuple[Page, ...]:
        return tuple(page for page in self.pages.values() if page.published)

    @cached_property
    def _published_by_concept(self) -> Mapping[str, tuple[Page, ...]]:
        pages: dict[str, list[Page]] = {}
        for page in self.published:
            pages.setdefault(page.key.concept, []).append(page)
        return {concept: tuple(concept_pages) for concept, concept_pages in pages.items()}

    def of_concept(self, concept: str) -> tuple[Page, ...]:
        """All published pages of a concept; empty if the concept is unknown."""
        return self._published_by_concept.get(concept, ())

    def nearest(self, wanted: PageKey) -> Page | None:
        """The requested page if it is published; otherwise, the nearest page of its concept. None for an unknown
        concept.

        The nearest page has the same format if possible, then the same audience, then the same role. Among equally
        near pages, a general page takes precedence.
        """
        exact = self.pages.get(wanted)
        if exact is not None and exact.published:
            return exact
        pages = self.of_concept(wanted.concept)
        same_format = [page for page in pages if page.key.format == wanted.format]
        return max(same_format or pages[:1], key=lambda page: _nearness(page.key, wanted), default=None)

    def link(self, reader: PageKey, concept: str) -> Target | None:
        """A link to the page of `concept` for the reader and format in `reader`, or None for an unknown concept."""
        page = self.nearest(reader._replace(concept=concept))
        return target(page, reader) if page is not None else None

    def link_for_reader(self, reader: PageKey, concept: str) -> Target | None:
        """The same link, except that it leads to another format if this one has no page for the reader's audience."""
        wanted = reader._replace(concept=concept)
        page = self.nearest(wanted)
        if page is not None and page.key.audience != reader.audience:
            pages = [other for other in self.of_concept(concept) if other.key.audience == reader.audience]
            page = max(pages, key=lambda other: _nearness(other.key, wanted), default=page)
        return target(page, reader) if page is not None else None


def target(page: Page, reader: PageKey) -> Target:
    """A link to the page, with a note if the page is written for a different reader."""
    return Target(page.path, page.entry.term, _note(page, reader))


def _nearness(key: PageKey, wanted: PageKey) -> tuple[bool, bool, bool]:
    general = key.role is None and key.audience is None
    return (key.audience == wanted.audience, key.role == wanted.role, general)


def _note(page: Page, reader: PageKey) -> str:
    """The page's reader in words; empty if it matches `reader` on every axis along which the page's format varies."""
    wanted = {"role": reader.role, "audience": reader.audience}
    own = {"role": page.key.role, "audience": page.key.audience}
    if all(wanted[axis] == own[axis] for axis in page.format.varies):
        return ""
    return page.note
