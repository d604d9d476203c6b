"""Says which parts of a script's text in reST cannot be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import chain

from executable_glossary.adapters.rest.limits import excess
from executable_glossary.model.example import texts_of
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text

REST_NOT_CONVERTED = Rule(
    code="rest-not-converted",
    when="the content is checked",
    severity="warning",
    summary="The text of an example is reStructuredText, but it cannot be converted.",
    details="""
        The package that converts it, docutils, may not be installed; this is reported once for all examples. Or there is
        too much text: the limits are several times what a long script contains. The text is shown as it is written.
        """,
    why="Readers would see markup such as :math:`x` instead of a formula.",
    example="A script from sphinx-gallery, in an environment without docutils",
    instead='`pip install "executable-glossary[gallery]"`',
)
REST_LEFT_OUT = Rule(
    code="rest-left-out",
    when="the content is checked",
    severity="warning",
    summary="The text of an example or of a folder contains a directive that is not allowed here.",
    details="The directives `raw`, `include`, and `literalinclude` are left out.",
    why="They write HTML that nobody has checked, or publish other files of the machine that builds the site.",
    example="`.. raw:: html`",
    instead="The same content in reST",
)
_NOT_ALLOWED = re.compile(r"^[ \t]*\.\. (?P<name>raw|include|literalinclude)::[^\n]*", re.MULTILINE)


def problems(glossary: Glossary) -> Iterator[Problem]:
    foreign = [example for example in glossary.examples.values() if example.markup == "reST"]
    if foreign and find_spec("docutils") is None:
        count, first = len(foreign), foreign[0]
        written = f"the text of {count} examples is reST" if count > 1 else "the text of this example is reST"
        help = 'to convert it, run: pip install "executable-glossary[gallery]"'
        yield REST_NOT_CONVERTED.at(Place(first.path), f"{written}, which is shown as written", help)
    for example in foreign:
        cells = ((cell.heading, cell.text) for cell in example.cells)
        yield from _left_out(chain((example.heading, example.introduction), *cells))
        if reason := excess(texts_of(example)):
            message = f"the text has {reason}, so it is shown as written"
            yield REST_NOT_CONVERTED.at(Place(example.path), message, "divide the script into several")
    yield from _left_out(folder.text for folder in glossary.folders.values() if folder.markup == "reST")


def _left_out(texts: Iterable[Text]) -> Iterator[Problem]:
    for text in texts:
        for match in _NOT_ALLOWED.finditer(text):
            place = text.at(match.start("name"), len(match["name"]))
            yield REST_LEFT_OUT.at(
                place, f'the directive "{match["name"]}" is left out', "write its content in reST"
            )
