"""Converts LaTeX formulas to MathML during the build, so pages can display them without a script."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree import ElementTree

from latex2mathml import exceptions
from latex2mathml.commands import MATRICES
from latex2mathml.converter import convert

from executable_glossary.text.math_layout import laid_out, readable_names
from executable_glossary.text.math_letters import in_alphabet

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

_VALUE = re.compile(r"[\w#.%+ -]*")  # of an attribute: a length, a color, a word

# What the parser reports, in words; the names of its exceptions mean nothing to authors.
_REASONS = {
    "MissingEnd": r"an \end{...} is missing",
    "NoAvailableTokens": "something is missing after a command or a brace",
    "MissingSuperScriptOrSubscript": "nothing follows ^ or _",
    "DoubleSubscripts": "two subscripts follow each other; put one in braces",
    "DoubleSuperscripts": "two superscripts follow each other; put one in braces",
    "ExtraLeftOrMissingRight": r"\left has no matching \right",
    "LimitsMustFollowMathOperator": r"\limits must follow an operator such as \sum",
    "StopIteration": "an argument is missing",
    "RecursionError": "it is nested too deeply",
}
# Environments that the parser does not know, each with how one that it knows begins and ends.
_ENVIRONMENTS = {
    **dict.fromkeys(("aligned", "flalign"), (r"\begin{split}", r"\end{split}")),
    **dict.fromkeys(("alignat", "alignedat"), (r"\begin{split}", r"\end{split}")),
    **dict.fromkeys(("gather", "gathered", "multline"), (r"\begin{matrix}", r"\end{matrix}")),
    **dict.fromkeys(("equation", "displaymath", "math"), ("{", "}")),
    "eqnarray": (r"\begin{array}{rcl}", r"\end{array}"),
    "dcases": (r"\begin{cases}", r"\end{cases}"),
    "rcases": (r"\left.\begin{matrix}", r"\end{matrix}\right\}"),
}
_KNOWN = frozenset(command.strip("\\*") for command in MATRICES)
_BOUNDARY = re.compile(
    r"\\(begin|end)\{(" + "|".join(_ENVIRONMENTS) + r")\*?\}(?:(?<=at\})\{\d+\}|(?<=at\*\})\{\d+\})?"
)
# Letters of an alphabet that browsers do not choose by themselves. In text, style sheets choose the font.
_LETTERS = re.compile(
    r'<(?P<tag>m[ino])(?P<before>[^<>]*?) mathvariant="(?P<variant>[a-z-]+)"(?P<after>[^<>]*)>(?P<text>[^<]*)<'
)
# What is drawn over or under an expression, as the parser writes it, and as browsers stretch it.
_STRETCHED = {
    '<mo accent="true">&#x02015;</mo></mover>': '<mo stretchy="true">&#x0203E;</mo></mover>',
    '<mo accent="true">&#x02015;</mo></munder>': '<mo stretchy="true">&#x00332;</mo></munder>',
    "<mo>&#x0005E;</mo></mover>": '<mo stretchy="true">&#x00302;</mo></mover>',
    "</mrow><mo>&#x0007E;</mo></mover>": '</mrow><mo stretchy="true">&#x002DC;</mo></mover>',
}
_BRACES_AND_ARROWS = re.compile(r"<mo>(&#x(?:0219[0-9A-F]|0?23(?:B[45]|D[C-F]));</mo></m(?:und|ov)er>)")
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

    Raises ValueError if the LaTeX is malformed or would produce anything other than MathML (for
    example, `\href` or a tag in `\text`).
    """
    try:
        known = _in_known_commands(latex)
        converted = convert(known, display="block" if block else "inline")
    except _ERRORS as error:
        name = type(error).__name__.removesuffix("Error")
        raise ValueError(f"the formula cannot be parsed ({_REASONS.get(name, name)})") from None
    if reason := _objection(converted, latex):
        raise ValueError(reason)
    converted = laid_out(_for_browsers(converted), known, block)
    if block:
        return f'\n\n<div class="math">{converted}</div>\n\n'
    return f'<span class="math">{converted}</span>'


def _in_known_commands(latex: str) -> str:
    """The same formula with environments and commands that the parser knows."""
    known = _BOUNDARY.sub(lambda found: _ENVIRONMENTS[found[2]][found[1] == "end"], latex)
    known = re.sub(r"\\arg(?![a-zA-Z])", r"\\operatorname{arg}", re.sub(r"\\label\{[^{}]*\}", "", known))
    return readable_names(known)


def _for_browsers(converted: str) -> str:
    """The formula with what MathML Core has instead of older MathML."""
    for written, stretched in _STRETCHED.items():
        converted = converted.replace(written, stretched)
    return _LETTERS.sub(_letters, _BRACES_AND_ARROWS.sub(r'<mo stretchy="true">\g<1>', converted))


def _letters(match: re.Match[str]) -> str:
    if match["variant"] == "normal":
        return match[0]
    text = escape(in_alphabet(unescape(match["text"]), match["variant"]))
    return f"<{match['tag']}{match['before']}{match['after']}>{text}<"


def _objection(converted: str, latex: str) -> str:
    """Why the converted formula cannot be shown; empty if it can."""
    tree = _tree(converted)
    for name in re.findall(r"\\begin\{(\w+)\*?\}", latex) if tree is None else ():
        if name not in _KNOWN and name not in _ENVIRONMENTS:
            return f"the formula contains the environment {name}, which is not known; aligned and cases are known"
    if tree is None:
        return "the formula contains links, styles, or HTML"
    unknown = next((node.text for node in tree.iter() if re.match(r"\\\w", node.text or "")), None)
    if unknown:
        return rf"the formula contains {unknown}, which is not a known command; \operatorname{{...}} names a function"
    if any(len(node) != _PARTS.get(node.tag.rpartition("}")[2], len(node)) for node in tree.iter()):
        return "the formula cannot be parsed (an argument is missing)"
    return ""


def _tree(converted: str) -> ElementTree.Element | None:
    r"""The parsed MathML; None if it contains anything else. The library copies the content of `\text` unescaped."""
    try:
        tree = ElementTree.fromstring(converted)
    except ElementTree.ParseError:
        return None
    return tree if all(map(_is_plain, tree.iter())) else None


def _is_plain(node: ElementTree.Element) -> bool:
    """Whether an element is one of MathML, and its attributes have only such names and values."""
    names, values = (
        all(map(_ATTRIBUTE.fullmatch, node.attrib)),
        all(map(_VALUE.fullmatch, node.attrib.values())),
    )
    return bool(_TAG.fullmatch(node.tag)) and names and values
