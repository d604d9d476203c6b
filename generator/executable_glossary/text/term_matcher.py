"""Builds a single regular expression that finds the names of all concepts in text and stays fast for many names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

_END = ""
# Scripts that put no spaces between words: Chinese, Japanese, Thai, Lao, Khmer, and Burmese.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_BEGINS = rf"(?:(?<![\w-])|(?=[{_UNSPACED}]))"
_ENDS = rf"(?:(?![\w+#-])|(?<=[{_UNSPACED}]))"


@lru_cache(maxsize=8)
def mentions(names: tuple[str, ...], plural: bool = False) -> re.Pattern[str]:
    """Matches whole names regardless of case, the longest first; with `plural`, also matches a name followed by "s".

    Without names, it matches nothing.
    """
    ending = "s?" if plural else ""
    return re.compile(rf"{_BEGINS}{_alternatives(_trie(names))}{ending}{_ENDS}", re.IGNORECASE)


def _trie(names: Iterable[str]) -> dict[str, Any]:
    """A prefix tree of the names: a branching pattern is much faster than a list of alternatives."""
    root: dict[str, Any] = {}
    for name in names:
        branch = root
        for letter in name.casefold():
            branch = branch.setdefault(letter, {})
        branch[_END] = {}
    return root


def _alternatives(branch: dict[str, Any]) -> str:
    """A pattern for the rest of each name; where a name can end, longer names are tried first."""
    going_on = [re.escape(letter) + _alternatives(rest) for letter, rest in sorted(branch.items()) if letter]
    if not going_on:
        return "" if branch else r"(?!)"
    grouped = going_on[0] if len(going_on) == 1 else f"(?:{'|'.join(going_on)})"
    return f"(?:{grouped})?" if _END in branch else grouped
