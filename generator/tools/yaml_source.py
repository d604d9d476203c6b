"""Reads YAML and keeps, for every value and every key, where it stands; refuses what authors never mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from generator.model.problem import Place, Problem
from generator.model.text import Text, YamlPath, YamlSource


def read_yaml(path: str, content: bytes) -> tuple[YamlSource | None, tuple[Problem, ...]]:
    """Parses one file; there is no value where it cannot be parsed at all. Problems come in order of lines."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, (Problem(Place(path, line), "not-utf-8", "the file is not UTF-8 text", _SAVE_AS_UTF_8),)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        return None, (_syntax_problem(path, text, error),)
    if node is None:
        return None, (Problem(Place(path, 1), "empty-file", "the file is empty", _START_WITH_TERM),)
    reading = _Reading(path, text.splitlines())
    try:
        value = reading.value(node, ())
    except RecursionError:
        mend = "take brackets or indentation out"
        return None, (Problem(Place(path, 1), "malformed-yaml", "the file is nested too deeply", mend),)
    source = YamlSource(path, value, reading.places, reading.keys)
    return source, tuple(reading.problems)


# libyaml reads a large entry ten times faster; the wheels that we pin have it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SAVE_AS_UTF_8 = "save the file with the encoding UTF-8"
_START_WITH_TERM = "write the entry, or delete the file"
_KEY = re.compile(r"\s*([\w-]+)")


# What the reader says, in its words, and what an author does about it.
_SYNTAX: Mapping[str, tuple[str, str]] = {
    "mapping values are not allowed": (
        'a second ": " in one line',
        "put the text in quotes, or on lines of its own after a |",
    ),
    "cannot start any token": (
        "text begins with a sign that means something else in YAML",
        "put the text in quotes",
    ),
    "did not find expected": (
        "the structure breaks off here",
        "compare the indentation with the line above, and look for a bracket or quote too many or too few",
    ),
}


def _syntax_problem(path: str, text: str, error: yaml.YAMLError) -> Problem:
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Problem(Place(path, 1), "malformed-yaml", f"this is not YAML: {what}", "remove the character")
    mark, begun = error.problem_mark, error.context_mark
    if begun is not None and "quoted" in (error.context or "") and "unexpected" in what:
        return _malformed(path, text, begun, "the quoted text that begins here never ends", "close the quote")
    if _line(text, mark)[mark.column :].startswith("\t"):
        return _malformed(path, text, mark, "a tab stands where YAML wants spaces", "indent with spaces")
    if "mapping values" in what and (key := _KEY.fullmatch(_line(text, mark)[: mark.column])):
        mend = f'indent "{key[1]}" like the keys beside it, or put the whole text in quotes'
        return _malformed(path, text, mark, "a key stands inside the text that began above it", mend)
    known = (said for part, said in _SYNTAX.items() if part in what)
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


class _Reading:
    """One walk over the nodes of a file."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path, self.lines = path, lines
        self.places: dict[YamlPath, Place] = {}
        self.keys: dict[YamlPath, Place] = {}
        self.problems: list[Problem] = []
        self.constructor = yaml.SafeLoader("")
        self.seen: set[int] = set()

    def value(self, node: yaml.Node, path: YamlPath) -> Any:
        self.places[path] = self._place(node)
        if id(node) in self.seen:
            self._report(
                node, "yaml-alias", "a value is used twice by anchor and alias", "write it out twice"
            )
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return dict(self._members(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, number)) for number, child in enumerate(node.value)]
        return self._scalar(node)

    def _members(self, node: yaml.MappingNode, path: YamlPath) -> Iterator[tuple[Text, Any]]:
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._report(key_node, "bad-key", "a key must be a word", "write the key as plain text")
                continue
            key = Text(key_node.value, (self._place(key_node),))
            inner = (*path, str(key))
            if inner in self.keys:
                first = self.keys[inner].line
                self._report(
                    key_node, "duplicate-key", f'"{key}" stands here and in line {first}', "keep one"
                )
                continue
            self.keys[inner] = self._place(key_node)
            yield key, self.value(value_node, inner)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            value = self.constructor.construct_object(node)
        # What the constructor raises where a tag such as !!bool does not fit is up to chance.
        except (yaml.YAMLError, ValueError, LookupError, AttributeError) as error:
            said = str(error) if isinstance(error, ValueError) else "it does not fit its tag"
            reason = getattr(error, "problem", None) or said
            self._report(
                node,
                "malformed-yaml",
                f"this value cannot be read: {reason}",
                "correct it, or quote it as text",
            )
            return None
        return Text(value, self._line_places(node, value)) if isinstance(value, str) else value

    def _line_places(self, node: yaml.Node, value: str) -> tuple[Place, ...]:
        """Where each line of a text begins; a folded or multi-line flow text has only its first."""
        start = self._place(node)
        if getattr(node, "style", None) != "|":
            quoted = getattr(node, "style", None) in ("'", '"')
            length = max(1, start.length - 2 * quoted)
            return (Place(start.path, start.line, start.column + quoted, length, start.excerpt),)
        rows = range(start.line, start.line + value.count("\n") + (not value.endswith("\n")))
        excerpts = [self.lines[row] if row < len(self.lines) else "" for row in rows]
        # The value's first full line tells the indentation: the file's may begin with blanks of its own.
        pairs = zip(excerpts, value.split("\n"), strict=False)
        indent = next((len(line) - len(part) for line, part in pairs if part.strip()), 0)
        return tuple(
            Place(self.path, row + 1, indent + 1, excerpt=line)
            for row, line in zip(rows, excerpts, strict=True)
        ) or (start,)

    def _place(self, node: yaml.Node) -> Place:
        start, end = node.start_mark, node.end_mark
        excerpt = self.lines[start.line] if start.line < len(self.lines) else ""
        same_line = end.line == start.line and isinstance(node, yaml.ScalarNode)
        length = max(1, end.column - start.column) if same_line else max(1, len(excerpt) - start.column)
        return Place(self.path, start.line + 1, start.column + 1, length, excerpt)

    def _report(self, node: yaml.Node, code: str, message: str, mend: str) -> None:
        self.problems.append(Problem(self._place(node), code, message, mend))
