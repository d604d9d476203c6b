"""A draft of an entry, as `glossary new` and `glossary import` write it for an author to complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from executable_glossary.model.entry import Relation
from executable_glossary.model.problem import Place
from executable_glossary.model.slugs import AliasType


@dataclass(frozen=True)
class Neighbor:
    """A see-also of a draft. Empty fields are left for the author; `glossary check` reports them."""

    concept: str
    relation: Relation | None = None
    why: str = ""


@dataclass(frozen=True)
class Draft:
    """A draft of an entry. `origin` is where the imported text comes from; None for a new entry."""

    id: str
    term: str
    aliases: tuple[tuple[str, AliasType], ...] = ()
    meaning: str = ""
    see_also: tuple[Neighbor, ...] = ()
    blocks: Mapping[str, str] = field(default_factory=dict)
    origin: Place | None = None
