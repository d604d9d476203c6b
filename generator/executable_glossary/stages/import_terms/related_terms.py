"""Finds the concepts related to an imported term: from the source's relations, and from links and names in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from executable_glossary.model.draft import Neighbor
from executable_glossary.model.entry import Relation
from executable_glossary.model.foreign_glossary import ForeignTerm, escaped
from executable_glossary.model.slugs import slug
from executable_glossary.text.markdown_spans import Span, spans, typed_numbers
from executable_glossary.text.term_matcher import mentions

# Readers follow only a few links. All other concepts are still linked at their first mention in the text.
MOST_MENTIONS = 5
_LINK = re.compile(r"\[\[([^\]|\n]+)(?:\|([^\]\n]+))?\]\]")
_WHY: Mapping[Relation, str] = {
    "broader": "It is the broader concept.",
    "narrower": "It is one kind or part of this concept.",
    "used-with": "The source lists the two concepts as related.",
}


class Names:
    """All names in use (case-insensitive) with the ids of their concepts, and the term of each id."""

    def __init__(self, taken: Mapping[str, str], terms: Mapping[str, str]) -> None:
        self._owners, self.terms = dict(taken), dict(terms)
        self.ids = set(self._owners.values())
        self._addresses: dict[str, str] = {}

    def owner(self, name: str) -> str | None:
        return self._owners.get(" ".join(name.split()).casefold())

    def at(self, target: str) -> str | None:
        """The concept to which a relative link refers, by its anchor or by the last part of its path."""
        path, _, anchor = unquote(target).partition("#")
        last = path.rstrip("/").removesuffix("/index.md").removesuffix("/_index.md").rpartition("/")[2]
        parts = (anchor, anchor.removeprefix("term-"), re.sub(r"\.(?:md|html?|rst)\Z", "", last))
        return next((self._addresses[id] for part in parts if (id := slug(part)) in self._addresses), None)

    def put_at(self, address: str, id: str) -> None:
        if address := slug(address):
            self._addresses.setdefault(address, id)

    def take(self, name: str, id: str) -> None:
        self.put_at(name, id)
        self._owners[" ".join(name.split()).casefold()] = id
        self.ids.add(id)
        self.terms.setdefault(id, name)

    def mentioned(self, texts: Mapping[str, str]) -> Mentioned:
        """The concepts that each concept's text mentions or links to. Call this only after all names have been
        claimed."""
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
                for name in map(str.casefold, pattern.findall(span.text)):
                    yield self._owners.get(name) or self._owners[name.removesuffix("s")]


@dataclass(frozen=True)
class Mentioned:
    """The other concepts that each concept's text mentions or links to, in text order, keyed by concept id."""

    by: Mapping[str, tuple[str, ...]]

    @cached_property
    def back(self) -> Mapping[str, tuple[str, ...]]:
        """The other concepts whose text mentions each concept, in file order, keyed by concept id."""
        mentioning: dict[str, list[str]] = {}
        for id, others in self.by.items():
            for other in others:
                mentioning.setdefault(other, []).append(id)
        return {id: tuple(others) for id, others in mentioning.items()}


def linked(text: str, names: Names) -> str:
    """The text with links that use ids instead of names or relative URLs. A link to an unknown name becomes plain
    text."""

    def by_id(link: re.Match[str]) -> str:
        done = link[2] is not None and link[1] in names.ids
        owner = link[1] if done else names.owner(link[1]) or names.at(link[1])
        words = link[2] or link[1]
        return f"[[{owner}|{words}]]" if owner else escaped(words)

    def relative(span: Span) -> str:
        words, _, target = span.text[1:-1].partition("](")
        owner = None if ":" in target else names.at(target.split(" ")[0])
        return f"[[{owner}|{words}]]" if owner and not set("[]|`\n") & set(words) else span.text

    return "".join(
        relative(span)
        if span.kind == "link" and not span.text.startswith("!")
        else _LINK.sub(by_id, span.text)
        if span.kind == "concept"
        else span.text
        for span in spans(text)
    )


def neighbors(id: str, term: ForeignTerm, mentioned: Mentioned, names: Names) -> list[Neighbor]:
    """Related concepts: the source's relations, followed by the concepts that the text mentions or, if there are none,
    those whose text mentions this one."""
    found: dict[str, Neighbor] = {}
    for relation, name in term.relations:
        if (other := names.owner(name)) and other != id:
            found.setdefault(other, Neighbor(other, relation, _WHY[relation]))
    for other in mentioned.by[id][:MOST_MENTIONS]:
        found.setdefault(
            other, Neighbor(other, "used-with", _mention_sentence(names.terms[id], names.terms[other]))
        )
    if not found:
        for other in mentioned.back.get(id, ())[:MOST_MENTIONS]:
            found[other] = Neighbor(
                other, "used-with", _mention_sentence(names.terms[other], names.terms[id])
            )
    return list(found.values())


def _mention_sentence(first: str, other: str) -> str:
    """A sentence that suits the pages of both concepts and names both, unless a name contains numbers or
    markup."""
    sentence = f"The definition of {escaped(first)} mentions {escaped(other)}."
    plain = not list(typed_numbers(sentence)) and all(span.kind == "prose" for span in spans(sentence))
    return sentence if plain else "The definition of one concept mentions the other."
