"""A number or a link that begins and never ends: readers would be shown its braces or brackets."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.text import Text
from executable_glossary.text.markdown_spans import spans

# What begins it, what would end it, what it is, and the code under which faults of that kind are told.
_MARKS = (
    ("{{", "}}", "expression", "forbidden-expression"),
    ("[[", "]]", "link", "broken-link"),
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    for written in glossary.written:
        for text in written.prose:
            for span in spans(text):
                if span.kind == "prose":
                    yield from _begun(text, span.text, span.offset)


def _begun(text: Text, prose: str, offset: int) -> Iterator[Problem]:
    for begin, end, what, code in _MARKS:
        if (at := prose.find(begin)) >= 0:
            message = f'no "{end}" ends the {what} that begins here'
            help = f'close it with "{end}", or put it in backticks if it is code'
            yield Problem(text.at(offset + at, len(begin)), code, message, help)
