r"""Divides the content of the directive `math` into formulas, as Sphinx does: one for each paragraph, with aligned rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"\\(?P<word>begin|end)\b|\\\\|\\.|[{}&]", re.DOTALL)
_LABEL = re.compile(
    r"^[ \t]*\.\.[ \t]+math::.*\n(?:[ \t]+:\w+:.*\n)*?[ \t]+:label:[ \t]*(?P<label>\S.*)$", re.M
)


def formulas_in(text: str, plain: bool = False) -> Iterator[str]:
    r"""The formulas in the content of a directive. plain: whether the content is LaTeX that is complete as it is, as the
    option `nowrap` says. Rows that are divided by `\\` outside any environment are aligned."""
    if plain:
        yield text.strip()
        return
    for part in filter(None, map(str.strip, re.split(r"\n[ \t]*\n", text))):
        yield f"\\begin{{aligned}}{part}\\end{{aligned}}" if _has_rows(part) else part


def equation_numbers(text: str) -> dict[str, int]:
    """The numbers of the labeled equations in a text, in order."""
    labels = dict.fromkeys(match["label"].strip() for match in _LABEL.finditer(text))
    return {label: number for number, label in enumerate(labels, 1)}


def _has_rows(latex: str) -> bool:
    r"""Whether the formula contains `\\` or `&` that belongs to no environment and is in no braces."""
    depth = 0
    for token in _TOKEN.finditer(latex):
        if token["word"] or token[0] in "{}":
            depth += 1 if token[0] == "{" or token["word"] == "begin" else -1
        elif depth == 0 and token[0] in ("\\\\", "&"):
            return True
    return False
