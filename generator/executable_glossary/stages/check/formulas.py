"""Formulas are valid LaTeX and appear only on pages for audiences that read formulas."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Page
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text
from executable_glossary.text.markdown_spans import Span, spans
from executable_glossary.text.mathml import mathml

BAD_FORMULA = Rule(
    code="bad-formula",
    when="the content is checked",
    summary="A formula cannot be converted to MathML.",
    why="Pages show formulas without scripts, as MathML that is generated during the build.",
    example=r"`$\frac{a$`",
    instead=r"`$\frac{a}{b}$`",
)
FORMULA_FOR_READER = Rule(
    code="formula-for-reader",
    when="the content is checked",
    summary="A formula appears on a page for an audience that does not read formulas.",
    details="""
        `mathematics: false` in `concepts/_axes.yml` marks such audiences. Text for all readers appears on the pages
        for these audiences too.
        """,
    why="These readers would skip the formula, and everything that depends on it.",
    example="`$w \\leftarrow w - \\eta g$` in text without `for`",
    instead="Explain it in words, or write separate text for readers who do not read formulas.",
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    for written in glossary.written:
        for text in written.prose:
            for span, place in _formulas(text):
                try:
                    mathml(span.inner, block=span.text.startswith("$$"))
                except ValueError as error:
                    yield BAD_FORMULA.at(place, str(error), "correct the LaTeX")


def page_problems(glossary: Glossary, plan: Plan) -> Iterator[Problem]:
    """Checks pages instead of entries, because text for all readers appears on pages for every audience."""
    for page in plan.pages.values():
        if page.audience is not None and not page.audience.mathematics:
            message = f"this formula is in text for a {page.audience.name}, who does not read formulas"
            for text in _texts(page):
                for _, place in _formulas(text):
                    help = "explain it in words, or write separate text for this audience"
                    yield FORMULA_FOR_READER.at(place, message, help)


def _texts(page: Page) -> Iterator[Text]:
    for _, prose in page.prose:
        yield from prose.texts
    yield from (shown.text for shown in page.shown if shown.text is not None)


def _formulas(text: Text) -> Iterator[tuple[Span, Place]]:
    for span in spans(text):
        if span.kind == "math":
            yield span, text.at(span.offset, len(span.text))
