"""Every link leads to a concept that exists, and to another one than its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.text import Text
from executable_glossary.text.markdown_spans import Span, spans

# A footnote, or a link by reference.
_POINTER = re.compile(r"\[\^[^\]\s]+\]|\[[^\]\[\n]+\]\[[^\]\[\n]*\]")


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        for needed in entry.prerequisites:
            yield from _broken(glossary, entry.id, needed.concept, needed.concept.place, "prerequisite")
        for other in entry.see_also:
            yield from _broken(glossary, entry.id, other.concept, other.concept.place, "see-also")
    for written in glossary.written:
        yield from _in_prose(glossary, written.prose)


def _in_prose(glossary: Glossary, prose: Iterable[Text]) -> Iterator[Problem]:
    for text in prose:
        for span in spans(text):
            if span.kind == "concept":
                concept = span.inner.partition("|")[0].strip()
                yield from _broken(glossary, None, concept, text.at(span.offset, len(span.text)), "link")
            elif span.kind == "prose":
                yield from _pointers(text, span)


def _pointers(text: Text, span: Span) -> Iterator[Problem]:
    """No text can hold what these point to: a block stands on many pages, among others."""
    for match in _POINTER.finditer(span.text):
        message = f'"{match[0]}" leads nowhere: its text or address would stand elsewhere'
        help = "say it in brackets, put the work under `sources`, or write [words](https://...)"
        yield Problem(text.at(span.offset + match.start(), len(match[0])), "broken-link", message, help)


def _broken(glossary: Glossary, own: str | None, concept: str, place: Place, what: str) -> Iterator[Problem]:
    if concept == own:
        message = f"the {what} leads to the entry itself"
        yield Problem(place, "broken-link", message, "name another concept, or take it out")
    elif not concept:
        yield Problem(place, "broken-link", f"the {what} names no concept", "write its id: [[its-id]]")
    elif not glossary.has_entry(concept):
        near = get_close_matches(concept, glossary.entries, n=1)
        help = f'write "{near[0]}"' if near else f"write concepts/{concept}.yml, or take the link out"
        yield Problem(place, "broken-link", f'{what} to "{concept}", which is no concept', help)
