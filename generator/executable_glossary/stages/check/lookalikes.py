"""A name is what it looks like: of one alphabet, without characters that nobody sees, and like no other's."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.text import Text
from executable_glossary.text.confusables import JOINERS, described, misplaced, skeleton

_HELP = "write it with the letters of one alphabet"


def problems(glossary: Glossary) -> Iterator[Problem]:
    seen: dict[str, tuple[Entry, Text]] = {}
    for entry in glossary.entries.values():
        for name in entry.names:
            yield from _odd_signs(name)
            other, first = seen.setdefault(skeleton(name), (entry, name))
            # Equal names are told elsewhere.
            if first.casefold() != name.casefold() and other is not entry:
                message = f'"{name}" looks like "{first}", a name of {other.id} ({first.place})'
                yield Problem(name.place, "look-alike", message, _HELP)


def _odd_signs(name: Text) -> Iterator[Problem]:
    for joiner in JOINERS.finditer(name):
        message = f"there is a character that cannot be seen, {described(joiner[0])}"
        yield Problem(name.at(joiner.start()), "look-alike", message, "delete it, and write the name anew")
    if letter := misplaced(name):
        message = f'"{letter}" in "{name}" is {described(letter)}, and only looks like a Latin letter'
        yield Problem(name.at(name.index(letter)), "look-alike", message, _HELP)
