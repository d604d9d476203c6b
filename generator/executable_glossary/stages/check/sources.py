"""The identifiers of publications have the right form. They are not looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text

BAD_IDENTIFIER = Rule(
    code="bad-identifier",
    when="the content is checked",
    summary="The DOI or the arXiv identifier of a source does not have the right form.",
    details="""
        A DOI starts with `10.`, four to nine digits, and a slash. An arXiv identifier looks like `1706.03762` or, if
        it is from before April 2007, like `hep-th/9901001`. Only the form is checked: nothing is fetched.
        """,
    why="The link that the page builds from it would lead nowhere, and readers could not find the work.",
    example='`doi: "https://doi.org/10.1038/323533a0"`',
    instead="`doi: 10.1038/323533a0`. For a work that has neither identifier, use `url`.",
)

# The characters that Crossref recommends to accept; others, such as < in some old DOIs, belong in a `url`.
_DOI = re.compile(r"10\.\d{4,9}/[-._;()/:a-z0-9]+", re.IGNORECASE)
_ARXIV = re.compile(r"\d\d(?:0[1-9]|1[0-2])\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?")


def problems(glossary: Glossary) -> Iterator[Problem]:
    for written in glossary.written:
        for source in written.sources:
            yield from _bad(source.doi, _DOI, "a DOI", "10.1038/323533a0")
            yield from _bad(source.arxiv, _ARXIV, "an arXiv identifier", "1706.03762")


def _bad(identifier: Text | None, form: re.Pattern[str], what: str, example: str) -> Iterator[Problem]:
    if identifier is None or form.fullmatch(identifier):
        return
    found = form.search(identifier)
    help = f"write only {found[0]}" if found else f"write it like {example}, or use `url`"
    yield BAD_IDENTIFIER.at(identifier.place, f'"{identifier}" is not {what}', help)
