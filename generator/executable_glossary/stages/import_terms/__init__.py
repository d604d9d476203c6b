"""Converts the terms of an imported glossary to draft entries with a meaning, a definition, and related concepts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from executable_glossary.model.draft import Draft
from executable_glossary.model.foreign_glossary import ForeignGlossary, ForeignTerm, Loss
from executable_glossary.model.glossary import RESERVED, Glossary
from executable_glossary.model.slugs import DEVICE, alias_type, slug
from executable_glossary.stages.import_terms.clean_text import harmless, plain_name
from executable_glossary.stages.import_terms.related_terms import Mentioned, Names, linked, neighbors
from executable_glossary.stages.import_terms.split_meaning import divided

# Suffix added to an id that the site, a role, an audience, or a format already uses.
_APART = "-term"
# Maximum length of an id, so that URLs remain readable, and so that file systems, which count bytes, accept it.
LONGEST, MOST_BYTES = 80, 160
# A longer name is a misread text. The pattern that finds names is nested as deeply as the longest name is long.
LONGEST_NAME = 200


def draft_entries(
    glossary: Glossary, foreign: ForeignGlossary, language: str = "en"
) -> tuple[tuple[Draft, ...], tuple[Loss, ...]]:
    """The drafts in file order, and everything that is lost in the conversion."""
    here = {str(entry.id): str(entry.term) for entry in glossary.entries.values()}
    batch = _Import(glossary, Names(glossary.names, here), language, list(foreign.losses))
    terms = [batch.plainly_named(term) for term in foreign.terms]
    kept = [named for term in terms if (named := batch.named(term)) is not None]
    # A term has precedence over an alias, wherever they are in the file.
    for term, id in kept:
        batch.claim_aliases(term, id)
    texts = {id: batch.text(term) for term, id in kept}
    mentioned = batch.names.mentioned(texts)
    drafts = tuple(batch.draft(term, id, texts[id], mentioned) for term, id in kept)
    return drafts, tuple(sorted(batch.losses))


@dataclass
class _Import:
    """One import. `names` contains the names in the glossary and those of the terms imported so far."""

    glossary: Glossary
    names: Names
    language: str
    losses: list[Loss]
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sources: dict[str, ForeignTerm] = field(default_factory=dict)
    homonyms: set[str] = field(default_factory=set)
    # The numbers that have not been tried for each beginning of a name or an id.
    _numbers: defaultdict[str, Iterator[int]] = field(default_factory=lambda: defaultdict(lambda: count(2)))

    def plainly_named(self, term: ForeignTerm) -> ForeignTerm:
        """The term with names in plain text, because names are used in headings, links, and search."""
        long = [name for name in term.names if len(name) > LONGEST_NAME]
        for name in long:
            self._lose(f"names longer than {LONGEST_NAME} characters skipped", term, name)
        term = replace(term, names=tuple(name for name in term.names if name not in long))
        names = tuple(dict.fromkeys(plain for name in term.names if (plain := plain_name(name))))
        for name in term.names:
            if plain_name(name) != name:
                plain = plain_name(name)
                detail = f"{name} becomes {plain}" if plain else f"{name} has no usable characters: skipped"
                self._lose("characters removed from names", term, detail)
        return replace(term, names=names)

    def named(self, term: ForeignTerm) -> tuple[ForeignTerm, str] | None:
        """The term with a unique name, and its id; None if it has no text or the glossary already has the term."""
        if not term.names or not slug(term.names[0]):
            self._skip(term, "".join(term.names[:1]), "terms without a name skipped")
            return None
        name = term.names[0]
        if not harmless(term.text)[0]:
            self._skip(term, name, "terms without a definition skipped")
            return None
        owner = self.names.owner(name)
        if owner in self.sources and (term.text, term.names) != (
            self.sources[owner].text,
            self.sources[owner].names,
        ):
            term = self._distinguished(term, name)
        elif owner:
            self._skip(term, f"{name} is a name of {owner}")
            return None
        id = self._free(term)
        if id is None:
            return None
        self.names.take(term.names[0], id)
        self.names.put_at(term.address, id)
        self.sources[id] = term
        return term, id

    def _distinguished(self, term: ForeignTerm, name: str) -> ForeignTerm:
        """A homonym, whose name gets a number in parentheses: `Bank (2)`."""
        numbers = self._numbers[f"{name} ("]
        numbered = next(each for number in numbers if self.names.owner(each := f"{name} ({number})") is None)
        self._lose("homonyms, whose numbers you should replace with words", term, numbered)
        self.homonyms.add(numbered)
        return replace(term, names=(numbered, *term.names[1:]))

    def claim_aliases(self, term: ForeignTerm, id: str) -> None:
        self.aliases[id] = tuple(self._free_aliases(term, id))

    def text(self, term: ForeignTerm) -> str:
        text, lost = harmless(linked(term.text, self.names))
        for kind, detail in lost:
            self._lose(kind, term, detail)
        # Text that used to be in a heading can be linked only now.
        return linked(text, self.names)

    def draft(self, term: ForeignTerm, id: str, text: str, mentioned: Mentioned) -> Draft:
        meaning, definition, lost = divided(text)
        for kind, detail in lost:
            self._lose(kind, term, f"{term.names[0]}: {detail}".rstrip(": "))
        others = neighbors(id, term, mentioned, self.names)
        self._unknown_relations(term)
        if not others:
            self._lose("terms without a see-also, because no related term was found", term, term.names[0])
        aliases = tuple((alias, alias_type(term.names[0], alias)) for alias in self.aliases[id])
        notes = [f"{kind}: {detail}".rstrip(": ") for kind, detail in lost]
        if term.names[0] in self.homonyms:
            notes.append(
                "another entry has the same term: replace the number with a word that distinguishes them"
            )
        blocks = {"definition": definition}
        return Draft(id, term.names[0], aliases, meaning, tuple(others), blocks, term.place, tuple(notes))

    def _free(self, term: ForeignTerm) -> str | None:
        id = _shortened(slug(term.names[0], self.language))
        axes = self.glossary.axes
        if id in RESERVED or DEVICE.fullmatch(id) or axes.role(id) or axes.audience(id) or axes.format(id):
            id += _APART
            self._lose("URLs that differ from the term", term, f"{term.names[0]} is at /{id}/")
        if id in self.glossary.unread:
            self._skip(term, f"{term.names[0]}: /{id}/ is already in use")
            return None
        if self._is_used(id):
            numbers = self._numbers[f"{id}-"]
            id = next(each for number in numbers if not self._is_used(each := f"{id}-{number}"))
            self._lose("URLs that differ from the term", term, f"{term.names[0]} is at /{id}/")
        return id

    def _is_used(self, id: str) -> bool:
        return self.glossary.has_entry(id) or id in self.names.ids

    def _free_aliases(self, term: ForeignTerm, id: str) -> Iterator[str]:
        for alias in term.names[1:]:
            owner = self.names.owner(alias)
            if owner is None:
                self.names.take(alias, id)
                yield alias
            elif owner != id:
                self._lose("aliases of other concepts skipped", term, f"{alias} is a name of {owner}")

    def _unknown_relations(self, term: ForeignTerm) -> None:
        for relation, name in term.relations:
            if self.names.owner(name) is None:
                self._lose("relations to unknown terms skipped", term, f"{relation} {name}")

    def _skip(self, term: ForeignTerm, why: str, kind: str = "existing terms skipped") -> None:
        """Report everything in a term that is not imported."""
        relations = (f"{relation} {name}" for relation, name in term.relations)
        parts = filter(None, (why, ", ".join(term.names[1:]), term.text, *relations))
        self._lose(kind, term, "; ".join(parts))

    def _lose(self, kind: str, term: ForeignTerm, detail: str) -> None:
        self.losses.append(Loss(kind, term.place, detail))


def _shortened(id: str) -> str:
    short = id[:LONGEST].encode()[:MOST_BYTES].decode("utf-8", "ignore")
    return short.strip("-")
