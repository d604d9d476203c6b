"""A draft entry, which `glossary new` and `glossary import` write for an author to complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from executable_glossary.model.entry import Relation
from executable_glossary.model.problem import Place
from executable_glossary.model.slugs import AliasType


@dataclass(frozen=True)
class Neighbor:
    """A see-also reference in a draft. The author fills in the empty fields, which `glossary check` reports."""

    concept: str
    relation: Relation | None = None
    why: str = ""


@dataclass(frozen=True)
class Draft:
    """A draft entry. `origin` is the location of the imported text, or None for a new entry. `notes` are for the
    author."""

    id: str
    term: str
    aliases: tuple[tuple[str, AliasType], ...] = ()
    meaning: str = ""
    see_also: tuple[Neighbor, ...] = ()
    blocks: Mapping[str, str] = field(default_factory=dict)
    origin: Place | None = None
    notes: tuple[str, ...] = ()
