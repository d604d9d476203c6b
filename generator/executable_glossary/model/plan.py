"""All pages together: which there are, and which of them is nearest to what a reader looks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from executable_glossary.model.page import Page, PageKey, Target
from executable_glossary.model.words import NO_WORDS, Words


@dataclass(frozen=True)
class Plan:
    """Every page that could be, published or not, in the order of concepts, formats, roles and audiences."""

    pages: Mapping[PageKey, Page]
    names: Mapping[str, str] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    words: Words = NO_WORDS

    @cached_property
    def published(self) -> tuple[Page, ...]:
        return tuple(page for page in self.pages.values() if page.published)

    @cached_property
    def _published_by_concept(self) -> Mapping[str, tuple[Page, ...]]:
        found: dict[str, list[Page]] = {}
        for page in self.published:
            found.setdefault(page.key.concept, []).append(page)
        return {concept: tuple(pages) for concept, pages in found.items()}

    def of_concept(self, concept: str) -> tuple[Page, ...]:
        """All published pages of a concept; empty for an unknown one."""
        return self._published_by_concept.get(concept, ())

    def nearest(self, wanted: PageKey) -> Page | None:
        """That page, else the nearest for that reader, else the concept's own; None for an unknown concept.

        Near means, in this order: the same format, the same audience, the same role, a page for everybody.
        """
        exact = self.pages.get(wanted)
        if exact is not None and exact.published:
            return exact
        pages = self.of_concept(wanted.concept)
        same_format = [page for page in pages if page.key.format == wanted.format]
        return max(same_format or pages[:1], key=lambda page: _nearness(page.key, wanted), default=None)

    def link(self, reader: PageKey, concept: str) -> Target | None:
        """To the page of `concept` for the reader (and in the format) of `reader`; None for an unknown one."""
        page = self.nearest(reader._replace(concept=concept))
        return target(page, reader) if page is not None else None


def target(page: Page, reader: PageKey) -> Target:
    """A link to the page, with a note where it is written for somebody else."""
    return Target(page.path, page.entry.term, _note(page, reader))


def _nearness(key: PageKey, wanted: PageKey) -> tuple[bool, bool, bool]:
    general = key.role is None and key.audience is None
    return (key.audience == wanted.audience, key.role == wanted.role, general)


def _note(page: Page, reader: PageKey) -> str:
    """Empty where the page is this reader's own, along all axes along which its format varies."""
    wanted = {"role": reader.role, "audience": reader.audience}
    own = {"role": page.key.role, "audience": page.key.audience}
    if all(wanted[axis] == own[axis] for axis in page.format.varies):
        return ""
    return page.note
