"""Reads a glossary from a table in a CSV or Markdown file, with one term per row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence

from executable_glossary.model.entry import Relation
from executable_glossary.model.foreign_glossary import ForeignGlossary, ForeignTerm, Loss, UnreadableGlossary
from executable_glossary.model.problem import Place

# Common column names, keyed by the field that the column contains.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "term": ("term", "name", "word", "label", "concept", "title"),
    "meaning": ("meaning", "short definition", "summary"),
    "definition": ("definition", "description", "explanation", "text"),
    "aliases": ("aliases", "alias", "synonyms", "synonym", "also known as", "abbreviation", "acronym"),
    "see also": ("see also", "related", "related terms", "see"),
}
_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r"\s*[;|,]\s*")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")

Row = tuple[int, Sequence[str]]


def read_csv(path: str, content: str) -> ForeignGlossary:
    """The glossary in a CSV file whose first line contains the column names.

    The delimiter is a comma, semicolon, tab, or vertical bar.

    Raises UnreadableGlossary.
    """
    header = content.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(content.splitlines(keepends=True), delimiter=delimiter)
    rows: list[Row] = []
    line = 1
    for row in reader:
        rows.append((line, row))
        line = reader.line_num + 1
    return _glossary(path, rows)


def read_markdown_table(path: str, content: str) -> ForeignGlossary:
    """The glossary in all Markdown tables that have a column for terms and one for definitions.

    Raises UnreadableGlossary.
    """
    lines = content.splitlines()
    found: list[ForeignGlossary] = []
    for number, line in enumerate(lines):
        if number and "|" in line and _RULE.fullmatch(line) and "|" in lines[number - 1]:
            rows = list(_rows(lines, number - 1))
            if "term" in _columns(rows[0][1]):
                found.append(_glossary(path, rows))
    if not found:
        raise UnreadableGlossary(f"{path} has no table with a column named {' or '.join(COLUMNS['term'])}")
    terms = tuple(term for glossary in found for term in glossary.terms)
    return ForeignGlossary(terms, tuple(loss for glossary in found for loss in glossary.losses))


def _rows(lines: list[str], header: int) -> Iterator[Row]:
    """The rows of the table whose header is on line `header` (counted from 0). Removes bold and links from terms."""
    yield header + 1, _cells(lines[header])
    term = _columns(_cells(lines[header])).get("term", 0)
    for number, line in enumerate(lines[header + 2 :], header + 3):
        if "|" not in line:
            return
        cells = _cells(line)
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cells[term]) if term < len(cells) else ""
        yield number, [plain.strip("*_` ") if index == term else cell for index, cell in enumerate(cells)]


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", re.sub(r"^\||(?<!\\)\|$", "", line.strip()))
    return [re.sub(r"<br\s*/?>", "\n\n", cell).replace(r"\|", "|").strip() for cell in cells]


def _glossary(path: str, rows: Sequence[Row]) -> ForeignGlossary:
    _, names = rows[0] if rows else (1, [])
    columns = _columns(names)
    for needed in (["term"], ["meaning", "definition"]):
        if not columns.keys() & set(needed):
            known = " or ".join(name for column in needed for name in COLUMNS[column])
            raise UnreadableGlossary(
                f"{path} has no column named {known}; its columns are: {', '.join(names) or 'none'}"
            )
    terms, losses = [], []
    for name in (name for index, name in enumerate(names) if name and index not in columns.values()):
        losses.append(Loss("columns skipped", Place(path, rows[0][0]), name))
    for line, row in rows[1:]:
        cells = {name: row[index].strip() if index < len(row) else "" for name, index in columns.items()}
        place = Place(path, line)
        if cells["term"]:
            terms.append(_term(cells, place))
        elif any(cells.values()):
            losses.append(Loss("rows without a term skipped", place, " | ".join(row)[:60]))
    return ForeignGlossary(tuple(terms), tuple(losses))


def _columns(names: Sequence[str]) -> Mapping[str, int]:
    """The index of each field's column. If several columns match, the name that comes first in `COLUMNS` wins."""
    written = [re.sub(r"[\W_]+", " ", name).strip().casefold() for name in names]
    found = {}
    for ours, theirs in COLUMNS.items():
        index = next((written.index(name) for name in theirs if name in written), None)
        if index is not None:
            found[ours] = index
    return found


def _term(cells: Mapping[str, str], place: Place) -> ForeignTerm:
    aliases = [name for name in _SEPARATOR.split(cells.get("aliases", "")) if name]
    others = [name for name in _SEPARATOR.split(cells.get("see also", "")) if name]
    relation: Relation = "used-with"
    names = tuple(dict.fromkeys([cells["term"], *aliases]))
    text = "\n\n".join(filter(None, (cells.get("meaning"), cells.get("definition"))))
    return ForeignTerm(names, text, place, tuple((relation, name) for name in others))
