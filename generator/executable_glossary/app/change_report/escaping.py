"""Escapes text from a pull request so that it has no effect in a terminal or in a comment on GitHub."""

from __future__ import annotations

import json
import re

from executable_glossary.text.confusables import INVISIBLE

# Invisible characters, characters that change the reading direction, and bytes in file names that are not UTF-8: a
# reviewer must see what the text contains.
_INVISIBLE = re.compile(rf"{INVISIBLE.pattern}|[\n\u200c\u200d]")
# Markdown syntax: characters that are special anywhere in a line, and those that are special at its start.
_SYNTAX = re.compile(r"[\\`*_\[\]<>&~|]|^[-+=#:]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
# Text that GitHub turns into mentions, references, emoji, and links after rendering. A zero-width space prevents
# that; it is inserted after invisible characters are spelled out.
_ZERO_WIDTH_SPACE = "&#8203;"
_AUTOLINKED = re.compile(r"@|#(?=\w)|\bgh-(?=\d)|:(?=//|[\w+-]+:)|\bwww(?=\.)", re.IGNORECASE)


def for_terminal(line: str) -> str:
    """Text on one line, inert in a terminal and in the log of a CI service, which executes `##[...]` anywhere in a line and
    `::...` at its beginning. Spells out escape sequences and other invisible characters; keeps tabs."""
    visible = _INVISIBLE.sub(_code_point, line).replace("##[", "## [")
    return re.sub(r"^(\s*:):", r"\1 :", visible)


def for_programs(text: str) -> str:
    """The same JSON with its invisible characters as escape sequences. Keeps the line breaks between values."""
    escaped = _INVISIBLE.sub(lambda sign: "\n" if sign[0] == "\n" else json.dumps(sign[0])[1:-1], text)
    return escaped.replace("##[", "##\\u005b")


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
