"""A SKOS concept scheme: labels, definitions, and relations in one language, and the information that is lost."""

from __future__ import annotations

import pytest

pytest.importorskip("rdflib")

from executable_glossary.adapters.skos_glossary import read_skos
from executable_glossary.model.foreign_glossary import ForeignGlossary, UnreadableGlossary

SCHEME = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <http://example.org/> .
ex:scheme a skos:ConceptScheme ; skos:prefLabel "Animals"@en .
ex:mammal a skos:Concept ; skos:prefLabel "Mammal"@en, "Säugetier"@de ; skos:altLabel "mammals"@en-US ;
  skos:definition "An animal with *milk* & <fur>."@en, "Ein Tier."@de ; skos:topConceptOf ex:scheme .
ex:cat a skos:Concept ; skos:prefLabel "Cat"@en ; skos:scopeNote "It purrs." ; skos:notation "C1" ;
  skos:broader ex:mammal ; skos:related ex:mouse ; skos:exactMatch <http://other.org/cat> .
ex:dog a skos:Concept ; skos:prefLabel "Hund"@de ; skos:broader ex:mammal .
"""


def read(language: str = "en") -> ForeignGlossary:
    return read_skos("a.ttl", SCHEME, language)


def test_concepts_are_in_file_order() -> None:
    assert [(term.names, term.place.line) for term in read().terms] == [
        (("Mammal", "mammals"), 4),
        (("Cat",), 6),
    ]


def test_a_definition_is_plain_text_and_a_note_can_replace_it() -> None:
    assert [term.text for term in read().terms] == [r"An animal with \*milk\* & &lt;fur>.", "It purrs."]


def test_a_relation_is_read_from_both_ends() -> None:
    mammal, cat = read().terms
    assert mammal.relations == (("narrower", "Cat"),)
    assert cat.relations == (("broader", "Mammal"),)


def test_each_language_is_a_separate_glossary() -> None:
    german = read("de")
    assert [term.names for term in german.terms] == [("Säugetier",), ("Hund",)]
    assert german.terms[1].relations == (("broader", "Säugetier"),)


def test_all_other_information_is_reported_as_lost() -> None:
    assert [(loss.kind, loss.detail) for loss in read().losses] == [
        ("concepts without a label in this language skipped", "http://example.org/dog"),
        ("other languages skipped", 'definition "Ein Tier."@de'),
        ("other languages skipped", 'prefLabel "Säugetier"@de'),
        ("property exactMatch skipped", "http://other.org/cat"),
        ("property notation skipped", "C1"),
        ("relations to concepts outside this file skipped", "narrower http://example.org/dog"),
        ("relations to concepts outside this file skipped", "related http://example.org/mouse"),
    ]


def test_a_file_that_is_not_a_graph_is_rejected() -> None:
    with pytest.raises(UnreadableGlossary, match="cannot be read as xml"):
        read_skos("a.rdf", "no XML", "en")
