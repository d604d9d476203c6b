"""Converts the text of a script from reST to HTML with docutils, which is installed with the extra `gallery`.

All texts of a script are one document, as in Sphinx: a label, a substitution, or a footnote in one text can be used in
another, and the levels of headings follow from all of them. The HTML must be sanitized before it is published.
"""

from __future__ import annotations

from collections.abc import Sequence

from executable_glossary.adapters.rest.blocks import Block, Heading
from executable_glossary.adapters.rest.document import read_document
from executable_glossary.adapters.rest.html import blocks_of
from executable_glossary.adapters.rest.parts import parts_of
from executable_glossary.adapters.rest.surroundings import Surroundings


def converted(texts: Sequence[str], around: Surroundings) -> tuple[tuple[Block | Heading, ...], ...]:
    """For each text, its headings and the HTML between them, in order. Markup that is not valid reST is shown as text.

    The texts must be within the limits (`limits.excess`). Raises ValueError if they are nested too deeply.
    """
    try:
        document = read_document(texts, around)
        return tuple(tuple(blocks_of(nodes, document, around)) for nodes in parts_of(document, len(texts)))
    except RecursionError:
        raise ValueError("the text is nested too deeply") from None
