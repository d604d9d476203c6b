"""Plain text from reST, such as the first sentence of a text, found without parsing it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from executable_glossary.text.sentences import sentences

_ROLE = re.compile(r"(?::(?P<role>[\w:+-]{1,99}):|(?<!`))`(?P<shown>[^`]{1,500})`(?![`_])")
_LINK = re.compile(r"`(?P<shown>[^`<]{1,500}?)\s*<[^>`]{1,500}>`__?")
_MARKS = re.compile(r"``|\*\*|(?<!\w)[*`]|[*`]_{0,2}(?!\w)|\\(?=[ *`|_])")
# A reference to a footnote or a citation, and the word before it, which can need it: "as described in [1]_".
_NOTE = re.compile(
    r"(?P<word>\b(?i:in|of|by|from|see|with|to|and|or|as|also|following)\b)?\s?(?P<note>\[(?:\d+|\*|#?\w{0,99})\])_(?!\w)"
    r"(?:\s(?=[,.;:]))?"
)
_TITLED = re.compile(r"(?P<title>.+?)\s*<[^<>]+>")
# A directive, a list, an example of code, a field, a table, an indented text, or a heading.
_NOT_PROSE = re.compile(
    r"\n*(?:\.\. |[-*+] |\d+\. |>>> |:\w+:|[|+=-]{2}|[ \t]|[^\n]*\n([=\-~^\"'`*+#<>:._])\1{2,}[ \t]*(?:\n|$))"
)
_SUBSTITUTION = re.compile(
    r"^[ \t]*\.\. \|(?P<name>[^|\n]{1,99})\|[ \t]+replace::(?P<text>[^\n]*(?:\n[ \t]+\S[^\n]*)*)",
    re.MULTILINE,
)

# The title of what a role refers to, given the role without its domain and the target; empty if it is unknown.
Titles = Callable[[str, str], str]


def no_titles(role: str, target: str) -> str:
    """No title is known."""
    return ""


def first_sentence(text: str, titles: Titles = no_titles) -> str:
    """The first sentence of the first paragraph that is neither a directive, a heading, nor a list; empty if there is
    none."""
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.strip() and not _NOT_PROSE.match(paragraph):
            one_line = " ".join(paragraph.split())
            found = sentences(plain(one_line, titles))
            return found[0].text.removesuffix("::") if found else ""
    return ""


def plain(text: str, titles: Titles = no_titles) -> str:
    """A text in reST without its inline markup."""
    without = _ROLE.sub(lambda match: _shown(match, titles), _LINK.sub(r"\g<shown>", text))
    return _MARKS.sub("", _NOTE.sub(_noted, without))


def _noted(match: re.Match[str]) -> str:
    """A reference is left out, unless the word before it would stand alone."""
    return f"{match['word']} {match['note']}" if match["word"] else ""


def substituted(text: str, texts: Iterable[str]) -> str:
    """The text with what its substitutions (`|name|`) stand for. texts: of the whole script, which define them."""
    if "|" not in text:
        return text
    found = (match for each in texts for match in _SUBSTITUTION.finditer(each))
    meant = {match["name"]: " ".join(match["text"].split()) for match in found}
    return re.sub(r"\|([^|\n]{1,99})\|_{0,2}", lambda match: meant.get(match[1], match[0]), text)


def _shown(match: re.Match[str], titles: Titles) -> str:
    role, shown = (match["role"] or "").rpartition(":")[2], match["shown"]
    if titled := _TITLED.fullmatch(shown):
        return titled["title"]
    if role in ("ref", "doc", "any") and (title := titles(role, shown)):
        return title
    if role == "doc":
        return shown.rpartition("/")[2]
    return shown[1:].rpartition(".")[2] if shown.startswith("~") else shown.lstrip("!.")
