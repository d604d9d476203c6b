"""What is wrong with a file that is no YAML, in an author's words at its place."""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml

from generator.model.problem import Place, Problem

KEY = re.compile(r"\s*([\w-]+)")
# What the reader says, in its words, and what an author does about it.
SYNTAX: Mapping[str, tuple[str, str]] = {
    "mapping values are not allowed": (
        'a second ": " in one line',
        "put the text in quotes, or on lines of its own after a |",
    ),
    "cannot start any token": (
        "text begins with a character that means something else in YAML",
        "put the text in quotes",
    ),
    "did not find expected": (
        "the structure breaks off here",
        "compare the indentation with the line above, and look for a bracket or quote too many or too few",
    ),
}


def syntax_problem(path: str, text: str, error: yaml.YAMLError) -> Problem:
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Problem(Place(path, 1), "malformed-yaml", f"this is not YAML: {what}", "remove the character")
    mark, begun = error.problem_mark, error.context_mark
    if begun is not None and "quoted" in (error.context or "") and "unexpected" in what:
        return _malformed(path, text, begun, "the quoted text that begins here never ends", "close the quote")
    if _line(text, mark)[mark.column :].startswith("\t"):
        return _malformed(path, text, mark, "a tab stands where YAML wants spaces", "indent with spaces")
    if "mapping values" in what and (key := KEY.fullmatch(_line(text, mark)[: mark.column])):
        mend = f'indent "{key[1]}" like the keys beside it, or put the whole text in quotes'
        return _malformed(path, text, mark, "a key stands inside the text that began above it", mend)
    known = (said for part, said in SYNTAX.items() if part in what)
    message, mend = next(known, (what, "check the indentation and the quotes"))
    if begun is not None and begun.line != mark.line:
        message = f"{message}, in what begins in line {begun.line + 1}"
    return _malformed(path, text, mark, message, mend)


def _malformed(path: str, text: str, mark: yaml.Mark, message: str, mend: str) -> Problem:
    place = Place(path, mark.line + 1, mark.column + 1, excerpt=_line(text, mark))
    return Problem(place, "malformed-yaml", f"this is not YAML: {message}", mend)


def _line(text: str, mark: yaml.Mark) -> str:
    """The whole line; marks count lines and columns, and their index may count bytes."""
    return "".join(text.splitlines()[mark.line : mark.line + 1])
