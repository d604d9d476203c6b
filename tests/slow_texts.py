"""Texts that repeat a few characters, on which searches with backtracking take a long time."""

from __future__ import annotations

import time
from pathlib import Path

from case_outcome import built_in
from executable_glossary.app.tables.problem_list import FORMATS
from executable_glossary.execution import SubprocessRunner
from glossaries import lay_out
from hostile_glossary import FILES, laid_out, rewrite

LENGTH = 100_000
PARTS = 6
PLACES = ("concepts/dropout.yml", "examples/by_heart.py")

SIGNS = (
    *"[]()!`$<>#~-+*_|\\&=9.,:;?'\"{}^%/@ \n\ta",
    *("[[", "[[a|", "](", "![", "[x](", "[x](https://a ", "[x]: ", "``", "`a ", "```\n", "~~~\n", "$a", "$$", "$a$ ", "\\("),
    *("{{", "{{ a ", "{: ", "{a=", "{ #", "<a", "<a ", "</a ", "<!--", "<?", "<a:", "&#", "# ", "\n# ", "- ", "> ", "1. ", "- a\n  "),
    *("a_", "*a ", "_a", "a*", "\n|", "|-", "\n=", "a\n=\n", "a\n-\n", "9,", "9.", "9 ", "9.9", "9%", "9 times ", "1,1.", "×"),
    *("a. ", "A. ", "AA", "A'", ".)", "é", "\u0301", "aaaaaaaaaaaaaaaaaaaa ", "dropout ", "dropou", "dropout-", "overfitting s", "\\text{", "[^1]", "[^1]: "),
)  # fmt: skip


def seconds_of(folder: Path, place: str, signs: str, length: int = LENGTH) -> float:
    """CPU seconds of a check with `length` characters of the pattern in `place`.

    Each text has the maximum length, and there are enough texts to add up to `length`.
    """
    text = slow_text(signs, length // PARTS)
    root = _with_entry(folder, text) if place.endswith(".yml") else _with_example(folder, text)
    began = time.process_time()
    built = built_in(root, SubprocessRunner())
    for formatted in FORMATS.values():
        formatted(built.problems)
    return time.process_time() - began


def _with_entry(folder: Path, text: str) -> Path:
    entry = PLACES[0]
    names = ("definition", "overview", "summary", "why", "steps", "intro")
    root = laid_out(folder)
    rewrite(root, entry, (), {**FILES[entry], "blocks": dict.fromkeys(names, text)})
    return root


def _with_example(folder: Path, text: str) -> Path:
    comment = text.replace("\n", "\n# ")
    cells = "".join(f"# %% Cell {number}\n# {comment}\nx = 1\n" for number in range(PARTS))
    return lay_out(folder, {PLACES[1]: f'"""Odd"""\n{cells}'.encode()})


def slow_text(signs: str, length: int) -> str:
    """Starts and ends with a word, so nothing is stripped. The pattern is followed neither by a space nor by the end
    of the text, which many searches look for there."""
    return f"A {signs * (length // len(signs))}x end"
