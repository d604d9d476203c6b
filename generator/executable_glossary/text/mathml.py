"""Converts LaTeX formulas to MathML during the build, so pages can display them without a script."""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree

from latex2mathml import exceptions
from latex2mathml.converter import convert

# latex2mathml's exceptions have no common base class; a missing argument raises StopIteration.
_ERRORS: tuple[type[BaseException], ...] = (
    *(error for error in vars(exceptions).values() if isinstance(error, type)),
    StopIteration,
    RecursionError,
)
_TAG = re.compile(
    r"\{http://www\.w3\.org/1998/Math/MathML\}"
    r"(?:math|mrow|mi|mn|mo|mtext|mspace|mfrac|msqrt|mroot|msub|msup|msubsup|munder|mover|munderover"
    r"|mmultiscripts|mprescripts|none|mtable|mtr|mtd|mstyle|mpadded|mphantom|menclose)"
)
_ATTRIBUTE = re.compile(
    r"display|displaystyle|scriptlevel|math(?:variant|color|background|size)|linethickness|notation"
    r"|stretchy|fence|form|separator|accent|largeop|movablelimits|(?:min|max)size|[lr]space"
    r"|width|height|depth|voffset|column(?:align|spacing|lines)|row(?:spacing|lines)"
)

# The number of children that each element must have; browsers show any other number as an error.
_PARTS = {
    "mfrac": 2,
    "mroot": 2,
    "msub": 2,
    "msup": 2,
    "munder": 2,
    "mover": 2,
    "msubsup": 3,
    "munderover": 3,
}


@lru_cache(maxsize=4096)
def mathml(latex: str, block: bool) -> str:
    r"""The HTML of a formula, in a `<span>` or as a block.

    Raises ValueError if the LaTeX is malformed or would produce more than MathML (`\href`, a tag in `\text`).
    """
    try:
        converted = convert(latex, display="block" if block else "inline")
    except _ERRORS as error:
        reason = type(error).__name__.removesuffix("Error")
        raise ValueError(f"the formula cannot be parsed ({reason})") from None
    tree = _tree(converted)
    if tree is None:
        raise ValueError("the formula contains links, styles, or HTML")
    unknown = next((node.text for node in tree.iter() if re.match(r"\\\w", node.text or "")), None)
    if unknown:
        raise ValueError(f"the formula contains {unknown}, which is not a known command")
    if any(len(node) != _PARTS.get(node.tag.rpartition("}")[2], len(node)) for node in tree.iter()):
        raise ValueError("the formula cannot be parsed (an argument is missing)")
    if block:
        return f'\n\n<div class="math">{converted}</div>\n\n'
    return f'<span class="math">{converted}</span>'


def _tree(converted: str) -> ElementTree.Element | None:
    r"""The parsed MathML; None if it contains anything else. The library copies the content of `\text` unescaped."""
    try:
        tree = ElementTree.fromstring(converted)
    except ElementTree.ParseError:
        return None
    plain = (_TAG.fullmatch(node.tag) and all(map(_ATTRIBUTE.fullmatch, node.attrib)) for node in tree.iter())
    return tree if all(plain) else None
