"""Texts of one length that are made of a few signs over and over: what a search that goes back and forth fears."""

from __future__ import annotations

SIGNS = (
    *"[]()!`$<>#~-+*_|\\&=9.,:;?'\"{}^%/@ \n\ta",
    *("[[", "[[a|", "](", "![", "[x](", "[x](https://a ", "[x]: ", "``", "`a ", "```\n", "~~~\n", "$a", "$$", "$a$ ", "\\("),
    *("{{", "{{ a ", "{: ", "{a=", "{ #", "<a", "<a ", "</a ", "<!--", "<?", "<a:", "&#", "# ", "\n# ", "- ", "> ", "1. ", "- a\n  "),
    *("a_", "*a ", "_a", "a*", "\n|", "|-", "\n=", "a\n=\n", "a\n-\n", "9,", "9.", "9 ", "9.9", "9%", "9 times ", "1,1.", "×"),
    *("a. ", "A. ", "é", "\u0301", "aaaaaaaaaaaaaaaaaaaa ", "dropout ", "dropou", "dropout-", "overfitting s", "\\text{", "[^1]", "[^1]: "),
)  # fmt: skip


def slow_text(signs: str, length: int) -> str:
    """Begins and ends with a word, so that nothing is stripped."""
    return f"A {signs * (length // len(signs))} end"
