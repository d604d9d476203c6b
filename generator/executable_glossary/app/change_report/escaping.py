"""Escapes text from a pull request so that it has no effect in a terminal or in a comment on GitHub."""

from __future__ import annotations

import re

# Invisible characters, and characters that change the reading direction: a reviewer must see what the text
# contains.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
# Markdown syntax: characters that are special anywhere in a line, and those that are special at its start.
_SYNTAX = re.compile(r"[\\`*_\[\]<>&~|]|^[-+=#:]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
# Text that GitHub turns into mentions, references, emoji, and links after rendering. A zero-width space prevents
# that; it is inserted after invisible characters are spelled out.
_ZERO_WIDTH_SPACE = "&#8203;"
_AUTOLINKED = re.compile(r"@|#(?=\w)|\bgh-(?=\d)|:(?=//|[\w+-]+:)|\bwww(?=\.)", re.IGNORECASE)


def for_terminal(text: str) -> str:
    """Spells out escape sequences and other invisible characters; keeps line breaks and tabs."""
    return _INVISIBLE.sub(_code_point, text)


def for_github(text: str) -> str:
    """Text that GitHub shows literally, on one line: no Markdown, HTML, mentions, references, links, or formulas.

    Markdown syntax becomes entities, which never have a structural meaning (CommonMark 2.5). GitHub looks for
    mentions (@), references (#1, GH-1), emoji (:+1:), and bare links in the rendered text; a zero-width space
    keeps it from recognizing them.
    """
    visible = _INVISIBLE.sub(_code_point, " ".join(text.split()))
    broken = _AUTOLINKED.sub(r"\g<0>\0", visible)
    entities = _SYNTAX.sub(lambda match: f"&#{ord(match[0])};", broken)
    return entities.replace("\0", _ZERO_WIDTH_SPACE).replace("$", "<span>$</span>")


def _code_point(match: re.Match[str]) -> str:
    return f"[U+{ord(match[0]):04X}]"
