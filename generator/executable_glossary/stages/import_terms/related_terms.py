"""Which concepts a foreign definition speaks of: its own links, and every name that it mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from executable_glossary.model.draft import Neighbor
from executable_glossary.model.entry import Relation
from executable_glossary.model.foreign_glossary import ForeignTerm, escaped
from executable_glossary.text.markdown_spans import spans, typed_numbers
from executable_glossary.text.term_matcher import mentions

# A reader follows a few; the first mention of every other is a link in the text all the same.
MOST_MENTIONS = 5
_LINK = re.compile(r"\[\[([^\]|\n]+)(?:\|([^\]\n]+))?\]\]")
_WHY: Mapping[Relation, str] = {
    "broader": "It is the wider concept.",
    "narrower": "It is one kind or part of this concept.",
    "used-with": "The two are named as related.",
}


class Names:
    """Every name that is taken, in any case, and the concept that it is a name of; `terms` by id."""

    def __init__(self, taken: Mapping[str, str], terms: Mapping[str, str]) -> None:
        self._owners, self.terms = dict(taken), dict(terms)
        self.ids = set(self._owners.values())

    def owner(self, name: str) -> str | None:
        return self._owners.get(" ".join(name.split()).casefold())

    def take(self, name: str, id: str) -> None:
        self._owners[" ".join(name.split()).casefold()] = id
        self.ids.add(id)
        self.terms.setdefault(id, name)

    def mentioned(self, texts: Mapping[str, str]) -> Mentioned:
        """Which concepts the texts name or link; all names must be taken by then."""
        pattern = mentions(tuple(sorted(self._owners)), plural=True)
        others = {
            id: tuple(dict.fromkeys(other for other in self._in(text, pattern) if other != id))
            for id, text in texts.items()
        }
        return Mentioned(others)

    def _in(self, text: str, pattern: re.Pattern[str]) -> Iterator[str]:
        for span in spans(text):
            if span.kind == "concept":
                yield span.inner.partition("|")[0]
            elif span.kind == "prose":
                for found in map(str.casefold, pattern.findall(span.text)):
                    yield self._owners.get(found) or self._owners[found.removesuffix("s")]


@dataclass(frozen=True)
class Mentioned:
    """By id of a concept, the others that its text names or links, in the order of the text."""

    by: Mapping[str, tuple[str, ...]]

    @cached_property
    def back(self) -> Mapping[str, tuple[str, ...]]:
        """The other way round: those whose texts name it, in the order of the file."""
        found: dict[str, list[str]] = {}
        for id, others in self.by.items():
            for other in others:
                found.setdefault(other, []).append(id)
        return {id: tuple(others) for id, others in found.items()}


def linked(text: str, names: Names) -> str:
    """The text with links by id instead of by name; a link to nothing is its words, one by id stays."""

    def by_id(link: re.Match[str]) -> str:
        done = link[2] is not None and link[1] in names.ids
        owner, words = link[1] if done else names.owner(link[1]), link[2] or link[1]
        return f"[[{owner}|{words}]]" if owner else escaped(words)

    return "".join(
        _LINK.sub(by_id, span.text) if span.kind == "concept" else span.text for span in spans(text)
    )


def neighbors(id: str, term: ForeignTerm, mentioned: Mentioned, names: Names) -> list[Neighbor]:
    """First what the source itself relates, then what the text mentions, then what mentions the term."""
    found: dict[str, Neighbor] = {}
    for relation, name in term.relations:
        if (other := names.owner(name)) and other != id:
            found.setdefault(other, Neighbor(other, relation, _WHY[relation]))
    for other in mentioned.by[id][:MOST_MENTIONS]:
        found.setdefault(other, Neighbor(other, "used-with", _speaks(names.terms[id], names.terms[other])))
    if not found:
        for other in mentioned.back.get(id, ())[:MOST_MENTIONS]:
            found[other] = Neighbor(other, "used-with", _speaks(names.terms[other], names.terms[id]))
    return list(found.values())


def _speaks(one: str, other: str) -> str:
    """Both names stand in it: it is read on the page of either. A name with a number would be a typed one."""
    said = f"The definition of {escaped(one)} speaks of {escaped(other)}."
    plain = not list(typed_numbers(said)) and all(span.kind == "prose" for span in spans(said))
    return said if plain else "One definition speaks of the other concept."
