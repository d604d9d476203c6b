"""An entry as a command first writes it, before a person has gone over it: begun, or brought from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from executable_glossary.model.entry import Relation
from executable_glossary.model.problem import Place
from executable_glossary.model.slugs import AliasType


@dataclass(frozen=True)
class Neighbor:
    """A see-also of a draft. What is empty is still to be written, and `glossary check` says so."""

    concept: str
    relation: Relation | None = None
    why: str = ""


@dataclass(frozen=True)
class Draft:
    """`origin` is where the text comes from; nowhere for an entry that somebody begins."""

    id: str
    term: str
    aliases: tuple[tuple[str, AliasType], ...] = ()
    meaning: str = ""
    see_also: tuple[Neighbor, ...] = ()
    blocks: Mapping[str, str] = field(default_factory=dict)
    origin: Place | None = None
