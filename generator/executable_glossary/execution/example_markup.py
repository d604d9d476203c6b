"""Knows text of foreign galleries, reStructuredText, when it sees it; it is shown as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Directives, labels, substitutions; roles; named links. What Markdown shares (lists, ``code``) is no sign.
# Each is short: without a bound, a line of nothing but beginnings would be searched to its end for each.
SIGNS = re.compile(
    r"^\.\. (?:[\w:+-]{1,99}::|_[^:\n]{1,99}:|\||\[)|(?<![\w`]):[\w:+-]{1,99}:`[^`\n]{1,500}`"
    r"|`[^`<\n]{1,500}\s<[^>\n]{1,500}>`_",
    re.MULTILINE,
)
LABEL = re.compile(r"\.\. _[^:]+:\s*")
LINE = re.compile(r"([=\-~^\"'`*+#<>:._])\1{2,}\s*")


def is_rest(docstring: str, texts: Iterable[str]) -> bool:
    """Whether a script's texts are reStructuredText. Asked only of scripts that were not written for us."""
    heading, _ = split_heading(docstring)
    return bool(heading) or any(SIGNS.search(text) for text in (docstring, *texts))


def split_heading(text: str) -> tuple[str, str]:
    """The heading that a text begins with, a line with a line of signs under it, and what follows.

    A line of signs above it, and labels before it, belong to it. Without a heading: "" and the text.
    """
    lines = text.splitlines()
    at = 0
    while at < len(lines) and (not lines[at].strip() or LABEL.fullmatch(lines[at])):
        at += 1
    if at < len(lines) and LINE.fullmatch(lines[at]):
        at += 1
    if at + 1 >= len(lines) or LINE.fullmatch(lines[at]) or not LINE.fullmatch(lines[at + 1]):
        return "", text
    return lines[at].strip(), "\n".join(lines[at + 2 :]).strip()
