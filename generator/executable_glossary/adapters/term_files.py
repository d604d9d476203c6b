"""Reads a glossary with one Markdown file for each term, whose front matter contains the name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from executable_glossary.adapters.csv_glossary import field_of
from executable_glossary.adapters.markdown_glossary import plain_names
from executable_glossary.adapters.markdown_text import Lines, converted, front_matter
from executable_glossary.model.entry import Relation
from executable_glossary.model.foreign_glossary import ForeignGlossary, ForeignTerm, Loss, UnreadableGlossary
from executable_glossary.model.problem import Place

_TITLE = re.compile(r"#\s+(?P<name>.+?)\s*#*")
# A language tag before the extension: `service.de.md`.
_LANGUAGE = re.compile(r"\.([a-z]{2,3}(?:[-_][A-Za-z]{2,4})?)\Z")
# Pages about the glossary itself.
_INDEX = ("_index", "index", "readme", "_template")


def read_term_files(
    files: Mapping[str, str], fields: Mapping[str, str], language: str, folder: str
) -> ForeignGlossary:
    """The glossary in Markdown files, whose content is keyed by path. fields: as for `read_markdown`.

    If files have a language tag in their names, only those in `language` are read. Raises UnreadableGlossary.
    """
    terms: list[ForeignTerm] = []
    losses: list[Loss] = []
    tagged = any(_tag(path) == language for path in files)
    for path, content in files.items():
        if _tag(path) != (language if tagged else ""):
            losses.append(Loss("other languages skipped", Place(path, 1), content))
        elif _stem(path).lower() in _INDEX:
            losses.append(Loss("pages about the glossary skipped", Place(path, 1), content))
        else:
            found, lost = read_term_file(path, content, fields)
            terms += found
            losses += lost
    if not terms:
        raise UnreadableGlossary(f"{folder} contains no Markdown file with a title")
    return ForeignGlossary(tuple(terms), tuple(losses))


def read_term_file(
    path: str, content: str, fields: Mapping[str, str]
) -> tuple[Sequence[ForeignTerm], Sequence[Loss]]:
    """The term of a file, if the file has a name for it, and everything that is lost."""
    lines = Lines.of(content)
    written = front_matter(lines)
    values, losses = _known(written or {}, fields, Place(path, 1))
    if written is None:
        head = "\n".join(lines.all[: lines.front_matter])
        losses.append(Loss("front matter that cannot be read skipped", Place(path, 1), head))
    after = range(lines.front_matter + 1, lines.last + 1)
    number = next((number for number in after if lines[number].strip()), lines.last + 1)
    title = _TITLE.fullmatch(lines[number])
    names = [*values.get("term", []), *(plain_names(title["name"]) if title else ())]
    if not names:
        return (), [Loss("files without a title skipped", Place(path, 1), content)]
    body = "\n".join(lines.all[number if title else number - 1 :])
    parts = [*values.get("meaning", []), *values.get("definition", []), body]
    text, lost = converted("\n\n".join(parts), lines, Place(path, number))
    relations: list[tuple[Relation, str]] = [("used-with", other) for other in values.get("see also", [])]
    every = tuple(dict.fromkeys([*names, *values.get("aliases", [])]))
    return [ForeignTerm(every, text, Place(path, 1), tuple(relations), _stem(path))], [*losses, *lost]


def _known(
    values: Mapping[str, Any], fields: Mapping[str, str], place: Place
) -> tuple[Mapping[str, list[str]], list[Loss]]:
    """The values of the front matter that we know, keyed by our names, and the others."""
    known: dict[str, list[str]] = {}
    losses: list[Loss] = []
    for key, value in values.items():
        texts = list(_texts(value))
        ours = field_of(str(key), fields)
        if ours and ours not in known:
            known[ours] = texts
        elif texts:
            losses.append(Loss(f'front matter "{key}" skipped', place, ", ".join(texts)))
    return known, losses


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str | int | float | date):
        yield str(value).strip()
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (f"{key}: {text}" for text in _texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _stem(path: str) -> str:
    """`de/service/index.md` and `service.de.md` → `service`."""
    pure = PurePosixPath(path)
    return _LANGUAGE.sub("", pure.stem)


def _tag(path: str) -> str:
    found = _LANGUAGE.search(PurePosixPath(path).stem)
    return found[1].lower() if found else ""
