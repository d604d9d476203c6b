"""Every concept has an id of its own that the site does not use, and no name means two concepts."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import RESERVED, Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.slugs import ID
from executable_glossary.model.text import Text
from executable_glossary.text.term_matcher import mentions

ID_MEND = "use small letters and digits, with single hyphens between words"


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        yield from id_problems(glossary, entry.id, Place(entry.term.place.path))
    yield from _taken_names(glossary)
    for entry in glossary.entries.values():
        # Most have none, and their names need not be made a pattern at every look.
        yield from _idle_phrases(entry) if entry.unlinked else ()


def id_problems(glossary: Glossary, id: str, place: Place) -> Iterator[Problem]:
    """Whether a concept may be called so in URLs; `place` is its file, written or to be written."""
    if not ID.fullmatch(id):
        message = f'the file\'s name "{id}" cannot be a URL'
        yield Problem(place, "bad-id", message, ID_MEND)
    if id in RESERVED:
        yield Problem(place, "reserved-id", f'the site uses "{id}" itself', "rename the file")
    axes = glossary.axes
    if axes.role(id) or axes.audience(id) or axes.format(id):
        message = f'"{id}" is the id of a role, an audience or a format'
        yield Problem(place, "clashing-id", message, "rename the file")


def _taken_names(glossary: Glossary) -> Iterator[Problem]:
    """A term comes before any alias: who gave a second name is told, not who wrote of the thing itself."""
    owner: dict[str, tuple[Entry, Text]] = {}
    names = [(entry, name) for entry in glossary.entries.values() for name in entry.names]
    for entry, name in sorted(names, key=lambda named: named[1] is not named[0].term):
        other, first = owner.setdefault(name.casefold(), (entry, name))
        if first is not name:
            message = f'"{name}" is already a name of {other.id} ({first.place})'
            help = "keep it in one place, and link the other there"
            yield Problem(name.place, "alias-taken", message, help)


def _idle_phrases(entry: Entry) -> Iterator[Problem]:
    """A phrase hides a name that is a part of it; without one there is nothing to hide."""
    named = mentions(tuple(name.casefold() for name in entry.names), plural=True)
    for phrase in entry.unlinked:
        found = named.search(phrase)
        if found is None or found[0] == phrase:
            message = f'"{phrase}" does not hold "{entry.term}" or an alias, with other words beside it'
            help = "write the whole phrase in which the name means something else, or delete it"
            yield Problem(phrase.place, "unlinked-phrase", message, help)
