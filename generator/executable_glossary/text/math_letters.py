"""The letters of mathematical alphabets, such as bold or double-struck ones, which Unicode has as characters of their own.

Browsers have no other way to show them: MathML Core has no value but `normal` for the attribute `mathvariant`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

# How the names of the characters begin, keyed by the value of `mathvariant`.
_NAMES = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "fraktur": "FRAKTUR",
    "bold-fraktur": "BOLD FRAKTUR",
    "double-struck": "DOUBLE-STRUCK",
    "sans-serif": "SANS-SERIF",
    "bold-sans-serif": "SANS-SERIF BOLD",
    "sans-serif-italic": "SANS-SERIF ITALIC",
    "sans-serif-bold-italic": "SANS-SERIF BOLD ITALIC",
    "monospace": "MONOSPACE",
}
# Alphabets without digits, and the ones whose digits are used with them.
_DIGITS = {
    "bold-italic": "bold",
    "sans-serif-italic": "sans-serif",
    "sans-serif-bold-italic": "bold-sans-serif",
}
# A block that contains older characters, such as ℝ, and the block with all others.
_BLOCKS = (range(0x2100, 0x2140), range(0x1D400, 0x1D800))


def in_alphabet(text: str, variant: str) -> str:
    """The text with the letters and digits of the alphabet that the value of `mathvariant` names; others stay."""
    letters, digits = _letters().get(variant, {}), _letters().get(_DIGITS.get(variant, variant), {})
    return "".join(letters.get(sign) or digits.get(sign, sign) for sign in text)


@cache
def _letters() -> Mapping[str, Mapping[str, str]]:
    """The characters of each alphabet, keyed by the plain character."""
    found: dict[str, dict[str, str]] = {variant: {} for variant in _NAMES}
    for sign, name in _styled():
        variants = (variant for variant, begin in _NAMES.items() if _is_of(name, begin))
        for variant in variants:
            found[variant][chr(int(unicodedata.decomposition(sign).split()[1], 16))] = sign
    return found


def _styled() -> Iterator[tuple[str, str]]:
    for block in _BLOCKS:
        for code in block:
            if unicodedata.decomposition(chr(code)).startswith("<font>"):
                name = unicodedata.name(chr(code)).removeprefix("MATHEMATICAL ")
                name = name.replace("BLACK-LETTER", "FRAKTUR").replace("PLANCK CONSTANT", "ITALIC SMALL H")
                yield chr(code), name


def _is_of(name: str, begin: str) -> bool:
    """Whether a name, such as BOLD ITALIC SMALL A, is that of a letter in the alphabet that begins so."""
    style = re.match(r"(?:(?:BOLD|ITALIC|SCRIPT|FRAKTUR|DOUBLE-STRUCK|SANS-SERIF|MONOSPACE)\s)+", name)
    return style is not None and style[0].strip() == begin
