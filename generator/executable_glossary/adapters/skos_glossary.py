"""Reads a glossary from a SKOS concept scheme, in any format that rdflib supports, such as Turtle or JSON-LD."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rdflib import RDF, SKOS, Graph, Literal
from rdflib.util import guess_format

from executable_glossary.model.entry import Relation
from executable_glossary.model.foreign_glossary import (
    ForeignGlossary,
    ForeignTerm,
    Loss,
    UnreadableGlossary,
    escaped,
)
from executable_glossary.model.problem import Place

_RELATIONS: Mapping[Any, Relation] = {
    SKOS.broader: "broader",
    SKOS.narrower: "narrower",
    SKOS.related: "used-with",
}
# Each relation implies the inverse relation from the other concept, even if the file does not contain it.
_OPPOSITE = {SKOS.broader: SKOS.narrower, SKOS.narrower: SKOS.broader, SKOS.related: SKOS.related}
# Properties that become other parts of an entry, or that only describe the scheme's structure.
_CARRIED = (SKOS.prefLabel, SKOS.altLabel, RDF.type, SKOS.inScheme, SKOS.topConceptOf, *_RELATIONS)
# Properties to read the definition from, in order of preference; a note is used only if there is no definition.
_DEFINITIONS = (SKOS.definition, SKOS.scopeNote, SKOS.note)


def read_skos(path: str, content: str, language: str) -> ForeignGlossary:
    """The glossary in a SKOS file: the labels and definitions in `language` (such as "en") or without a language tag.

    Raises UnreadableGlossary.
    """
    graph = Graph()
    try:
        graph.parse(data=content, format=guess_format(path) or "turtle")
    # Each format has its own parser, which raises its own types of exceptions.
    except Exception as error:
        message = " ".join(str(error).split())[:200]
        raise UnreadableGlossary(
            f"{path} cannot be read as {guess_format(path) or 'turtle'}: {message}"
        ) from error
    concepts = sorted(set(graph.subjects(RDF.type, SKOS.Concept)) | set(graph.subjects(SKOS.prefLabel, None)))
    reading = _GraphReader(graph, path, content.splitlines(), language)
    terms = [term for concept in concepts if (term := reading.term(concept)) is not None]
    if not terms:
        raise UnreadableGlossary(f'{path} has no SKOS concepts with labels in the language "{language}"')
    ordered = sorted(terms, key=lambda term: (term.place.line, term.names))
    return ForeignGlossary(tuple(ordered), tuple(sorted(reading.losses)))


class _GraphReader:
    """Converts the concepts in a graph to terms, and records the information lost in the conversion."""

    def __init__(self, graph: Graph, path: str, lines: list[str], language: str) -> None:
        self.graph, self.path, self.lines, self.language = graph, path, lines, language
        self.losses: list[Loss] = []

    def term(self, concept: Any) -> ForeignTerm | None:
        scheme = (concept, RDF.type, SKOS.ConceptScheme) in self.graph
        labels = self._texts(concept, SKOS.prefLabel)
        if scheme or not labels:
            if not scheme:
                self._lose("concepts without a label in this language skipped", concept, str(concept))
            return None
        names = tuple(dict.fromkeys([*labels, *self._texts(concept, SKOS.altLabel)]))
        definition = next((kind for kind in _DEFINITIONS if self._texts(concept, kind)), SKOS.definition)
        self._lose_the_rest(concept, definition)
        text = "\n\n".join(escaped(text) for text in self._texts(concept, definition))
        return ForeignTerm(names, text, self._place(concept), tuple(self._relations(concept)))

    def _relations(self, concept: Any) -> Iterator[tuple[Relation, str]]:
        for predicate, relation in _RELATIONS.items():
            others = set(self.graph.objects(concept, predicate))
            for other in sorted(others | set(self.graph.subjects(_OPPOSITE[predicate], concept))):
                labels = self._texts(other, SKOS.prefLabel)
                if labels:
                    yield relation, labels[0]
                else:
                    self._lose(
                        "relations to concepts outside this file skipped",
                        concept,
                        f"{_short(predicate)} {other}",
                    )

    def _texts(self, concept: Any, predicate: Any) -> list[str]:
        """The values in the language, including regional variants (en-US), or, if there are none, those without a
        language tag."""
        texts = [text for text in self.graph.objects(concept, predicate) if isinstance(text, Literal)]
        spoken = [text for text in texts if (text.language or "").lower().split("-")[0] == self.language]
        return sorted(str(text).strip() for text in spoken or texts if text in spoken or not text.language)

    def _lose_the_rest(self, concept: Any, definition: Any) -> None:
        for predicate, value in sorted(self.graph.predicate_objects(concept)):
            if isinstance(value, Literal) and str(value).strip() not in self._texts(concept, predicate):
                self._lose("other languages skipped", concept, f"{_short(predicate)} {value.n3()}")
            elif predicate not in (*_CARRIED, definition):
                self._lose(f"property {_short(predicate)} skipped", concept, str(value))

    def _lose(self, kind: str, concept: Any, detail: str) -> None:
        self.losses.append(Loss(kind, self._place(concept), " ".join(detail.split())))

    def _place(self, concept: Any) -> Place:
        """The first line that begins with the concept's URI or with the last part of the URI."""
        name = re.split(r"[/#]", str(concept))[-1]
        begins = re.compile(
            rf"\s*(?:<\S*{re.escape(name)}>|[\w.-]*:{re.escape(name)}\b|<\S+\s.*{re.escape(name)}\")"
        )
        line = next((number for number, text in enumerate(self.lines, 1) if begins.match(text)), 0)
        return Place(self.path, line)


def _short(uri: Any) -> str:
    return re.split(r"[/#]", str(uri))[-1]
