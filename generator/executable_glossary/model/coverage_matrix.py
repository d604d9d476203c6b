"""Coverage as tables that a person can take in: concepts down, readers across, a table for each format that needs one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from executable_glossary.model.axes import Format
from executable_glossary.model.coverage import ConceptCoverage, Coverage, VariantCoverage
from executable_glossary.model.page import PageKey


@dataclass(frozen=True)
class Row:
    concept: ConceptCoverage
    cells: tuple[VariantCoverage, ...]

    @property
    def empty(self) -> bool:
        """Whether nobody has written or decided anything: then a line of gaps tells no more than the name."""
        return all(cell.status == "missing" for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """`groups` are the columns under their heads: roles with audiences, or formats with readers."""

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
    """One for each format that speaks to roles and audiences, and one for all other formats together.

    Left out are formats that every concept has by itself, for everybody: they can have no gaps.
    """
    formats = [format for format in coverage.axes.formats if format.requires or format.varies]
    large = [format for format in formats if len(format.varies) > 1]
    small = [format for format in formats if len(format.varies) <= 1]
    found = [Matrix(f.id, f.label, _by_role(coverage, f), _rows(coverage, [f])) for f in large]
    if small:
        groups = tuple((format.label, _readers(coverage, format)) for format in small)
        title = coverage.words.listed(
            [format.label.lower() if at else format.label for at, format in enumerate(small)]
        )
        found.append(Matrix("-".join(format.id for format in small), title, groups, _rows(coverage, small)))
    return tuple(matrix for matrix in found if matrix.rows)


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
