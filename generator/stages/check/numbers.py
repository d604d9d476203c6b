"""No measured number is typed by hand: a decimal, a percentage or "3 times" in prose is bound to a run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.model.glossary import Glossary
from generator.model.problem import Problem
from generator.tools.prose import spans

_TYPED = re.compile(
    r"(?<![\w.,])(?:\d[\d,]*\.\d+|\d[\d,.]*\s?(?:%|percent\b|per cent\b)|\d[\d,.]*\s?(?:times\b|×(?!\s?\d)|-fold\b))(?![\w%])",
    re.IGNORECASE,
)
_MEND = 'bind it to a run, {{ example.metric | percent }}, or write {{ 42 | literal("why it may be typed") }}'


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.written:
        for text in entry.prose:
            for span in spans(text):
                if span.kind in ("prose", "heading"):
                    for match in _TYPED.finditer(span.text):
                        place = text.at(span.offset + match.start(), len(match[0]))
                        yield Problem(place, "typed-number", f'"{match[0]}" is typed by hand', _MEND)
