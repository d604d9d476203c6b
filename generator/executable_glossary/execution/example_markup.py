"""Detects reStructuredText in scripts from other galleries, whose text is shown as written."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Matches directives, labels, substitutions, roles, and named links, but not markup that Markdown also has (lists,
# ``code``).
# Every repetition is bounded, so a long line of incomplete markup cannot make the search slow.
SIGNS = re.compile(
    r"^\.\. (?:[\w:+-]{1,99}::|_[^:\n]{1,99}:|\||\[)|(?<![\w`]):[\w:+-]{1,99}:`[^`\n]{1,500}`"
    r"|`[^`<\n]{1,500}\s<[^>\n]{1,500}>`_",
    re.MULTILINE,
)
LABEL = re.compile(r"\.\. _[^:]+:\s*")
LINE = re.compile(r"([=\-~^\"'`*+#<>:._])\1{2,}\s*")


def is_rest(docstring: str, texts: Iterable[str]) -> bool:
    """Whether a script's text is reStructuredText. Call this only for scripts without a [tool.glossary] table."""
    heading, _ = split_heading(docstring)
    return bool(heading) or any(SIGNS.search(text) for text in (docstring, *texts))


def split_heading(text: str) -> tuple[str, str]:
    """The reST heading at the beginning of a text (a line underlined with punctuation), and the rest of the text.

    Skips labels before the heading, and an overline. Returns "" and the whole text if there is no heading.
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
