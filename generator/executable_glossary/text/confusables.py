"""Detects deceptive Unicode: invisible characters, bidirectional controls, and lookalike letters."""

from __future__ import annotations

import re
import unicodedata

# Control characters, fillers, bidirectional controls, tags, surrogates, and noncharacters. Excludes the tab, the line
# feed, and the joiners that some scripts and emoji need.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
# Allowed in text, but not in names: otherwise, the difference between two names could be invisible. After letters of
# Arabic and Indic scripts, joiners are part of the spelling.
JOINERS = re.compile("(?<![\u0600-\u06ff\u0750-\u077f\u0900-\u0dff])[\u200c\u200d]|[\ufe00-\ufe0f]")

# Letters from other alphabets, and rare Latin letters, mapped to the common Latin letters that they resemble.
_LIKE = str.maketrans(
    "аеорсухѕіјһԁԛԝѵкӏАВЕКМНОРСТХУЅІЈԚԜѴΑΒΕΖΗΙΚΜΝΟΡΤΥΧονιρακօոսհցɡıſ",
    "aeopcyxsijhdqwvklABEKMHOPCTXYSIJQWVABEZHIKMNOPTYXovipakonuhggis",
)
_WORD = re.compile(r"[^\W\d_]+")


def skeleton(name: str) -> str:
    """A normalized form that is identical for names that look alike."""
    return unicodedata.normalize("NFKC", name).translate(_LIKE).casefold()


def misplaced(name: str) -> str | None:
    """The first non-Latin letter that looks like a Latin letter in a word with Latin letters, or None if there is
    none."""
    for word in _WORD.findall(name):
        like = next((letter for letter in word if ord(letter) in _LIKE), None)
        if like and any("LATIN" in unicodedata.name(letter, "") for letter in word if letter != like):
            return str(like)
    return None


def described(sign: str) -> str:
    """The code point and Unicode name of a character: `U+043E CYRILLIC SMALL LETTER O`."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()
