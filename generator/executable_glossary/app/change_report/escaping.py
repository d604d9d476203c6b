"""Texts of a pull request in places where they could do something: a terminal, and a comment on GitHub."""

from __future__ import annotations

import re

# What turns the direction of reading, or is not seen: a reviewer must read what is there.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
# Signs of Markdown within a line, and those that mean something only where a text begins.
_SIGNS = re.compile(r"[\\`*_\[\]<>&~|]|^[-+=#:]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
# An empty character breaks what GitHub looks for in the finished text; it is put in after the unseen were told.
_BREAK = "&#8203;"
_SOUGHT = re.compile(r"@|#(?=\w)|\bgh-(?=\d)|:(?=//|[\w+-]+:)|\bwww(?=\.)", re.IGNORECASE)


def for_terminal(text: str) -> str:
    """Escape sequences and other unseen characters are spelled out; line ends and tabs stay."""
    return _UNSEEN.sub(_spelled, text)


def for_github(text: str) -> str:
    """Text that GitHub shows as it is, on one line: no Markdown, HTML, mention, reference, link or formula.

    Signs of Markdown become entities, which are never structure (CommonMark 2.5). Mentions (@), references
    (#1, GH-1), emoji (:+1:) and bare links are looked for in the finished text, so an empty character breaks them.
    """
    shown = _UNSEEN.sub(_spelled, " ".join(text.split()))
    broken = _SOUGHT.sub(r"\g<0>\0", shown)
    entities = _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", broken)
    return entities.replace("\0", _BREAK).replace("$", "<span>$</span>")


def _spelled(sign: re.Match[str]) -> str:
    return f"[U+{ord(sign[0]):04X}]"
