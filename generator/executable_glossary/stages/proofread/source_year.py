"""A work that is named comes with its year: without it nobody knows which one is meant, or how old it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from executable_glossary.stages.proofread.manuscript import Manuscript, Remark, remark
from executable_glossary.text.markdown_spans import masked

# No name is as long as that; without a bound, a text of nothing but beginnings would be searched to its end for each.
_AUTHORS = re.compile(r"\b[A-Z][\w’'-]{1,60}+,? (?:et al\b\.?|and (?:co-?workers|colleagues|others)\b)")
_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b")
_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![^\S\n]*\n))+")
_HELP = "add the year of the work, and the work to `sources`"


def remarks(manuscript: Manuscript) -> Iterator[Remark]:
    for passage in manuscript.passages:
        # A paragraph may say the year once for all its sentences.
        for paragraph in _PARAGRAPH.finditer(masked(passage.text)):
            named = _AUTHORS.search(paragraph[0])
            if named and not _YEAR.search(paragraph[0]):
                offset = paragraph.start() + named.start()
                yield remark(passage, offset, named[0], f'"{named[0]}" is named without a year', _HELP)
