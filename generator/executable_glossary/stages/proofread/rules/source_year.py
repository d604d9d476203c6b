"""Reports works that are cited by author without a year."""

from __future__ import annotations

import re
from collections.abc import Iterator

from executable_glossary.model.rule import ProseRule
from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.text.markdown_spans import masked

RULE = ProseRule(
    code="source-year",
    summary="A paragraph cites a work by its authors without giving the year.",
    details="""
        The rule recognizes "Hinton et al." and "Hinton and colleagues". Under `sources`, the year is always required.
        """,
    why="""
        The year shows which work is meant and how old the result is. In a young field, readers need to know how old a
        result is.
        """,
    example="> Broder et al. compared web pages by runs of words.",
    instead="""
        > Broder et al. (1997) compared web pages by runs of words.

        Add the year, and add the work to `sources`, where readers can find it.
        """,
    silence="""
        If the year is in another paragraph:
        `accept: [{rule: source-year, in: history, because: "The paragraph above gives the year."}]`.
        """,
)

# No name is longer than this. Without a limit, matching a long passage in capitals would take quadratic time.
_AUTHORS = re.compile(r"\b[A-Z][\w’'-]{1,60}+,? (?:et al\b\.?|and (?:co-?workers|colleagues|others)\b)")
_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b")
_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![^\S\n]*\n))+")
_HELP = "add the year, and list the work under `sources`"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for passage in manuscript.passages:
        # One year is enough for all sentences in a paragraph.
        for paragraph in _PARAGRAPH.finditer(masked(passage.text)):
            authors = _AUTHORS.search(paragraph[0])
            if authors and not _YEAR.search(paragraph[0]):
                offset = paragraph.start() + authors.start()
                yield remark(passage, offset, authors[0], f'"{authors[0]}" is cited without a year', _HELP)
