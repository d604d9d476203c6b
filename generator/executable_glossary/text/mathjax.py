"""Writes LaTeX formulas for notebooks, whose viewers convert them with MathJax or KaTeX."""

from __future__ import annotations

import re

# Functions that our own converter knows and that have other names, or none, in those of notebooks.
_FUNCTIONS = "arcctg|arctg|ch|cosec|cotg|ctg|cth|sh|tg|th"
_WITH_LIMITS = "argmax|argmin|plim"
_NAMES = re.compile(rf"\\(?:(?P<function>{_FUNCTIONS})|(?P<limits>{_WITH_LIMITS})|(?P<bold>bm))(?![a-zA-Z])")
# In text, commands such as \lt need a formula of their own.
_TEXT = re.compile(r"\\(?:text\w{0,9}|mbox|hbox)\s*\{[^{}]*\}")
_SIGNS = {"<": r"\lt ", ">": r"\gt "}


def in_mathjax(latex: str) -> str:
    r"""The formula without its delimiters, with functions that the viewer knows.

    `<` and `>` become `\lt` and `\gt`, so no viewer takes a part of the formula for HTML, and none shows `&lt;`. Empty
    lines, which would end the formula, are left out.
    """
    known = _NAMES.sub(_name, latex)
    known = _TEXT.sub(lambda text: _signs(text[0], "${}$"), known)
    return "\n".join(line for line in _signs(known, "{}").splitlines() if line.strip())


def _name(match: re.Match[str]) -> str:
    if match["bold"]:
        return r"\boldsymbol"
    return (
        rf"\operatorname{{{match['function']}}}"
        if match["function"]
        else rf"\operatorname*{{{match['limits']}}}"
    )


def _signs(latex: str, form: str) -> str:
    return re.sub("[<>]", lambda sign: form.format(_SIGNS[sign[0]]), latex)
