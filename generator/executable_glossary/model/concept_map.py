"""The concept map as data: concepts arranged in bands by prerequisites, and the relations drawn between them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

from executable_glossary.model.words import Words

TieKind = Literal["prerequisite", "broader", "part-of", "contrasts", "used-with"]
# All kinds, strongest first.
TIE_KINDS: tuple[TieKind, ...] = get_args(TieKind)
UNDIRECTED: frozenset[TieKind] = frozenset(["contrasts", "used-with"])


@dataclass(frozen=True)
class Spot:
    """One concept on the map. url: relative to the map page. full: whether it has pages for specific readers."""

    concept: str
    term: str
    url: str
    full: bool = False


@dataclass(frozen=True)
class Tie:
    """A relation between two concepts, drawn as a line.

    `first` is the prerequisite, the narrower concept, or the part. In an undirected relation, it is the concept whose
    name sorts first.
    """

    kind: TieKind
    first: str
    second: str

    @property
    def ends(self) -> tuple[str, str]:
        return (self.first, self.second)


@dataclass(frozen=True)
class ConceptMap:
    """Concepts grouped into `bands` by the length of their longest chain of prerequisites.

    `apart` contains the concepts that have no prerequisites and are not prerequisites themselves. `ties` contains each
    kind of relation at most once per pair, strongest kind first. In a part of a map, a tie can have one end outside;
    it is listed, but not drawn.
    """

    bands: tuple[tuple[Spot, ...], ...]
    apart: tuple[Spot, ...]
    ties: tuple[Tie, ...]

    @property
    def spots(self) -> Iterator[Spot]:
        for band in (*self.bands, self.apart):
            yield from band

    def among(self, concepts: Collection[str]) -> ConceptMap:
        """The part of the map that contains these concepts, with all their relations. Its bands are those of the whole
        map, so some can be empty."""
        *bands, apart = (
            tuple(spot for spot in band if spot.concept in concepts) for band in (*self.bands, self.apart)
        )
        ties = (tie for tie in self.ties if any(end in concepts for end in tie.ends))
        return ConceptMap(tuple(bands), apart, tuple(ties))

    def moved(self, prefix: str) -> ConceptMap:
        """The same map on a page from which the map page is at `prefix`."""
        *bands, apart = (
            tuple(replace(spot, url=prefix + spot.url) for spot in band) for band in (*self.bands, self.apart)
        )
        return ConceptMap(tuple(bands), apart, self.ties)

    def headed(self, words: Words) -> tuple[tuple[str, tuple[Spot, ...]], ...]:
        """Each band that is not empty, with its heading."""
        bands = [
            (words("map.bands.later", count=number) if number else words("map.bands.first"), band)
            for number, band in enumerate(self.bands)
            if band
        ]
        return (*bands, *([(words("map.bands.apart"), self.apart)] if self.apart else []))

    @cached_property
    def drawn(self) -> tuple[Tie, ...]:
        """The strongest relation between each pair of concepts. Only one is drawn per pair, because the lines would
        overlap.

        An arrow that is implied by a chain of other arrows is left out (transitive reduction).
        """
        lines: dict[frozenset[str], Tie] = {}
        for tie in self._inside:
            lines.setdefault(frozenset(tie.ends), tie)
        return tuple(tie for tie in lines.values() if not self._is_implied(tie))

    def _is_implied(self, tie: Tie) -> bool:
        """Whether a chain of other arrows leads from the first end to the second."""
        after = self._after.get(tie.first, frozenset()) - {tie.second}
        return tie.kind == "prerequisite" and any(tie.second in self._reachable(other) for other in after)

    def _reachable(self, concept: str) -> frozenset[str]:
        seen, waiting = set[str](), [concept]
        while waiting:
            following = self._after.get(waiting.pop(), frozenset()) - seen
            seen |= following
            waiting += following
        return frozenset(seen)

    @cached_property
    def _inside(self) -> tuple[Tie, ...]:
        """The relations between two concepts on this map."""
        concepts = {spot.concept for spot in self.spots}
        return tuple(tie for tie in self.ties if concepts.issuperset(tie.ends))

    @cached_property
    def _after(self) -> Mapping[str, frozenset[str]]:
        """The concepts that list a concept as a prerequisite, keyed by that concept."""
        after: dict[str, set[str]] = {}
        for tie in self._inside:
            if tie.kind == "prerequisite":
                after.setdefault(tie.first, set()).add(tie.second)
        return {concept: frozenset(others) for concept, others in after.items()}

    @property
    def kinds(self) -> tuple[TieKind, ...]:
        """The kinds of relations that are drawn, the strongest first."""
        return tuple(kind for kind in TIE_KINDS if any(tie.kind == kind for tie in self.drawn))

    def neighbors(self, concept: str) -> Mapping[tuple[TieKind, bool], tuple[str, ...]]:
        """Related concepts, keyed by kind and by whether `concept` is the first end (True for undirected kinds)."""
        neighbors: dict[tuple[TieKind, bool], list[str]] = {}
        for tie in self.ties:
            if concept in tie.ends:
                first = tie.first == concept or tie.kind in UNDIRECTED
                other = tie.second if tie.first == concept else tie.first
                neighbors.setdefault((tie.kind, first), []).append(other)
        order = sorted(neighbors, key=lambda end: (TIE_KINDS.index(end[0]), end[1]))
        return {end: tuple(neighbors[end]) for end in order}
