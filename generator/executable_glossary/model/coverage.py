"""Coverage: the pages that exist for each reader and the pages that are missing, with tables of concepts by reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from executable_glossary.model.axes import Audience, Axes, Format, Role, addressed, addressed_note
from executable_glossary.model.entry import Entry
from executable_glossary.model.page import Page, PageKey
from executable_glossary.model.slugs import inside_a_sentence
from executable_glossary.model.words import NO_WORDS, Words

# published: the reader has a page · alike: written, but too similar to another page to be published ·
# omitted: deliberately left out by the author · missing: not written yet.
Status = Literal["published", "alike", "omitted", "missing"]


@dataclass(frozen=True)
class VariantCoverage:
    """The status of one concept's page in one format for one reader.

    `written` is the share of the page's blocks that were written for this reader, and `overlap` is the largest share
    of the page's text that also appears on another page. `lacks` lists the required blocks that are missing. `instead`
    is the page that links lead to if this page is not published, and None if it is. `linked` counts the pages whose
    links would lead to this page.
    """

    key: PageKey
    status: Status
    written: float = 0.0
    overlap: float = 0.0
    reason: str = ""
    lacks: tuple[str, ...] = ()
    page: Page | None = None
    instead: Page | None = None
    linked: int = 0

    @property
    def missed(self) -> int:
        """The number of pages that link elsewhere because this page is missing; 0 unless its status is `missing`."""
        return self.linked if self.status == "missing" else 0


@dataclass(frozen=True)
class ConceptCoverage:
    """All variants of one concept. `linked` counts the published pages of other concepts that link to it."""

    entry: Entry
    linked: int
    variants: tuple[VariantCoverage, ...]

    def of(self, format: str) -> tuple[VariantCoverage, ...]:
        return tuple(variant for variant in self.variants if variant.key.format == format)


@dataclass(frozen=True)
class Gap:
    """Pages to write: one concept in one format, for the readers who have no such page yet."""

    concept: ConceptCoverage
    format: Format
    variants: tuple[VariantCoverage, ...]

    @property
    def missed(self) -> int:
        return sum(variant.missed for variant in self.variants)

    @property
    def most_missed(self) -> tuple[VariantCoverage, ...]:
        """The missing variants that other pages would link to, starting with those that would get the most links."""
        missed = (variant for variant in self.variants if variant.missed)
        return tuple(sorted(missed, key=lambda variant: -variant.missed))

    @property
    def lacks(self) -> tuple[str, ...]:
        """The blocks to write; empty if all the blocks exist but none of them is specific to these readers."""
        return tuple(dict.fromkeys(kind for variant in self.variants for kind in variant.lacks))


@dataclass(frozen=True)
class Coverage:
    """All concepts in glossary order, and the gaps, starting with those that would receive the most links."""

    axes: Axes
    concepts: tuple[ConceptCoverage, ...]
    gaps: tuple[Gap, ...]
    words: Words = NO_WORDS

    @property
    def variants(self) -> Iterator[VariantCoverage]:
        for concept in self.concepts:
            yield from concept.variants

    def reader(self, key: PageKey) -> str:
        """The role and audience of the page with this key, in the site's language."""
        return addressed(self.words, *self._readers(key)) or self.words("reader.everybody")

    def note(self, key: PageKey) -> str:
        """The role and audience as a note: "for a manager"."""
        return addressed_note(self.words, *self._readers(key))

    def count(self, status: Status) -> int:
        return sum(variant.status == status for variant in self.variants)

    def _readers(self, key: PageKey) -> tuple[Role | None, Audience | None]:
        role = self.axes.role(key.role) if key.role else None
        return role, self.axes.audience(key.audience) if key.audience else None


def reader_name(axes: Axes, key: PageKey) -> str:
    """The role and audience, such as "ML engineer to manager", or "everybody" for a general page."""
    role = axes.role(key.role) if key.role else None
    audience = axes.audience(key.audience) if key.audience else None
    return " to ".join(axis.name for axis in (role, audience) if axis is not None) or "everybody"


@dataclass(frozen=True)
class Row:
    """One concept's variants in the order of the columns."""

    concept: ConceptCoverage
    cells: tuple[VariantCoverage, ...]

    @property
    def empty(self) -> bool:
        """Whether every variant is missing. Such concepts are listed only by name."""
        return all(cell.status == "missing" for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """A coverage table.

    `groups` contains column groups, each a heading with its columns: a role with audiences, or a format with readers.
    """

    id: str
    title: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    rows: tuple[Row, ...]

    @property
    def begun(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.empty)

    @property
    def untouched(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.empty)


def matrices(coverage: Coverage) -> tuple[Matrix, ...]:
    """One table for each format that varies by role and audience, and one table for all other formats.

    Formats that every concept has automatically are left out, because no pages in them can be missing.
    """
    formats = [format for format in coverage.axes.formats if format.requires or format.varies]
    large = [format for format in formats if len(format.varies) > 1]
    small = [format for format in formats if len(format.varies) <= 1]
    tables = [Matrix(f.id, f.label, _by_role(coverage, f), _rows(coverage, [f])) for f in large]
    if small:
        labels = [inside_a_sentence(format.label) if at else format.label for at, format in enumerate(small)]
        title = coverage.words.listed(labels)
        groups = tuple((format.label, _readers(coverage, format)) for format in small)
        tables.append(Matrix("-".join(format.id for format in small), title, groups, _rows(coverage, small)))
    return tuple(matrix for matrix in tables if matrix.rows)


def _by_role(coverage: Coverage, format: Format) -> tuple[tuple[str, tuple[str, ...]], ...]:
    audiences = tuple(str(audience.name) for audience in coverage.axes.audiences)
    everybody = coverage.words("reader.everybody")
    general = ((everybody, (everybody,)),) if format.general else ()
    return (*general, *((str(role.name), audiences) for role in coverage.axes.roles))


def _readers(coverage: Coverage, format: Format) -> tuple[str, ...]:
    keys = (PageKey("", format.id, *reader) for reader in coverage.axes.readers(format))
    return tuple(coverage.reader(key) for key in keys)


def _rows(coverage: Coverage, formats: list[Format]) -> tuple[Row, ...]:
    return tuple(Row(concept, tuple(_cells(concept, formats))) for concept in coverage.concepts)


def _cells(concept: ConceptCoverage, formats: list[Format]) -> Iterator[VariantCoverage]:
    for format in formats:
        yield from concept.of(format.id)
