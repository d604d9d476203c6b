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
_ENTITY = re.compile(r"""<!ENTITY\s+(?:%\s+)?([^\s"'>]{1,100})\s*("[^"]*"|'[^']*'|[^>]{0,200})""")
MOST_ENTITIES, MOST_FROM_ENTITIES = 100, 10_000_000  # the number and the length of the text that they add
_SUBJECT = re.compile(r"\s*(?:<([^\s<>]*)>|[\w.-]*:([^\s;,<>]+))")
_QUOTED = re.compile(r'"([^"\n]*)"')
# Properties to read the definition from, in order of preference; a note is used only if there is no definition.
_DEFINITIONS = (SKOS.definition, SKOS.scopeNote, SKOS.note)


def read_skos(path: str, content: str, language: str) -> ForeignGlossary:
    """The glossary in a SKOS file: the labels and definitions in `language` (such as "en") or without a language tag.

    Raises UnreadableGlossary.
    """
    _refuse_entities(path, content)
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


def _refuse_entities(path: str, content: str) -> None:
    """Raises UnreadableGlossary if the file declares XML entities that read other files, that contain others, or that
    would make the text much longer. Short ones, which abbreviate namespaces, are common."""
    declared = _ENTITY.findall(content) if guess_format(path) == "xml" else []
    longer = 0
    for name, value in declared[: MOST_ENTITIES + 1]:
        plain = value[:1] in ("'", '"') and not set("&%") & set(value)
        longer += content.count(f"&{name};") * len(value)
        if not plain or longer > MOST_FROM_ENTITIES or len(declared) > MOST_ENTITIES:
            line = content.count("\n", 0, content.index("<!ENTITY")) + 1
            raise UnreadableGlossary(f"{path}:{line}: the XML entity {name} is not allowed; write its text")


class _GraphReader:
    """Converts the concepts in a graph to terms, and records the information lost in the conversion."""

    def __init__(self, graph: Graph, path: str, lines: list[str], language: str) -> None:
        self.graph, self.path, self.language = graph, path, language
        self.first_lines = _first_lines(lines)
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
        read: dict[Any, set[str]] = {}
        for predicate, value in sorted(self.graph.predicate_objects(concept)):
            if predicate not in read:
                read[predicate] = set(self._texts(concept, predicate))
            if isinstance(value, Literal) and str(value).strip() not in read[predicate]:
                self._lose("other languages skipped", concept, f"{_short(predicate)} {value.n3()}")
            elif predicate not in (*_CARRIED, definition):
                self._lose(f"property {_short(predicate)} skipped", concept, str(value))

    def _lose(self, kind: str, concept: Any, detail: str) -> None:
        self.losses.append(Loss(kind, self._place(concept), " ".join(detail.split())))

    def _place(self, concept: Any) -> Place:
        """The first line that begins with the concept's URI or with the last part of the URI."""
        return Place(self.path, self.first_lines.get(_short(concept), 0))


def _first_lines(lines: list[str]) -> Mapping[str, int]:
    """The first line that begins with a URI or an XML tag, keyed by the last part of the URI."""
    first: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        subject = _SUBJECT.match(line)
        uris = [subject[1] or subject[2].rstrip(".")] if subject else []
        if not subject and line.lstrip().startswith("<"):
            uris = _QUOTED.findall(line)
        for uri in uris:
            first.setdefault(_short(uri), number)
    return first


def _short(uri: Any) -> str:
    return re.split(r"[/#]", str(uri))[-1]
