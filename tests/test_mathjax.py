"""Formulas in notebooks: no HTML in them, and only functions that MathJax knows."""

from __future__ import annotations

import pytest

from executable_glossary.text.mathjax import in_mathjax


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("a &= b", "a &= b"),
        ("a < b > c", r"a \lt  b \gt  c"),
        (r"\left<x\right>", r"\left\lt x\right\gt "),
        (r"\text{if } x \text{ < y}", r"\text{if } x \text{ $\lt $ y}"),
        (r"\argmin_x f", r"\operatorname*{argmin}_x f"),
        (r"\tg x + \argminus", r"\operatorname{tg} x + \argminus"),
        (r"\bm{x} \bmod y", r"\boldsymbol{x} \bmod y"),
        ("a\n\n  \nb", "a\nb"),
    ],
)
def test_a_formula_is_written_for_viewers_of_notebooks(latex: str, expected: str) -> None:
    assert in_mathjax(latex) == expected
    assert in_mathjax(in_mathjax(latex)) == expected
