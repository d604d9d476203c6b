"""Limits on the text that is converted: docutils can take minutes for a text that was made to slow it down."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# The most that the texts of one script may contain, all of them together; the largest of the 450 scripts that we looked
# at has a fifth of that.
_LIMITS: Mapping[str, tuple[re.Pattern[str], int]] = {
    "characters": (re.compile(r".", re.DOTALL), 60_000),
    "lines": (re.compile(r"\n"), 3_000),
    "quotes and references": (re.compile(r"`|_(?=\W)"), 4_000),
    "directives and labels": (re.compile(r"^[ \t]*\.\.[ \t]", re.MULTILINE), 300),
}
LONGEST_LINE = 2_000  # characters
# In characters: what stands in place of names (`|name|`), including names within other texts.
MOST_SUBSTITUTED = 100_000
_SUBSTITUTION = re.compile(
    r"^[ \t]*\.\. \|(?P<name>[^|\n]{1,200})\|(?P<text>[^\n]*(?:\n[ \t]+[^\n]+)*)", re.MULTILINE
)
_NAME = re.compile(r"\|([^|\n]{1,200})\|")


def excess(texts: Sequence[str]) -> str:
    """What there is too much of, such as `more than 3,000 lines`; empty if the texts can be converted."""
    whole = "\n".join(texts)
    if max(map(len, whole.split("\n"))) > LONGEST_LINE:
        return f"a line of more than {LONGEST_LINE:,} characters"
    for name, (pattern, most) in _LIMITS.items():
        if sum(1 for _ in pattern.finditer(whole)) > most:
            return f"more than {most:,} {name}"
    if _substituted(whole) > MOST_SUBSTITUTED:
        return f"more than {MOST_SUBSTITUTED:,} characters in place of names such as |name|"
    return ""


def _substituted(text: str) -> int:
    """How many characters all substitutions in a text insert. Each can contain others, so their number can grow
    exponentially with their depth."""
    texts = {_key(found["name"]): found["text"] for found in _SUBSTITUTION.finditer(text)}
    sizes: dict[str, int] = {}

    def size(name: str) -> int:
        if name not in sizes:
            sizes[name] = 0  # docutils reports a text that contains itself
            inside = sum(size(_key(other)) for other in _NAME.findall(texts[name]) if _key(other) in texts)
            sizes[name] = len(texts[name]) + inside
        return sizes[name]

    return sum(size(name) for name in map(_key, _NAME.findall(text)) if name in texts)


def _key(name: str) -> str:
    """A name as docutils compares names."""
    return " ".join(name.split()).lower()
