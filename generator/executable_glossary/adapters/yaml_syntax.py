"""What is wrong with a file that is no YAML, in an author's words at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import yaml

from executable_glossary.model.problem import Place, Problem

_AS_TEXT = "put all of the text in quotes, or on lines of its own after a |"
_OTHER_QUOTES = "put around all of it quotes that are not in it, or put it on lines of its own after a |"
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
    "unknown escape character": (
        "a backslash within double quotes means something else in YAML",
        "take single quotes, or lines of their own after a |",
    ),
    "another document": ("a second document begins here", "take the line --- out: a file holds one"),
}


@dataclass(frozen=True)
class _Failure:
    """Where the reader gave up, and where began what it was reading: lines and columns from 0."""

    lines: tuple[str, ...]
    what: str
    context: str
    at: tuple[int, int]
    begun: tuple[int, int] | None

    @property
    def line(self) -> str:
        return "".join(self.lines[self.at[0] : self.at[0] + 1])


# Line and column from 0, what is wrong, how to fix it.
_Guess = tuple[tuple[int, int], str, str]


def syntax_problem(path: str, text: str, error: yaml.YAMLError) -> Problem:
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Problem(Place(path, 1), "malformed-yaml", f"this is not YAML: {what}", "remove the character")
    mark, begun = error.problem_mark, error.context_mark
    start = None if begun is None else (begun.line, begun.column)
    # Marks count lines and columns; their index may count bytes.
    lines = tuple(text.splitlines())
    failure = _Failure(lines, what, error.context or "", (mark.line, mark.column), start)
    (line, column), message, help = next(
        guess for guesser in _GUESSERS if (guess := guesser(failure)) is not None
    )
    place = Place(path, line + 1, column + 1, excerpt="".join(lines[line : line + 1]))
    return Problem(place, "malformed-yaml", f"this is not YAML: {message}", help)


# A line may be as long as a file: nothing here goes back over what it has read.
_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: |$)")


def _left_by_git(failure: _Failure) -> _Guess | None:
    row = next((row for row, line in enumerate(failure.lines) if _CONFLICT.match(line)), None)
    if row is None:
        return None
    message = "git left two versions here, from <<<<<<< to >>>>>>>"
    return (row, 0), message, "keep what is meant of both, and delete the lines <<<<<<<, ======= and >>>>>>>"


def _open_quote(failure: _Failure) -> _Guess | None:
    if failure.begun is None or "quoted" not in failure.context or "unexpected" not in failure.what:
        return None
    return failure.begun, "the quoted text that begins here never ends", "close the quote"


def _tab(failure: _Failure) -> _Guess | None:
    if not failure.line[failure.at[1] :].startswith("\t"):
        return None
    return failure.at, "a tab stands where YAML wants spaces", "indent with spaces"


_ODD_SPACE = re.compile(r"[ ]*+(?:-[ ]++)*+(?:[\w-]++:[ ]*+)?([\u00a0\u2007\u202f\u3000])")


def _odd_space(failure: _Failure) -> _Guess | None:
    """Copied from a page or a word processor; it looks like a space."""
    last = failure.at[0]
    first = min(failure.begun[0] if failure.begun else last, max(0, last - 1))
    for row in range(first, last + 1):
        if row < len(failure.lines) and (odd := _ODD_SPACE.match(failure.lines[row])):
            message = "a no-break or wide space stands where YAML wants a common one"
            return (row, odd.start(1)), message, "type the space anew"
    return None


_KEY = re.compile(r"\s*([\w-]+)")
_TIGHT = re.compile(r"[ ]*+(?:-[ ]++)*+[\w-]++:(?=[^\s:/])")


def _key_in_text(failure: _Failure) -> _Guess | None:
    row, column = failure.at
    key = _KEY.fullmatch(failure.line[:column])
    if "mapping values" not in failure.what or key is None:
        return None
    if row and (tight := _TIGHT.match(failure.lines[row - 1])):
        return (row - 1, tight.end()), "no space stands after this colon", "write a space after the colon"
    help = f'indent "{key[1]}" like the keys beside it, or put the whole text in quotes'
    return failure.at, "a key stands inside the text that began above it", help


_VALUE = re.compile(r"""[ ]*+(?:-[ ]++)*+(?P<key>[\w-]++:[ ]++)?(?P<sign>\[\[|\{\{|["'*&>|?-])""")


def _sign_before_text(failure: _Failure) -> _Guess | None:
    """A text that begins with a link, a number from a run, a quotation or emphasis."""
    sign = _VALUE.match(failure.line[: failure.at[1] + 1])
    if sign is None or "flow" in failure.context:
        return None
    broken_off = "did not find expected" in failure.what and sign.start("sign") < failure.at[1]
    if not broken_off and not (sign["key"] and "not allowed in this context" in failure.what):
        return None
    at, shown = (failure.at[0], sign.start("sign")), sign["sign"]
    if shown in "|>":
        return at, f"text stands beside {shown}", f"begin it on the line below the {shown}, indented"
    if shown in "\"'":
        return failure.at, "the text goes on after the quote that ended it", _OTHER_QUOTES
    return at, f"text begins with {shown}, which means something else in YAML", _AS_TEXT


def _no_key(failure: _Failure) -> _Guess | None:
    if failure.begun is None or "could not find expected ':'" not in failure.what:
        return None
    message = "this line is no key with a value, and is not indented as the text of one"
    return (
        failure.begun,
        message,
        "indent it further than its key, or write a colon and a space after the key",
    )


def _in_brackets(failure: _Failure) -> _Guess | None:
    if failure.begun is None or "flow" not in failure.context or "did not find expected" not in failure.what:
        return None
    message = f"the structure breaks off here{_since(failure)}"
    return (
        failure.at,
        message,
        "close the bracket; put a text in quotes that holds a colon, a comma or a bracket",
    )


def _otherwise(failure: _Failure) -> _Guess:
    known = (said for part, said in SYNTAX.items() if part in failure.what)
    message, help = next(known, (failure.what, "check the indentation and the quotes"))
    return failure.at, message + ("" if "document" in message else _since(failure)), help


def _since(failure: _Failure) -> str:
    elsewhere = failure.begun is not None and failure.begun[0] != failure.at[0]
    return f", in what begins in line {failure.begun[0] + 1}" if failure.begun and elsewhere else ""


_GUESSERS: tuple[Callable[[_Failure], _Guess | None], ...] = (
    _left_by_git,
    _open_quote,
    _tab,
    _odd_space,
    _key_in_text,
    _sign_before_text,
    _no_key,
    _in_brackets,
    _otherwise,
)
