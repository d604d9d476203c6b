"""No measured number is typed by hand: a decimal, a percentage or "3 times" in prose is bound to a run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.text.markdown_spans import spans, typed_numbers

_HELP = (
    'bind it to a run, {{ example.metric | percent }}, or write {{ %s | literal("why it may be typed") }}%s'
)
_FIGURES = re.compile(r"\d[\d,.]*(?<=\d)")


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.written:
        for text in entry.prose:
            for span in spans(text):
                if span.kind in ("prose", "heading"):
                    for offset, number in typed_numbers(span.text):
                        place = text.at(span.offset + offset, len(number))
                        yield Problem(place, "typed-number", f'"{number}" is typed by hand', _help(number))


def _help(number: str) -> str:
    """The author's own number, to be copied; the word after it stays behind it."""
    figures = _FIGURES.findall(number)[0]
    return _HELP % (figures.replace(",", ""), number.removeprefix(figures))
