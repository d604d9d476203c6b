"""Numbers in prose come from a run: each `{{ ... }}` is a metric of an example, said by a known filter."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.text.expressions import ExpressionError, parse_expression
from executable_glossary.text.markdown_spans import spans

_FORM = "write {{ example.metric | filter }}; CONTRIBUTING.md lists the filters"


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.written:
        missing: set[str] = set()
        for text in entry.prose:
            for span in spans(text):
                if span.kind == "expression":
                    place = text.at(span.offset, len(span.text))
                    yield from _forbidden(glossary, span.inner, place, missing)


def _forbidden(glossary: Glossary, source: str, place: Place, missing: set[str]) -> Iterator[Problem]:
    """`missing` are the examples that the entry was told of already: one complaint for each is enough."""
    try:
        expression = parse_expression(source)
    except ExpressionError as error:
        message = f"this expression cannot stand in prose: {error}"
        yield Problem(place, "forbidden-expression", message, _FORM)
        return
    for metric in expression.metrics:
        example = metric.partition(".")[0]
        if not glossary.has_example(example) and example not in missing:
            missing.add(example)
            message = f'"{metric}" begins with "{example}", which is no example'
            near = get_close_matches(example, glossary.examples, n=1)
            help = f'write "{near[0]}"' if near else f"use one of {', '.join(glossary.examples)}"
            yield Problem(place, "undefined-expression", message, help)
    if not expression.metrics and not expression.is_literal:
        message = "this number comes from no run"
        yield Problem(
            place, "typed-number", message, 'bind it to a metric, or write {{ 42 | literal("why") }}'
        )
