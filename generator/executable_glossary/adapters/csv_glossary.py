"""Reads a glossary from a table in a CSV or Markdown file, with one term per row."""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from types import MappingProxyType

from executable_glossary.model.entry import Relation
from executable_glossary.model.foreign_glossary import (
    ForeignGlossary,
    ForeignTerm,
    Loss,
    UnreadableGlossary,
    text_outside,
)
from executable_glossary.model.problem import Place

# Common column names, keyed by the field that the column contains.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "term": (
        *("term", "name", "word", "label", "concept", "title"),
        *(
            "begriff",
            "benennung",
            "terme",
            "término",
            "termo",
            "termine",
            "термін",
            "термин",
            "用語",
            "术语",
            "術語",
        ),
    ),
    "meaning": ("meaning", "short definition", "short description", "summary", "kurzdefinition"),
    "definition": (
        *(
            "definition",
            "description",
            "explanation",
            "text",
            "beschreibung",
            "erklärung",
            "bedeutung",
            "définition",
        ),
        *("definición", "definição", "definizione", "визначення", "определение", "定義", "定义"),
    ),
    "aliases": (
        *("aliases", "alias", "aka", "synonyms", "synonym", "also known as", "abbreviation", "acronym"),
        *("synonyme", "abkürzung", "sinónimos", "синоніми"),
    ),
    "see also": ("see also", "related", "related terms", "see", "siehe auch"),
}
NO_FIELDS: Mapping[str, str] = MappingProxyType({})
MOST_LISTED = 20  # columns in a message
_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r"\s*[;|,]\s*")
_RULE_CELL = re.compile(r":?-+:?")

Row = tuple[int, Sequence[str]]


def field_of(name: str, fields: Mapping[str, str]) -> str | None:
    """Our field for a name in the source: the one that the author chose (`fields`), or the one that it usually means."""
    chosen = {_folded(theirs): ours for theirs, ours in fields.items()}
    usual = (ours for ours, theirs in COLUMNS.items() if _folded(name) in theirs)
    return chosen.get(_folded(name)) or next(usual, None)


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip().casefold()


def read_csv(
    path: str, content: str, fields: Mapping[str, str] = NO_FIELDS, language: str = ""
) -> ForeignGlossary:
    """The glossary in a CSV file whose first line contains the column names.

    The delimiter is a comma, semicolon, tab, or vertical bar. fields: our names for the columns, keyed by the names in the
    file. language: if columns have a language tag, as in `term_de`, only those in this language are read.

    Raises UnreadableGlossary.
    """
    header = content.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(content.splitlines(keepends=True), delimiter=delimiter)
    rows: list[Row] = []
    line = 1
    try:
        for row in reader:
            rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        # One quotation mark that is never closed makes the rest of the file a single cell.
        raise UnreadableGlossary(f"{path}:{line}: {error}; check the quotation marks in this row") from error
    return _glossary(path, rows, fields, language)


def read_markdown_table(path: str, content: str, fields: Mapping[str, str] = NO_FIELDS) -> ForeignGlossary:
    """The glossary in all Markdown tables that have a column for terms and one for definitions.

    Raises UnreadableGlossary.
    """
    lines = content.splitlines()
    found: list[ForeignGlossary] = []
    read: set[int] = set()
    for number, line in enumerate(lines):
        # In a table that has already been read, a line of dashes is a row.
        header = lines[number - 1] if number and number + 1 not in read and _is_rule(line) else ""
        if "|" in header and "term" in _columns(_cells(header), fields):
            rows = list(_rows(lines, number - 1, fields))
            found.append(_glossary(path, rows, fields))
            read |= {number + 1, *(at for at, _ in rows)}
    if not found:
        raise UnreadableGlossary(f"{path} has no table with a column named {' or '.join(COLUMNS['term'])}")
    terms = tuple(term for glossary in found for term in glossary.terms)
    losses = [loss for glossary in found for loss in glossary.losses]
    return ForeignGlossary(terms, (*losses, *text_outside(path, lines, read)))


def _is_rule(line: str) -> bool:
    """Whether the line separates a table's header from its rows: `|---|:--|`."""
    cells = line.strip().removeprefix("|").removesuffix("|").split("|")
    return "|" in line and all(_RULE_CELL.fullmatch(cell.strip()) for cell in cells)


