"""Converts the terms of an imported glossary to draft entries with a meaning, a definition, and related concepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from executable_glossary.model.draft import Draft
from executable_glossary.model.foreign_glossary import ForeignGlossary, ForeignTerm, Loss
from executable_glossary.model.glossary import RESERVED, Glossary
from executable_glossary.model.slugs import DEVICE, ID, alias_type, slug
from executable_glossary.stages.import_terms.clean_text import harmless, plain_name
from executable_glossary.stages.import_terms.related_terms import Mentioned, Names, linked, neighbors
from executable_glossary.stages.import_terms.split_meaning import divided

# Suffix added to an id that the site, a role, an audience, or a format already uses.
_APART = "-term"
# Maximum number of characters in an id, so that URLs remain readable.
LONGEST = 80


def draft_entries(glossary: Glossary, foreign: ForeignGlossary) -> tuple[tuple[Draft, ...], tuple[Loss, ...]]:
    """The drafts in file order, and everything that is lost in the conversion."""
    here = {str(entry.id): str(entry.term) for entry in glossary.entries.values()}
    batch = _Import(glossary, Names(glossary.names, here), list(foreign.losses))
    terms = [batch.plainly_named(term) for term in foreign.terms]
    kept = [(term, id) for term in terms if term.names and (id := batch.id(term)) is not None]
    texts = {id: batch.text(term) for term, id in kept}
    mentioned = batch.names.mentioned(texts)
    drafts = tuple(batch.draft(term, id, texts[id], mentioned) for term, id in kept)
    return drafts, tuple(sorted(batch.losses))


@dataclass
class _Import:
    """One import. `names` contains the names in the glossary and those of the terms imported so far."""

    glossary: Glossary
    names: Names
    losses: list[Loss]
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def plainly_named(self, term: ForeignTerm) -> ForeignTerm:
        """The term with names in plain text, because names are used in headings, links, and search."""
        names = tuple(dict.fromkeys(plain for name in term.names if (plain := plain_name(name))))
        for name in term.names:
            if plain_name(name) != name:
                plain = plain_name(name)
                detail = f"{name} becomes {plain}" if plain else f"{name} has no usable characters: skipped"
                self._lose("characters removed from names", term, detail)
        return replace(term, names=names)

    def id(self, term: ForeignTerm) -> str | None:
        """Choose the term's id and claim its names; None if the glossary already has the term."""
        name = term.names[0]
        if owner := self.names.owner(name):
            self._lose("existing terms skipped", term, f"{name} is a name of {owner}")
            return None
        id = self._free(term)
        if id is None:
            return None
        self.names.take(name, id)
        self.aliases[id] = tuple(self._free_aliases(term, id))
        return id

    def text(self, term: ForeignTerm) -> str:
        text, lost = harmless(linked(term.text, self.names))
        for kind, detail in lost:
            self._lose(kind, term, detail)
        # Text that was in a heading can be linked only now.
        return linked(text, self.names)

    def draft(self, term: ForeignTerm, id: str, text: str, mentioned: Mentioned) -> Draft:
        meaning, definition, lost = divided(text)
        self.losses += [Loss(kind, term.place, f"{term.names[0]}: {detail}") for kind, detail in lost]
        others = neighbors(id, term, mentioned, self.names)
        self._unknown_relations(term)
        if not others:
            self._lose("terms without a see-also, because no related term was found", term, term.names[0])
        aliases = tuple((alias, alias_type(term.names[0], alias)) for alias in self.aliases[id])
        blocks = {"definition": definition}
        return Draft(id, term.names[0], aliases, meaning, tuple(others), blocks, term.place)

    def _free(self, term: ForeignTerm) -> str | None:
        id = slug(term.names[0])[:LONGEST].strip("-")
        if not id:
            id = f"term-{term.place.line}"
            self._lose("URLs that differ from the term", term, f"{term.names[0]} is at /{id}/")
        axes = self.glossary.axes
        if id in RESERVED or DEVICE.fullmatch(id) or axes.role(id) or axes.audience(id) or axes.format(id):
            id += _APART
            self._lose("URLs that differ from the term", term, f"{term.names[0]} is at /{id}/")
        if self.glossary.has_entry(id) or id in self.names.ids:
            self._lose("existing terms skipped", term, f"{term.names[0]}: /{id}/ is already in use")
            return None
        return id if ID.fullmatch(id) else None

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

    def _lose(self, kind: str, term: ForeignTerm, detail: str) -> None:
        self.losses.append(Loss(kind, term.place, detail))
