"""Renders the map page: every concept below its prerequisites, with lines to related concepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from types import MappingProxyType

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.drawing.concept_map import draw_map
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.concept_map import TIE_KINDS, ConceptMap, Spot, Tie, TieKind
from executable_glossary.model.entry import Relation
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Document, Recipe
from executable_glossary.model.plan import Plan
from executable_glossary.model.slugs import slug
from executable_glossary.stages.render.learning_path import prerequisites, steps_before
from executable_glossary.stages.render.page_prose import href

PATH = "map/index.md"
# The largest number of concepts in one drawing. With more, the lines cover each other, and the drawing's size grows with
# the square of their number: it took 49 MB for a thousand concepts.
MOST_DRAWN = 100


@dataclass(frozen=True)
class MapPart:
    """The page of one theme's concepts. concepts: their ids."""

    path: str
    label: str
    concepts: frozenset[str]


def map_recipes(build: PlannedBuild, templates: Templates) -> Iterator[Recipe]:
    """The map; if the glossary is too large for one drawing, the map is an overview with a page for each theme."""
    whole = cache(lambda: concept_map(build.glossary, build.plan))
    parts = tuple(_parts(build.glossary)) if len(build.glossary.entries) > MOST_DRAWN else ()
    if len(parts) < 2:
        yield PATH, lambda: _page(build, templates, PATH, map=whole())
        return
    yield PATH, lambda: _page(build, templates, PATH, map=whole(), parts=_views(parts, whole()))
    for part in parts:
        yield part.path, partial(_part_page, build, templates, part, parts, whole)


def _parts(glossary: Glossary) -> Iterator[MapPart]:
    """The themes that have concepts; concepts without a theme are in the last part, which has no label."""
    used: set[str] = set()
    for number, (id, label) in enumerate(
        [*((theme.id, theme.label) for theme in glossary.axes.themes), (None, "")]
    ):
        concepts = frozenset(str(entry.id) for entry in glossary.entries.values() if entry.theme == id)
        name = slug(str(id or "other"))
        name = name if name and name not in used else f"{name or 'theme'}-{number}"
        used.add(name)
        if concepts:
            yield MapPart(f"map/{name}/index.md", str(label), concepts)


@dataclass(frozen=True)
class PartView:
    """A theme in the overview. spots: its concepts in reading order. leads: the other themes to which relations lead,
    each with their number, the largest first."""

    part: MapPart
    spots: tuple[Spot, ...]
    leads: tuple[tuple[MapPart, int], ...]


def _views(parts: Iterable[MapPart], map: ConceptMap) -> list[PartView]:
    part_of = {concept: part for part in parts for concept in part.concepts}
    leads: dict[MapPart, Counter[MapPart]] = {part: Counter() for part in parts}
    for tie in map.ties:
        first, second = (part_of[end] for end in tie.ends)
        if first != second:
            leads[first][second] += 1
            leads[second][first] += 1
    return [
        PartView(part, tuple(map.among(part.concepts).spots), tuple(leads[part].most_common()))
        for part in parts
    ]


def _part_page(
    build: PlannedBuild,
    templates: Templates,
    part: MapPart,
    parts: Iterable[MapPart],
    whole: Callable[[], ConceptMap],
) -> Document:
    places = {
        concept: f"{href(part.path, other.path)}"
        for other in parts
        if other != part
        for concept in other.concepts
    }
    map = whole().among(part.concepts).moved("../")
    return _page(build, templates, part.path, map=map, part=part, places=places)


def _page(
    build: PlannedBuild,
    templates: Templates,
    path: str,
    map: ConceptMap,
    parts: Iterable[PartView] = (),
    part: MapPart | None = None,
    places: Mapping[str, str] = MappingProxyType({}),
) -> Document:
    """The page of the map or of one of its parts. parts: set if the page is an overview. places: the pages that list
    the concepts of other parts."""
    pages = {concept: build.plan.of_concept(concept)[0] for concept in build.glossary.entries}
    is_drawn = len(tuple(map.spots)) <= MOST_DRAWN
    values = {
        "pages": pages,
        "draw_map": draw_map,
        "is_drawn": is_drawn,
        "parts": parts,
        "part": part,
        "places": places,
    }
    text = templates.render("indexes/map.md.j2", path=path, build=build, map=map, **values)
    return Document(path, text, parent="" if path == PATH else PATH)


def concept_map(glossary: Glossary, plan: Plan) -> ConceptMap:
    """The concepts, arranged in bands by the length of their longest chain of prerequisites. Concepts that have no
    prerequisites and are not prerequisites themselves are kept separate."""
    before = prerequisites(glossary)
    steps = steps_before(before)
    required = {name for prerequisites in before.values() for name in prerequisites}
    apart = [concept for concept in before if not steps[concept] and concept not in required]
    joined = [concept for concept in before if concept not in apart]
    bands = [
        [concept for concept in joined if steps[concept] == number]
        for number in range(max((steps[concept] for concept in joined), default=-1) + 1)
    ]
    return ConceptMap(
        tuple(tuple(_spot(glossary, plan, concept) for concept in band) for band in bands),
        tuple(_spot(glossary, plan, concept) for concept in apart),
        tuple(sorted(dict.fromkeys(_ties(glossary)), key=lambda tie: TIE_KINDS.index(tie.kind))),
    )


def _spot(glossary: Glossary, plan: Plan, concept: str) -> Spot:
    page = plan.of_concept(concept)[0]
    url = f"{href(PATH, page.url)}/"
    return Spot(concept, str(glossary.entries[concept].term), url, len(plan.of_concept(concept)) > 1)


def _ties(glossary: Glossary) -> Iterator[Tie]:
    for entry in glossary.entries.values():
        for prerequisite in entry.prerequisites:
            if prerequisite.concept in glossary.entries:
                yield Tie("prerequisite", str(prerequisite.concept), str(entry.id))
        for related in entry.see_also:
            if related.concept in glossary.entries:
                yield _tie(related.relation, str(entry.id), str(related.concept))


def _tie(relation: Relation, concept: str, other: str) -> Tie:
    """The kind of line for a see-also relation: "broader" means that `other` is broader than `concept`, and so on."""
    directed: dict[Relation, tuple[TieKind, str, str]] = {
        "broader": ("broader", concept, other),
        "narrower": ("broader", other, concept),
        "part-of": ("part-of", concept, other),
    }
    if relation in directed:
        return Tie(*directed[relation])
    first, second = sorted((concept, other))
    return Tie("contrasts" if relation == "contrasts" else "used-with", first, second)
