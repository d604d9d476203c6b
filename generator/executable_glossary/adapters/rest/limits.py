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


def excess(texts: Sequence[str]) -> str:
    """What there is too much of, such as `more than 3,000 lines`; empty if the texts can be converted."""
    whole = "\n".join(texts)
    if max(map(len, whole.split("\n"))) > LONGEST_LINE:
        return f"a line of more than {LONGEST_LINE:,} characters"
    for name, (pattern, most) in _LIMITS.items():
        if sum(1 for _ in pattern.finditer(whole)) > most:
            return f"more than {most:,} {name}"
    return ""
