"""Renders the map page: every concept below its prerequisites, with lines to related concepts."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.drawing.concept_map import draw_map
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.concept_map import TIE_KINDS, ConceptMap, Spot, Tie, TieKind
from executable_glossary.model.entry import Relation
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Document
from executable_glossary.model.plan import Plan
from executable_glossary.stages.render.learning_path import prerequisites, steps_before
from executable_glossary.stages.render.page_prose import href

PATH = "map/index.md"


def map_page(build: PlannedBuild, templates: Templates) -> Document:
    map = concept_map(build.glossary, build.plan)
    pages = {spot.concept: build.plan.of_concept(spot.concept)[0] for spot in map.spots}
    text = templates.render(
        "indexes/map.md.j2", path=PATH, build=build, map=map, pages=pages, draw_map=draw_map
    )
    return Document(PATH, text)


def concept_map(glossary: Glossary, plan: Plan) -> ConceptMap:
    """The concepts, arranged in bands by the length of their longest chain of prerequisites. Concepts that neither have
    nor are prerequisites are kept separate."""
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
    """The tie for a see-also relation: "broader" means that `other` is broader than `concept`, and so on."""
    directed: dict[Relation, tuple[TieKind, str, str]] = {
        "broader": ("broader", concept, other),
        "narrower": ("broader", other, concept),
        "part-of": ("part-of", concept, other),
    }
    if relation in directed:
        return Tie(*directed[relation])
    first, second = sorted((concept, other))
    return Tie("contrasts" if relation == "contrasts" else "used-with", first, second)
