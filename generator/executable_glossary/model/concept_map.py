"""Which concepts are read before which, and how else they are related: what the map draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from executable_glossary.model.words import Words

TieKind = Literal["prerequisite", "broader", "part-of", "contrasts", "used-with"]
# The strongest first.
TIE_KINDS: tuple[TieKind, ...] = get_args(TieKind)
UNDIRECTED: frozenset[TieKind] = frozenset(["contrasts", "used-with"])


@dataclass(frozen=True)
class Spot:
    """One concept on the map. `url` leads there from the map's page; `full` says that it has pages for readers."""

    concept: str
    term: str
    url: str
    full: bool = False


@dataclass(frozen=True)
class Tie:
    """A line between two concepts.

    `first` is what is read before, the narrower one, or the part; where the kind has no direction, it is the one
    whose name sorts before.
    """

    kind: TieKind
    first: str
    second: str

    @property
    def ends(self) -> tuple[str, str]:
        return (self.first, self.second)


@dataclass(frozen=True)
class ConceptMap:
    """`bands` by how many concepts must be read one after the other before; `apart` are those that nothing is
    read before and that nothing builds on. `ties` hold each kind once for each pair, the strongest first."""

    bands: tuple[tuple[Spot, ...], ...]
    apart: tuple[Spot, ...]
    ties: tuple[Tie, ...]

    @property
    def spots(self) -> Iterator[Spot]:
        for band in (*self.bands, self.apart):
            yield from band

    def headed(self, words: Words) -> tuple[tuple[str, tuple[Spot, ...]], ...]:
        """The bands that there are, each with its heading."""
        bands = [
            (words("map.bands.later", count=number) if number else words("map.bands.first"), band)
            for number, band in enumerate(self.bands)
        ]
        return (*bands, *([(words("map.bands.apart"), self.apart)] if self.apart else []))

    @cached_property
    def drawn(self) -> tuple[Tie, ...]:
        """One line for each pair, the strongest: two on top of each other could not be told apart. An arrow that
        others already lead round to says nothing new, and would cross them."""
        lines: dict[frozenset[str], Tie] = {}
        for tie in self.ties:
            lines.setdefault(frozenset(tie.ends), tie)
        return tuple(tie for tie in lines.values() if not self._led_round(tie))

    def _led_round(self, tie: Tie) -> bool:
        """Whether other arrows lead from the first end to the second."""
        after = self._after.get(tie.first, frozenset()) - {tie.second}
        return tie.kind == "prerequisite" and any(tie.second in self._reached(other) for other in after)

    def _reached(self, concept: str) -> frozenset[str]:
        seen, waiting = set[str](), [concept]
        while waiting:
            following = self._after.get(waiting.pop(), frozenset()) - seen
            seen |= following
            waiting += following
        return frozenset(seen)

    @cached_property
    def _after(self) -> Mapping[str, frozenset[str]]:
        """By concept, those that name it as a prerequisite."""
        found: dict[str, set[str]] = {}
        for tie in self.ties:
            if tie.kind == "prerequisite":
                found.setdefault(tie.first, set()).add(tie.second)
        return {concept: frozenset(others) for concept, others in found.items()}

    @property
    def kinds(self) -> tuple[TieKind, ...]:
        """The kinds of lines that there are, the strongest first."""
        return tuple(kind for kind in TIE_KINDS if any(tie.kind == kind for tie in self.drawn))

    def neighbors(self, concept: str) -> Mapping[tuple[TieKind, bool], tuple[str, ...]]:
        """The other ends of a concept's ties: by kind, and by whether the concept is the first end. A kind without
        direction has all of them under True."""
        found: dict[tuple[TieKind, bool], list[str]] = {}
        for tie in self.ties:
            if concept in tie.ends:
                first = tie.first == concept or tie.kind in UNDIRECTED
                other = tie.second if tie.first == concept else tie.first
                found.setdefault((tie.kind, first), []).append(other)
        order = sorted(found, key=lambda which: (TIE_KINDS.index(which[0]), which[1]))
        return {which: tuple(found[which]) for which in order}
