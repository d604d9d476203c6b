"""Every link refers to a concept that exists, and no entry is its own prerequisite or see-also."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text
from executable_glossary.text.markdown_spans import Span, spans

BROKEN_LINK = Rule(
    code="broken-link",
    when="the content is checked",
    summary="A link, a prerequisite, or a see-also does not refer to a concept.",
    details="""
        The rule also reports footnotes, reference-style links, and entries that refer to themselves. A block appears
        on many pages, and the text of a footnote or the URL of a reference would be missing from most of them.
        """,
    why="Readers would hit a dead end.",
    example="`[[sour-dough]]`",
    instead="`[[sourdough]]`",
)

# A footnote or a reference-style link.
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
    for match in _POINTER.finditer(span.text):
        message = f'"{match[0]}" is a broken link: footnotes and reference-style links do not work in blocks'
        help = "write it in parentheses, list the work under `sources`, or write [text](https://...)"
        yield BROKEN_LINK.at(text.at(span.offset + match.start(), len(match[0])), message, help)


def _broken(glossary: Glossary, own: str | None, concept: str, place: Place, what: str) -> Iterator[Problem]:
    if concept == own:
        message = f"the {what} refers to the entry itself"
        yield BROKEN_LINK.at(place, message, "name a different concept, or delete it")
    elif not concept:
        yield BROKEN_LINK.at(place, f"the {what} does not name a concept", "write its id: [[its-id]]")
    elif not glossary.has_entry(concept):
        near = get_close_matches(concept, glossary.entries, n=1)
        help = f'write "{near[0]}"' if near else f"write concepts/{concept}.yml, or delete the link"
        yield BROKEN_LINK.at(place, f'the {what} refers to "{concept}", but there is no such concept', help)
