"""Detects what is particular to scripts from other galleries: text in reStructuredText, and code that pages do not show."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

# Matches directives, labels, substitutions, roles, and named links, but not markup that Markdown also has (lists,
# ``code``).
# Every repetition is bounded, so a long line of incomplete markup cannot make the search slow.
SIGNS = re.compile(
    r"^\.\. (?:[\w:+-]{1,99}::|_[^:\n]{1,99}:|\||\[)|(?<![\w`]):[\w:+-]{1,99}:`[^`\n]{1,500}`"
    r"|`[^`<\n]{1,500}\s<[^>\n]{1,500}>`_",
    re.MULTILINE,
)
# Markup that only Markdown has: links, fences, links to concepts, formulas, MyST roles, and headings with #.
MARKDOWN = re.compile(
    r"\[[^\]\n]{1,200}\]\([^)\s]{1,500}\)|^(?:```|~~~)|\[\[[^\]\n]{1,200}\]\]|\$[^$\n]{1,500}\$|\{[a-z:]{1,99}\}`"
    r"|^#{1,6} \S",
    re.MULTILINE,
)
# Comments of sphinx-gallery: the beginning and the end of code that it hides, and its settings.
_COMMENT = re.compile(r"[ \t]*# ?sphinx_gallery_(?P<name>[a-z_]{1,50})\b")
_START, _END = "start_ignore", "end_ignore"
_THUMBNAIL = re.compile(
    r"^[ \t]*# ?sphinx_gallery_thumbnail_path[ \t]*=[ \t]*[\"'](?P<file>[^\"'\n]{1,500})[\"']", re.MULTILINE
)
# The address of an image in a text: a file in the script's folder or in one below it.
_FILE = r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}/){0,9}[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\.(?:png|jpe?g|gif|webp|svg)"
_PICTURE = re.compile(
    rf"^[ \t]*\.\. (?:\|[^|\n]{{1,99}}\| )?(?:figure|image):: *(?P<file>{_FILE})[ \t]*$", re.MULTILINE
)
# What can come before the text, and is about it: a directive, a comment, a label, a substitution; or a field: `:orphan:`.
_BEFORE = re.compile(r"\.\.(?:\s|$)|:(?![\s:])[^:`\n]{1,99}:(?:\s|$)")
LINE = re.compile(r"([=\-~^\"'`*+#<>:._])\1{2,}\s*")


def is_rest(docstring: str, texts: Sequence[str], has_settings: bool = False) -> bool:
    """Whether a script's text is reStructuredText: it contains a sign of it, or it has an underlined heading.

    has_settings: whether the script has settings for this generator. If the text contains something that only Markdown
    has, a heading counts only at the beginning of a script without settings.
    """
    written = (docstring, *texts)
    if any(SIGNS.search(text) for text in written):
        return True
    if any(MARKDOWN.search(text) for text in written):
        return bool(split_heading(docstring)[0]) and not has_settings
    return bool(split_heading(docstring)[0]) or any(map(_has_heading, written))


def _has_heading(text: str) -> bool:
    """Whether a paragraph of a text begins with a line that is underlined in its whole length."""
    above = ["", *text.splitlines()]
    return any(
        not blank.strip() and title[:1].strip() and len(title) <= len(line.rstrip()) and LINE.fullmatch(line)
        for blank, title, line in zip(above, above[1:], above[2:], strict=False)
    )


def shown_code(code: str) -> str:
    """A cell's code without the lines that sphinx-gallery hides, and without its directives. The run executes them."""
    if "sphinx_gallery_" not in code:
        return code
    lines = [(line, match["name"] if (match := _COMMENT.match(line)) else "") for line in code.splitlines()]
    ends = [at for at, (_, name) in enumerate(lines) if name == _END]
    shown, hidden_until = [], -1
    for at, (line, name) in enumerate(lines):
        if name == _START and ends and ends[-1] > at:
            hidden_until = max(hidden_until, ends[bisect_right(ends, at)])
        if not name and at > hidden_until:
            shown.append(line)
    return "\n".join(shown).strip("\n")


def pictures_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The files beside the script that texts in reST show as images, relative to the script."""
    return tuple(dict.fromkeys(name for text in texts for name in _PICTURE.findall(text)))


def can_be_thumbnail(address: str) -> bool:
    """Whether an address can be that of a picture in the script's folder, or in one below it, that can be made smaller: no
    SVG."""
    return bool(re.fullmatch(_FILE, address)) and not address.endswith(".svg")


def thumbnail_in(source: str) -> str:
    """The file that a script for sphinx-gallery names as the picture that stands for it; empty if it names none."""
    found = _THUMBNAIL.search(source)
    return found["file"] if found else ""


def split_heading(text: str) -> tuple[str, str, str]:
    """The reST heading at the beginning of a text (a line underlined with punctuation) as it is written, with the overline,
    the labels, and the directives before it; its title; and the rest of the text.

    Returns "", "", and the whole text if there is no heading.
    """
    lines = text.splitlines()
    at = _first_of_text(lines)
    if at < len(lines) and LINE.fullmatch(lines[at]):
        at += 1
    if at + 1 >= len(lines) or LINE.fullmatch(lines[at]) or not LINE.fullmatch(lines[at + 1]):
        return "", "", text
    heading = "\n".join(lines[: at + 2])
    return heading, lines[at].strip(), "\n".join(lines[at + 2 :]).strip()


def split_first_line(text: str) -> tuple[str, str, str]:
    """The directives, comments, and labels at the beginning of a text in reST without a heading; its first line; and the
    rest."""
    lines = text.splitlines()
    at = _first_of_text(lines)
    before, after = "\n".join(lines[:at]).strip(), "\n".join(lines[at + 1 :]).strip()
    return before, "".join(lines[at : at + 1]).strip(), after


def _first_of_text(lines: Sequence[str]) -> int:
    """The index of the first line that belongs to no directive, comment, label, or field; the number of lines if there is
    none."""
    inside = False
    for at, line in enumerate(lines):
        if line.strip() and not (inside and line[0].isspace()):
            inside = bool(_BEFORE.match(line))
            if not inside:
                return at
    return len(lines)
