"""Exports the glossary as a SKOS concept scheme in Turtle, for thesauri and other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.entry import Entry, Relation
from executable_glossary.model.glossary import Glossary
from executable_glossary.stages.render.json_ld import set_address, term_address
from executable_glossary.text.markdown_spans import plain

PREFIXES = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""
# SKOS has no separate relation for parts of a concept.
PROPERTIES: dict[Relation, str] = {
    "broader": "skos:broader",
    "narrower": "skos:narrower",
    "contrasts": "skos:related",
    "part-of": "skos:related",
    "used-with": "skos:related",
}
# SKOS does not allow two concepts to be both related and hierarchical.
HIERARCHY = ("skos:broader", "skos:narrower")


def skos(build: PlannedBuild) -> str:
    """The scheme and its concepts, each identified by the URL of its own page."""
    glossary, site = build.glossary, build.site
    language = glossary.words.language
    scheme = (
        f"<{set_address(site)}> a skos:ConceptScheme ;\n    skos:prefLabel {_literal(site.name, language)} ;\n"
        f"    dcterms:description {_literal(site.description, language)} .\n"
    )
    hierarchy = frozenset(_hierarchy(glossary))
    concepts = (_concept(entry, build, hierarchy) for entry in glossary.entries.values())
    return "\n".join([PREFIXES, scheme, *concepts])


def _hierarchy(glossary: Glossary) -> Iterator[frozenset[str]]:
    for entry in glossary.entries.values():
        for other in entry.see_also:
            if PROPERTIES[other.relation] in HIERARCHY:
                yield frozenset((str(entry.id), str(other.concept)))


def _concept(entry: Entry, build: PlannedBuild, hierarchy: frozenset[frozenset[str]]) -> str:
    site, meaning = build.site, build.plan.of_concept(entry.id)[0].meaning
    language = build.glossary.words.language
    properties = [
        ("skos:inScheme", f"<{set_address(site)}>"),
        ("skos:prefLabel", _literal(entry.term, language)),
        *(("skos:altLabel", _literal(name, language)) for name in entry.synonyms),
        *(("skos:hiddenLabel", _literal(name, language)) for name in entry.related_words),
        *([("skos:definition", _literal(plain(meaning), language))] if meaning else []),
        *dict.fromkeys(_relations(entry, build, hierarchy)),
    ]
    lines = [
        f"<{term_address(site, entry.id)}> a skos:Concept",
        *(f"    {name} {value}" for name, value in properties),
    ]
    return " ;\n".join(lines) + " .\n"


def _relations(
    entry: Entry, build: PlannedBuild, hierarchy: frozenset[frozenset[str]]
) -> Iterator[tuple[str, str]]:
    for other in entry.see_also:
        name, pair = PROPERTIES[other.relation], frozenset((str(entry.id), str(other.concept)))
        if str(other.concept) in build.glossary.entries and (name in HIERARCHY or pair not in hierarchy):
            yield name, f"<{term_address(build.site, str(other.concept))}>"


def _literal(text: str, language: str) -> str:
    """A Turtle string, which has the same syntax as a JSON string."""
    return f"{json.dumps(str(text), ensure_ascii=False)}@{language}"
