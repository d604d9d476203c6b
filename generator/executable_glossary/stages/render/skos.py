"""The glossary as a SKOS concept scheme in Turtle, for thesauri and other people's programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from executable_glossary.model.entry import Entry, Relation
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.plan import Plan
from executable_glossary.model.project import Site
from executable_glossary.stages.render.json_ld import set_address, term_address
from executable_glossary.text.markdown_spans import plain

PREFIXES = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""
# SKOS knows no difference between a part of a thing and what goes with it.
PROPERTIES: dict[Relation, str] = {
    "broader": "skos:broader",
    "narrower": "skos:narrower",
    "contrasts": "skos:related",
    "part-of": "skos:related",
    "used-with": "skos:related",
}
# SKOS forbids that two concepts are related and one is also the broader one.
HIERARCHY = ("skos:broader", "skos:narrower")


def skos(glossary: Glossary, plan: Plan, site: Site) -> str:
    """Addresses are those of the concepts' own pages."""
    language = glossary.words.language
    scheme = (
        f"<{set_address(site)}> a skos:ConceptScheme ;\n    skos:prefLabel {_literal(site.name, language)} ;\n"
        f"    dcterms:description {_literal(site.description, language)} .\n"
    )
    hierarchy = frozenset(_hierarchy(glossary))
    concepts = (_concept(entry, glossary, plan, site, hierarchy) for entry in glossary.entries.values())
    return "\n".join([PREFIXES, scheme, *concepts])


def _hierarchy(glossary: Glossary) -> Iterator[frozenset[str]]:
    for entry in glossary.entries.values():
        for other in entry.see_also:
            if PROPERTIES[other.relation] in HIERARCHY:
                yield frozenset((str(entry.id), str(other.concept)))


def _concept(
    entry: Entry, glossary: Glossary, plan: Plan, site: Site, hierarchy: frozenset[frozenset[str]]
) -> str:
    meaning, language = plan.of_concept(entry.id)[0].meaning, glossary.words.language
    said = [
        ("skos:inScheme", f"<{set_address(site)}>"),
        ("skos:prefLabel", _literal(entry.term, language)),
        *(("skos:altLabel", _literal(alias.text, language)) for alias in entry.aliases),
        ("skos:definition", _literal(plain(meaning), language)),
        *dict.fromkeys(_relations(entry, glossary, site, hierarchy)),
    ]
    lines = [
        f"<{term_address(site, entry.id)}> a skos:Concept",
        *(f"    {name} {value}" for name, value in said),
    ]
    return " ;\n".join(lines) + " .\n"


def _relations(
    entry: Entry, glossary: Glossary, site: Site, hierarchy: frozenset[frozenset[str]]
) -> Iterator[tuple[str, str]]:
    for other in entry.see_also:
        name, pair = PROPERTIES[other.relation], frozenset((str(entry.id), str(other.concept)))
        if str(other.concept) in glossary.entries and (name in HIERARCHY or pair not in hierarchy):
            yield name, f"<{term_address(site, str(other.concept))}>"


def _literal(text: str, language: str) -> str:
    """A string of JSON is one of Turtle."""
    return f"{json.dumps(str(text), ensure_ascii=False)}@{language}"
