"""Explains YAML syntax errors in authors' terms, with the location of the mistake and a fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import yaml

from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule

MALFORMED_YAML = Rule(
    code="malformed-yaml",
    when="an entry or the axes are read",
    summary="A file is not valid YAML, or contains a value that YAML cannot read.",
    details="The usual causes are a colon or a bracket in unquoted text, and incorrect indentation.",
    why="Nothing in the file can be read until it is fixed.",
    example="`meaning: Sourdough: dough that a starter raises.`",
    instead='`meaning: "Sourdough: dough that a starter raises."`',
)

_AS_TEXT = "put all of the text in quotes, or on separate lines after a |"
_OTHER_QUOTES = "put all of it in the other kind of quotes, or on separate lines after a |"
# Keyed by part of the parser's message: the error in authors' terms, and how to fix it.
SYNTAX: Mapping[str, tuple[str, str]] = {
    "mapping values are not allowed": (
        'there is a second ": " on the line',
        "put the text in quotes, or on separate lines after a |",
    ),
    "cannot start any token": (
        "text begins with a character that has a special meaning in YAML",
        "put the text in quotes",
    ),
    "did not find expected": (
        "YAML expects something else here",
        "compare the indentation with the line above, and look for a missing or extra bracket or quote",
    ),
    "unknown escape character": (
        "a backslash within double quotes has a special meaning in YAML",
        "use single quotes, or put the text on separate lines after a |",
    ),
    "another document": (
        "a second document begins here",
        "remove the line ---: a file can contain only one document",
    ),
}


@dataclass(frozen=True)
class _Failure:
    """A parser failure.

    `at` is the position where the parser failed; `begun` is the beginning of the structure that it was parsing. A
    position is a line and a column, both counted from 0.
    """

    lines: tuple[str, ...]
    what: str
    context: str
    at: tuple[int, int]
    begun: tuple[int, int] | None

    @property
    def line(self) -> str:
        return "".join(self.lines[self.at[0] : self.at[0] + 1])


# A position (line and column, both counted from 0), the message, and the help.
_Guess = tuple[tuple[int, int], str, str]


def syntax_problem(path: str, text: str, error: yaml.YAMLError) -> Problem:
    """The problem that describes `error`, which was raised when `text` was parsed.

    path: the file name to show in problem messages.
    """
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return MALFORMED_YAML.at(Place(path, 1), f"this is not valid YAML: {what}", "remove the character")
    mark, begun = error.problem_mark, error.context_mark
    start = None if begun is None else (begun.line, begun.column)
    # A mark's line and column are reliable, but its index may count bytes.
    lines = tuple(text.splitlines())
    failure = _Failure(lines, what, error.context or "", (mark.line, mark.column), start)
    (line, column), message, help = next(
        guess for guesser in _GUESSERS if (guess := guesser(failure)) is not None
    )
    place = Place(path, line + 1, column + 1, excerpt="".join(lines[line : line + 1]))
    return MALFORMED_YAML.at(place, f"this is not valid YAML: {message}", help)


# A line may be as long as the file, so no pattern here may backtrack.
_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: |$)")


def _merge_conflict(failure: _Failure) -> _Guess | None:
    row = next((row for row, line in enumerate(failure.lines) if _CONFLICT.match(line)), None)
    if row is None:
        return None
    message = "there is a merge conflict, from <<<<<<< to >>>>>>>"
    return (
        (row, 0),
        message,
        "keep the correct lines from both versions, and delete <<<<<<<, =======, and >>>>>>>",
    )


def _open_quote(failure: _Failure) -> _Guess | None:
    if failure.begun is None or "quoted" not in failure.context or "unexpected" not in failure.what:
        return None
    return failure.begun, "the quote that begins here is never closed", "close the quote"


def _tab(failure: _Failure) -> _Guess | None:
    if not failure.line[failure.at[1] :].startswith("\t"):
        return None
    return failure.at, "there is a tab where YAML needs spaces", "indent with spaces"


_ODD_SPACE = re.compile(r"[ ]*+(?:-[ ]++)*+(?:[\w-]++:[ ]*+)?([\u00a0\u2007\u202f\u3000])")


def _odd_space(failure: _Failure) -> _Guess | None:
    """A no-break space, usually copied from a web page or a word processor."""
    last = failure.at[0]
    first = min(failure.begun[0] if failure.begun else last, max(0, last - 1))
    for row in range(first, last + 1):
        if row < len(failure.lines) and (odd := _ODD_SPACE.match(failure.lines[row])):
            message = "there is a no-break or wide space where YAML needs an ordinary space"
            return (row, odd.start(1)), message, "delete the space and type it again"
    return None


_KEY = re.compile(r"\s*([\w-]+)")
_TIGHT = re.compile(r"[ ]*+(?:-[ ]++)*+[\w-]++:(?=[^\s:/])")


def _key_in_text(failure: _Failure) -> _Guess | None:
    row, column = failure.at
    key = _KEY.fullmatch(failure.line[:column])
    if "mapping values" not in failure.what or key is None:
        return None
    if row and (tight := _TIGHT.match(failure.lines[row - 1])):
        return (row - 1, tight.end()), "there is no space after this colon", "write a space after the colon"
    help = f'indent "{key[1]}" like the keys around it, or put the whole text in quotes'
    return failure.at, "there is a key inside the text that begins above it", help


_VALUE = re.compile(r"""[ ]*+(?:-[ ]++)*+(?P<key>[\w-]++:[ ]++)?(?P<sign>\[\[|\{\{|["'*&>|?-])""")


def _sign_before_text(failure: _Failure) -> _Guess | None:
    """Text that begins with a link, an expression, a quotation, or emphasis."""
    sign = _VALUE.match(failure.line[: failure.at[1] + 1])
    if sign is None or "flow" in failure.context:
        return None
    broken_off = "did not find expected" in failure.what and sign.start("sign") < failure.at[1]
    if not broken_off and not (sign["key"] and "not allowed in this context" in failure.what):
        return None
    at, shown = (failure.at[0], sign.start("sign")), sign["sign"]
    if shown in "|>":
        return at, f"there is text next to the {shown}", "begin the text on the next line, indented"
    if shown in "\"'":
        return failure.at, "the text continues after the closing quote", _OTHER_QUOTES
    return at, f"text begins with {shown}, which has a special meaning in YAML", _AS_TEXT


def _no_key(failure: _Failure) -> _Guess | None:
    if failure.begun is None or "could not find expected ':'" not in failure.what:
        return None
    message = "this line is neither a key with a value nor indented text under a key"
    return (
        failure.begun,
        message,
        "indent it further than its key, or write a colon and a space after the key",
    )


def _in_brackets(failure: _Failure) -> _Guess | None:
    if failure.begun is None or "flow" not in failure.context or "did not find expected" not in failure.what:
        return None
    message = f"YAML expects something else here{_since(failure)}"
    return (
        failure.at,
        message,
        "close the bracket, and put text that contains a colon, comma, or bracket in quotes",
    )


def _otherwise(failure: _Failure) -> _Guess:
    known = (explanation for part, explanation in SYNTAX.items() if part in failure.what)
    message, help = next(known, (failure.what, "check the indentation and the quotes"))
    return failure.at, message + ("" if "document" in message else _since(failure)), help


def _since(failure: _Failure) -> str:
    elsewhere = failure.begun is not None and failure.begun[0] != failure.at[0]
    return (
        f", in the structure that begins on line {failure.begun[0] + 1}"
        if failure.begun and elsewhere
        else ""
    )


_GUESSERS: tuple[Callable[[_Failure], _Guess | None], ...] = (
    _merge_conflict,
    _open_quote,
    _tab,
    _odd_space,
    _key_in_text,
    _sign_before_text,
    _no_key,
    _in_brackets,
    _otherwise,
)
