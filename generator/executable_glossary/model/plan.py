"""The plan of a site: every page, and where a link leads if a reader has no page of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from executable_glossary.model.page import Page, PageKey, Target
from executable_glossary.model.words import NO_WORDS, Words


@dataclass(frozen=True)
class Plan:
    """Every possible page, published or not, in the order of concepts, formats, roles and audiences.

    `names` maps each term and alias to its concept; `phrases` are all phrases to search texts for.
    """

    pages: Mapping[PageKey, Page]
    names: Mapping[str, str] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
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
        """All published pages of a concept; empty for an unknown one."""
        return self._published_by_concept.get(concept, ())

    def nearest(self, wanted: PageKey) -> Page | None:
        """The page itself if it is published, else the nearest page of its concept; None for an unknown concept.

        Pages are compared by format, then audience, then role; then a page for everybody wins.
        """
        exact = self.pages.get(wanted)
        if exact is not None and exact.published:
            return exact
        pages = self.of_concept(wanted.concept)
        same_format = [page for page in pages if page.key.format == wanted.format]
        return max(same_format or pages[:1], key=lambda page: _nearness(page.key, wanted), default=None)

    def link(self, reader: PageKey, concept: str) -> Target | None:
        """A link to the page of `concept` for the reader and format of `reader`; None for an unknown concept."""
        page = self.nearest(reader._replace(concept=concept))
        return target(page, reader) if page is not None else None


def target(page: Page, reader: PageKey) -> Target:
    """A link to the page, with a note where it is written for another reader."""
    return Target(page.path, page.entry.term, _note(page, reader))


def _nearness(key: PageKey, wanted: PageKey) -> tuple[bool, bool, bool]:
    general = key.role is None and key.audience is None
    return (key.audience == wanted.audience, key.role == wanted.role, general)


def _note(page: Page, reader: PageKey) -> str:
    """The page's reader in words; empty where it matches `reader` on every axis that its format varies by."""
    wanted = {"role": reader.role, "audience": reader.audience}
    own = {"role": page.key.role, "audience": page.key.audience}
    if all(wanted[axis] == own[axis] for axis in page.format.varies):
        return ""
    return page.note
