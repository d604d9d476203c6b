r"""Completes a converted formula with what the converter leaves out: limits below operators, spaces around functions,
upright letters, names with spaces (`\operatorname{arg\,min}`), and the lines of an array.

The spaces are those of TeX: a thin one between a function and its neighbors, but none before a parenthesis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from latex2mathml.commands import FUNCTIONS

_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_FUNCTIONS = frozenset(name.removeprefix("\\") for name in FUNCTIONS) | {"arg"}
_LIMITS = frozenset(("lim", "max", "min", "sup", "inf", "lim sup", "lim inf", "det", "gcd", "Pr"))
_BELOW = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_THIN = "0.167em"
# The name of an operator, which the converter reads only if it consists of letters.
_NAME = re.compile(r"\\operatorname(\*?)\s*\{([^{}]*)\}")
_SPACES = re.compile(r"\\[,:;> ]|~")
_ENCODED = re.compile(r"zzq([a-p]*)qzz")
_ARRAY = re.compile(r"\\begin\{(\w+)\*?\}(?:\s*\{([^{}]*)\})?")
# A letter that only \mathrm produces in this way. Alone, it would be italic.
_UPRIGHT = re.compile(r"<mi>(&#x000(?:4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A]);)</mi>")


def readable_names(latex: str) -> str:
    """The formula with each name of an operator in letters only; `laid_out` restores it."""
    return _NAME.sub(_encoded_name, latex)


def _encoded_name(match: re.Match[str]) -> str:
    name = _SPACES.sub("\u2009", match[2].replace(r"\!", ""))
    if name.isalpha() or "\\" in name or not name.strip():
        return match[0]
    return rf"\operatorname{match[1]}{{{''.join(map(_encoded, name.replace(' ', '')))}}}"


def _encoded(character: str) -> str:
    if character.isascii() and character.isalpha():
        return character
    return f"zzq{''.join(chr(ord('a') + int(digit, 16)) for digit in f'{ord(character):x}')}qzz"


def _decoded(match: re.Match[str]) -> str:
    number = "".join(f"{ord(letter) - ord('a'):x}" for letter in match[1])
    return f"&#x{int(number, 16):05X};"


def laid_out(converted: str, latex: str, block: bool) -> str:
    """The MathML of a formula with everything that the converter left out. latex: what was converted."""
    converted = _UPRIGHT.sub(r'<mi mathvariant="normal">\1</mi>', _ENCODED.sub(_decoded, converted))
    tree = ElementTree.fromstring(converted)
    before = ElementTree.tostring(tree)
    for node in list(tree.iter()):
        if block and _name(node) in _BELOW and _takes_limits(node[0]):
            node.tag = _NAMESPACE + _BELOW[_name(node)]
        _add_spaces(node)
    _add_lines(tree, latex)
    return _written(tree) if ElementTree.tostring(tree) != before else converted


def _name(node: Element) -> str:
    return node.tag.removeprefix(_NAMESPACE)


def _takes_limits(node: Element) -> bool:
    return _name(node) == "mo" and (node.text in _LIMITS or node.get("movablelimits") == "true")


def _is_function(node: Element) -> bool:
    base = node[0] if _name(node) in _BELOW else node
    return _name(base) == "mi" and base.text in _FUNCTIONS


def _add_spaces(parent: Element) -> None:
    """Insert thin spaces around the functions among the children of a row."""
    if _name(parent) in (*_BELOW, *_BELOW.values(), "mfrac", "mroot"):
        return
    children, spaced = list(parent), list[Element]()
    for at, child in enumerate(children):
        earlier, later = (
            children[at - 1] if at else None,
            children[at + 1] if at + 1 < len(children) else None,
        )
        if _is_function(child) and earlier is not None and _needs_space(earlier, ")]}|"):
            spaced.append(_thin_space())
        spaced.append(child)
        if _is_function(child) and later is not None and not _is_function(later) and _needs_space(later, "|"):
            spaced.append(_thin_space())
    parent[:] = spaced


def _needs_space(neighbor: Element, marks: str) -> bool:
    """Whether there is a space between a function and its neighbor, which can be one of these marks."""
    first = next(iter(neighbor), None)
    if _name(neighbor) == "mrow" and first is not None and _name(first) == "mo":
        return False
    return (neighbor.text or " ") in marks if _name(neighbor) == "mo" else _name(neighbor) != "mspace"


def _thin_space() -> Element:
    return Element(f"{_NAMESPACE}mspace", width=_THIN)


def _add_lines(tree: Element, latex: str) -> None:
    """Mark the cells of arrays that have a line on the left or above. Browsers do not draw those that MathML describes."""
    tables, begins = list(tree.iter(f"{_NAMESPACE}mtable")), list(_ARRAY.finditer(latex))
    if len(tables) != len(begins):
        return
    for table, begin in zip(tables, begins, strict=True):
        content = latex[begin.end() :].partition(rf"\end{{{begin[1]}")[0]
        if begin[1] == "array" and r"\begin" not in content:
            columns, rows = set(_columns_after_lines(begin[2] or "")), set(_rows_below_lines(content))
            for row, cells in enumerate(table):
                for column, cell in enumerate(cells):
                    marks = ["line-before"] * (column in columns) + ["line-above"] * (row in rows)
                    if marks:
                        cell.set("class", " ".join(marks))


def _columns_after_lines(specification: str) -> Iterator[int]:
    """The indexes of the columns before which the specification of an array (`c|c`) has a line."""
    parts = re.sub(r"[^lcr|]", "", specification)
    yield from (len(parts[:at].replace("|", "")) for at, part in enumerate(parts) if part == "|")


def _rows_below_lines(content: str) -> Iterator[int]:
    rows = re.split(r"\\\\(?:\[[^\]]*\])?", content)
    yield from (at for at, row in enumerate(rows) if row.lstrip().startswith(r"\hline"))


def _written(tree: Element) -> str:
    """The tree as the converter writes it: every sign is a reference, because Markdown would interpret it."""
    for node in tree.iter():
        node.tag = _name(node)
    tree.set("xmlns", _NAMESPACE[1:-1])
    return re.sub(r">([^<]+)<", _with_references, ElementTree.tostring(tree, "unicode"))


def _with_references(match: re.Match[str]) -> str:
    return f">{''.join(map(_reference, unescape(match[1])))}<"


def _reference(character: str) -> str:
    is_plain = character.isascii() and (character.isalnum() or character == " ")
    return character if is_plain else f"&#x{ord(character):05X};"
