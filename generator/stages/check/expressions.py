"""Numbers in prose come from a run: each `{{ ... }}` is a metric of an example, said by a known filter."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.glossary import Glossary
from generator.model.problem import Place, Problem
from generator.tools.expressions import ExpressionError, parse_expression
from generator.tools.prose import spans


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
    mend = "write {{ example.metric | filter }}; CONTRIBUTING.md lists the filters"
    try:
        expression = parse_expression(source)
    except ExpressionError as error:
        yield Problem(place, "forbidden-expression", f"this expression cannot stand in prose: {error}", mend)
        return
    for metric in expression.metrics:
        example = metric.partition(".")[0]
        if not glossary.has_example(example) and example not in missing:
            missing.add(example)
            message = f'"{metric}" begins with "{example}", which is no example'
            yield Problem(
                place, "undefined-expression", message, f"use one of {', '.join(glossary.examples)}"
            )
    if not expression.metrics and not expression.is_literal:
        message = "this number comes from no run"
        yield Problem(
            place, "typed-number", message, 'bind it to a metric, or write {{ 42 | literal("why") }}'
        )