def _rows(lines: list[str], header: int, fields: Mapping[str, str]) -> Iterator[Row]:
    """The rows of the table whose header is on line `header` (counted from 0). Removes bold and links from terms."""
    yield header + 1, _cells(lines[header])
    term = _columns(_cells(lines[header]), fields).get("term", 0)
    for number, line in enumerate(lines[header + 2 :], header + 3):
        if "|" not in line:
            return
        cells = _cells(line)
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cells[term]) if term < len(cells) else ""
        yield number, [plain.strip("*_` ") if index == term else cell for index, cell in enumerate(cells)]


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", re.sub(r"^\||(?<!\\)\|$", "", line.strip()))
    return [re.sub(r"<br\s*/?>", "\n\n", cell).replace(r"\|", "|").strip() for cell in cells]


def _glossary(
    path: str, rows: Sequence[Row], fields: Mapping[str, str] = NO_FIELDS, language: str = ""
) -> ForeignGlossary:
    _, names = rows[0] if rows else (1, [])
    columns = _columns(names, fields, language)
    for needed in (["term"], ["meaning", "definition"]):
        if not columns.keys() & set(needed):
            known = " or ".join(name for column in needed for name in COLUMNS[column][:2])
            raise UnreadableGlossary(
                f"{path} has no column named {known}; its columns are: {_listed(names) or 'none'}; "
                f"write --columns NAME={needed[-1]} with one of these names"
            )
    terms: list[ForeignTerm] = []
    losses: list[Loss] = []
    taken = set(columns.values())
    for line, row in rows[1:]:
        cells = {name: row[index].strip() if index < len(row) else "" for name, index in columns.items()}
        place = Place(path, line)
        if cells["term"]:
            terms.append(_term(cells, place))
            losses += _skipped_cells(names, row, taken, place)
        elif any(row):
            losses.append(Loss("rows without a term skipped", place, " | ".join(row)))
    return ForeignGlossary(tuple(terms), tuple(losses))


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(names[:MOST_LISTED]) + more


def _skipped_cells(
    names: Sequence[str], row: Sequence[str], taken: Container[int], place: Place
) -> Iterator[Loss]:
    for index, cell in enumerate(row):
        if index >= len(names) and cell.strip():
            yield Loss("cells without a column skipped", place, cell)
        elif index not in taken and cell.strip():
            yield Loss(f'column "{names[index]}" skipped', place, cell)


def _columns(names: Sequence[str], fields: Mapping[str, str], language: str = "") -> Mapping[str, int]:
    """The index of each field's column. If several columns match, the name that comes first in `COLUMNS` wins."""
    ranked: dict[str, tuple[int, int]] = {}
    for index, name in enumerate(names):
        plain, tag = _without_language(name)
        ours = field_of(name, fields) or (field_of(plain, fields) if tag == language else None)
        if ours:
            usual = (*fields, *COLUMNS[ours])
            rank = usual.index(_folded(plain)) if _folded(plain) in usual else -1
            ranked[ours] = min(ranked.get(ours, (rank, index)), (rank, index))
    return {ours: ranked[ours][1] for ours in COLUMNS if ours in ranked}


def _without_language(name: str) -> tuple[str, str]:
    """`term_de`, `Term (de)`, and `term@de` → `term` and `de`."""
    tagged = re.fullmatch(r"(?P<name>.+?)\s*(?:[_@:-]|\s?[(\[])(?P<tag>[a-zA-Z]{2,3})[)\]]?", name.strip())
    return (tagged["name"], tagged["tag"].lower()) if tagged else (name, "")


def _term(cells: Mapping[str, str], place: Place) -> ForeignTerm:
    aliases = [name for name in _SEPARATOR.split(cells.get("aliases", "")) if name]
    others = [name for name in _SEPARATOR.split(cells.get("see also", "")) if name]
    relation: Relation = "used-with"
    names = tuple(dict.fromkeys([cells["term"], *aliases]))
    text = "\n\n".join(filter(None, (cells.get("meaning"), cells.get("definition"))))
    return ForeignTerm(names, text, place, tuple((relation, name) for name in others))
