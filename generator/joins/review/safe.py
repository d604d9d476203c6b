"""Texts of a pull request in places where they could do something: a terminal, and a comment on GitHub."""

from __future__ import annotations

import re

# What turns the direction of reading, or is not seen: a reviewer must read what is there.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_SIGNS = re.compile(r"[\\`*_{}\[\]()#+\-.!|<>&~:\"'=]")
# An empty sign breaks what GitHub looks for in the finished text; it is put in after the unseen were told.
_BREAK = "&#8203;"


def for_terminal(text: str) -> str:
    """Escape sequences and other unseen signs are spelled out; line ends and tabs stay."""
    return _UNSEEN.sub(_spelled, text)


def for_github(text: str) -> str:
    """Text that GitHub shows as it is, on one line: no Markdown, HTML, mention, reference, link or formula.

    Signs of Markdown become entities, which are never structure (CommonMark 2.5). Mentions (@), references
    (#1, GH-1) and emoji (:+1:) are looked for in the finished text, so an empty sign stands between.
    """
    shown = _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", _UNSEEN.sub(_spelled, " ".join(text.split())))
    shown = shown.replace("@", f"@{_BREAK}").replace("$", "<span>$</span>")
    shown = re.sub(r"&#35;(?=\w)|(?<=\b[Gg][Hh])&#45;(?=\d)|&#58;(?=\w|&#4[35];)", rf"\g<0>{_BREAK}", shown)
    return re.sub(r"(?i)\b(www)&#46;", rf"\1{_BREAK}&#46;", shown)


def _spelled(sign: re.Match[str]) -> str:
    return f"[U+{ord(sign[0]):04X}]"
