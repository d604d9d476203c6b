"""Formulas can be read, and stand only on pages for readers who get formulas."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Page
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.text import Text
from executable_glossary.text.markdown_spans import Span, spans
from executable_glossary.text.mathml import mathml


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.written:
        for text in entry.prose:
            for span, place in _formulas(text):
                try:
                    mathml(span.inner, block=span.text.startswith("$$"))
                except ValueError as error:
                    yield Problem(place, "bad-formula", str(error), "correct the LaTeX")


def page_problems(plan: Plan) -> Iterator[Problem]:
    """Text for everybody stands on such a page as well, so it is the page that is looked at."""
    for page in plan.pages.values():
        if page.audience is not None and not page.audience.mathematics:
            message = f"a formula in text for {page.audience.name}s"
            for text in _texts(page):
                for _, place in _formulas(text):
                    help = "say it in words, or write a text of its own for them"
                    yield Problem(place, "formula-for-reader", message, help)


def _texts(page: Page) -> Iterator[Text]:
    for _, prose in page.prose:
        yield from prose.texts
    yield from (shown.text for shown in page.shown if shown.text is not None)


def _formulas(text: Text) -> Iterator[tuple[Span, Place]]:
    for span in spans(text):
        if span.kind == "math":
            yield span, text.at(span.offset, len(span.text))
