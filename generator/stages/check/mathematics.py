"""Formulas can be read, and stand only in text for readers who get formulas."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.block import Variant
from generator.model.glossary import Glossary
from generator.model.problem import Problem
from generator.tools.mathml import mathml
from generator.tools.prose import spans


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        for _, variant in entry.variants:
            yield from _formulas(glossary, variant)


def _formulas(glossary: Glossary, variant: Variant) -> Iterator[Problem]:
    audience = glossary.axes.audience(variant.reader.audience or "")
    for text in variant.texts:
        for span in spans(text):
            if span.kind != "math":
                continue
            place = text.at(span.offset, len(span.text))
            if audience is not None and not audience.mathematics:
                message = f"a formula in text for {audience.name}s"
                yield Problem(place, "formula-for-reader", message, "say it in words")
            try:
                mathml(span.inner, block=span.text.startswith("$$"))
            except ValueError as error:
                yield Problem(place, "bad-formula", str(error), "correct the LaTeX")
