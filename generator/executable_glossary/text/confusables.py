"""Signs that deceive: those that nobody sees, those that turn the direction of reading, letters like others."""

from __future__ import annotations

import re
import unicodedata

# Control characters, fillers, marks of direction, tags, halves of pairs, what is no character; not the tab and the end
# of a line, and not the joiners, which some writings and some pictures need.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
# In a name they would make two of one.
JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")

# Letters of other alphabets, and rare Latin ones, with those that they are taken for.
_LIKE = str.maketrans(
    "аеорсухѕіјһԁԛԝѵкӏАВЕКМНОРСТХУЅІЈԚԜѴΑΒΕΖΗΙΚΜΝΟΡΤΥΧονιρακօոսհցɡıſ",
    "aeopcyxsijhdqwvklABEKMHOPCTXYSIJQWVABEZHIKMNOPTYXovipakonuhggis",
)
_WORD = re.compile(r"[^\W\d_]+")


def skeleton(name: str) -> str:
    """Equal for names that look alike."""
    return unicodedata.normalize("NFKC", name).translate(_LIKE).casefold()


def misplaced(name: str) -> str | None:
    """A letter that stands among Latin ones, looks like one of them, and is none; None for an honest name."""
    for word in _WORD.findall(name):
        like = next((letter for letter in word if ord(letter) in _LIKE), None)
        if like and any("LATIN" in unicodedata.name(letter, "") for letter in word if letter != like):
            return str(like)
    return None


def described(sign: str) -> str:
    """`U+043E CYRILLIC SMALL LETTER O`"""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()
