"""Every concept has an id of its own that the site does not use, and no name means two concepts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.model.entry import Entry
from generator.model.glossary import RESERVED, Glossary
from generator.model.problem import Place, Problem
from generator.model.text import Text

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ID_MEND = "use small letters and digits, with single hyphens between words"


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        yield from _id(glossary, entry)
    yield from _taken_names(glossary)


def _id(glossary: Glossary, entry: Entry) -> Iterator[Problem]:
    place = Place(entry.term.place.path)
    if not ID.fullmatch(entry.id):
        message = f'the file\'s name "{entry.id}" cannot be a URL'
        yield Problem(place, "bad-id", message, ID_MEND)
    if entry.id in RESERVED:
        yield Problem(place, "reserved-id", f'the site uses "{entry.id}" itself', "rename the file")
    axes = glossary.axes
    if axes.role(entry.id) or axes.audience(entry.id) or axes.format(entry.id):
        message = f'"{entry.id}" is the id of a role, an audience or a format'
        yield Problem(place, "clashing-id", message, "rename the file")


def _taken_names(glossary: Glossary) -> Iterator[Problem]:
    owner: dict[str, tuple[Entry, Text]] = {}
    for entry in glossary.entries.values():
        for name in entry.names:
            other, first = owner.setdefault(name.casefold(), (entry, name))
            if first is not name:
                message = f'"{name}" is already a name of {other.id} ({first.place})'
                yield Problem(
                    name.place, "alias-taken", message, "keep it in one place, and link the other there"
                )
