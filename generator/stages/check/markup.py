"""Text is Markdown only: no raw HTML, no links that run scripts, no headings that break the page's order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.model.glossary import Glossary
from generator.model.problem import Problem
from generator.model.text import Text
from generator.tools.prose import Span, spans

_SAFE_LINK = re.compile(r"\]\(\s*<?\s*(?:https?://|mailto:|#|[\w./-]+(?:#|$|\)|\s))", re.IGNORECASE)
_AUTOLINK = re.compile(r"<(?:[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_REFERENCE = re.compile(r"^[ ]{0,3}\[[^\]]+\]:", re.MULTILINE)
_ATTRIBUTES = re.compile(r"\{:[^}]*\}|\{\s*[#.][^}]*\}")


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        for text in entry.prose:
            for span in spans(text):
                yield from _unsafe(text, span)


def _unsafe(text: Text, span: Span) -> Iterator[Problem]:
    place = text.at(span.offset, len(span.text))
    if span.kind == "tag":
        mend = "write Markdown; put code in backticks"
        yield Problem(place, "raw-html", f"{span.text[:40]} is raw HTML", mend)
    elif span.kind == "heading":
        yield Problem(place, "heading-in-block", "headings come from the format", "use bold for a lead-in")
    elif span.kind == "link" and not _SAFE_LINK.search(span.text):
        yield Problem(
            place, "unsafe-link", f"{span.text[:60]} is no https link", "link to https:// or a concept"
        )
    elif span.kind == "prose":
        yield from _in_prose(text, span)


def _in_prose(text: Text, span: Span) -> Iterator[Problem]:
    for pattern, code, mend in (
        (_AUTOLINK, "unsafe-link", "write [words](https://...)"),
        (_REFERENCE, "unsafe-link", "write [words](https://...) in place"),
        (_ATTRIBUTES, "raw-html", "leave attributes to the templates"),
    ):
        for match in pattern.finditer(span.text):
            place = text.at(span.offset + match.start(), len(match[0]))
            yield Problem(place, code, f'"{match[0]}" is not allowed in text', mend)
