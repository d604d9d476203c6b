"""Numbers in prose come from runs: each `{{ ... }}` names a metric, and no measured number is typed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text
from executable_glossary.stages.check.example_references import one_of
from executable_glossary.text.expressions import UNDEFINED_EXPRESSION, ExpressionError, parse_prose
from executable_glossary.text.markdown_spans import Span, spans, typed_numbers

FORBIDDEN_EXPRESSION = Rule(
    code="forbidden-expression",
    when="the content is checked",
    summary="An expression in prose is incomplete, or does more than combine and format metrics.",
    details="""
        An expression can name, compare, and combine metrics, and format the result with a filter. Calls, loops, and
        attributes of Python objects are not allowed. An expression must also be closed: `{{` needs its `}}`.
        """,
    why="An expression is not a program: editing text must not be a way to run code.",
    example="`{{ loaves.__class__ }}`",
    instead="`{{ loaves.risen | percent }}`",
)
TYPED_NUMBER = Rule(
    code="typed-number",
    when="the content is checked",
    summary="A number in prose was typed by hand instead of being taken from a run.",
    details='The rule recognizes decimals, percentages, and multiples such as "3 times".',
    why="A number from a run stays correct when the example changes. A number typed by hand silently becomes wrong.",
    example="`92 % of the loaves rose.`",
    instead="""
        `{{ loaves.risen | percent }} of the loaves rose.`

        For a number that was not measured, such as one made up to illustrate an idea: `{{ 42 | literal("made up") }}`.
        """,
)

_FORM = "write {{ example.metric | filter }}; CONTRIBUTING.md lists the filters"
_BIND = 'use a metric, or write {{ 42 | literal("why it is typed by hand") }}'
_BIND_TYPED = (
    'use a metric, {{ example.metric | percent }}, or write {{ %s | literal("why it is typed by hand") }}%s'
)
_FIGURES = re.compile(r"\d[\d,.]*(?<=\d)")


def problems(glossary: Glossary) -> Iterator[Problem]:
    for written in glossary.written:
        missing: set[str] = set()
        for text in written.prose:
            for span in spans(text):
                if span.kind == "expression":
                    place = text.at(span.offset, len(span.text))
                    yield from _expression(glossary, span.inner, place, missing)
                elif span.kind in ("prose", "heading"):
                    yield from _typed(text, span)


def _expression(glossary: Glossary, source: str, place: Place, missing: set[str]) -> Iterator[Problem]:
    """Each missing example is reported once per entry; `missing` contains those already reported."""
    try:
        expression = parse_prose(source)
    except ExpressionError as error:
        yield FORBIDDEN_EXPRESSION.at(place, f"this expression cannot be used in prose: {error}", _FORM)
        return
    for metric in expression.metrics:
        example = metric.partition(".")[0]
        if not glossary.has_example(example) and example not in missing:
            missing.add(example)
            message = f'"{metric}" begins with "{example}", but there is no such example'
            near = get_close_matches(example, glossary.examples, n=1)
            help = f'write "{near[0]}"' if near else one_of(glossary.examples, f"write examples/{example}.py")
            yield UNDEFINED_EXPRESSION.at(place, message, help)
    if not expression.metrics and not expression.is_literal:
        yield TYPED_NUMBER.at(place, "this number does not come from a run", _BIND)


def _typed(text: Text, span: Span) -> Iterator[Problem]:
    for offset, number in typed_numbers(span.text):
        place = text.at(span.offset + offset, len(number))
        # The help repeats the author's number and the word that follows it, ready to copy.
        figures = _FIGURES.findall(number)[0]
        help = _BIND_TYPED % (figures.replace(",", ""), number.removeprefix(figures))
        yield TYPED_NUMBER.at(place, f'"{number}" is typed by hand', help)
