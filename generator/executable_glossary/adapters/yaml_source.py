"""Reads YAML and keeps, for every value and every key, where it stands; refuses what authors never mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from executable_glossary.adapters.yaml_limits import LONGEST_NUMBER, LONGEST_TEXT, out_of_bounds
from executable_glossary.adapters.yaml_syntax import syntax_problem
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.text import Text, YamlPath, YamlSource

__all__ = ["read_yaml"]


def read_yaml(path: str, content: bytes) -> tuple[YamlSource | None, tuple[Problem, ...]]:
    """Parses one file; there is no value where it cannot be parsed at all. Problems come in order of lines."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, (Problem(Place(path, line), "not-utf-8", "the file is not UTF-8 text", _SAVE_AS_UTF_8),)
    try:
        if wrong := out_of_bounds(path, yaml.parse(text, Loader=_Loader)):
            return None, (wrong,)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        return None, (syntax_problem(path, text, error),)
    if node is None:
        return None, (Problem(Place(path, 1), "empty-file", "the file is empty", _FILL_IT),)
    reading = _Reading(path, text.splitlines())
    value = reading.value(node, ())
    source = YamlSource(path, value, reading.places, reading.keys)
    return source, tuple(reading.problems)


# libyaml reads a large entry ten times faster; the wheels that we pin have it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SAVE_AS_UTF_8 = "save the file with the encoding UTF-8"
_FILL_IT = "write what belongs into it, or delete the file"
_YAML = "tag:yaml.org,2002:"
_NUMBERS = frozenset({f"{_YAML}int", f"{_YAML}float"})
# What YAML gives to values by itself; of others, some would have a reader of Python's make objects.
_TAGS = _NUMBERS | {
    f"{_YAML}{kind}" for kind in ("null", "bool", "str", "timestamp", "seq", "map", "merge", "value")
}

_HASH = re.compile(r"[ \t]+(#[^\s#].*)")


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
        if node.tag not in _TAGS:
            self._report(
                node, "malformed-yaml", f"the tag {node.tag!r} has no meaning here", "take the tag out"
            )
            return None
        if isinstance(node, yaml.MappingNode):
            return dict(self._members(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, number)) for number, child in enumerate(node.value)]
        self._warn_of_comment(node)
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
        # A number of so many digits, or of so many parts in colons, takes long to read and longer to say.
        if node.tag in _NUMBERS and len(node.value) > LONGEST_NUMBER:
            self._report(node, "malformed-yaml", "this number is too long", "shorten it, or quote it as text")
            return None
        if len(node.value) > LONGEST_TEXT:
            message = (
                f"the text has {len(node.value):,} characters, and {LONGEST_TEXT:,} are the most that is read"
            )
            self._report(node, "too-large", message, "divide it, or shorten it")
            return None
        try:
            value = self.constructor.construct_object(node)
        # What the constructor raises where a tag such as !!bool does not fit is up to chance.
        except (yaml.YAMLError, ValueError, LookupError, AttributeError, OverflowError) as error:
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

    def _warn_of_comment(self, node: yaml.Node) -> None:
        """YAML drops what follows a # in text without quotes; who comments writes a space behind it."""
        end = node.end_mark
        plain = node.tag == f"{_YAML}str" and not getattr(node, "style", None)
        line = self.lines[end.line] if plain and end.line < len(self.lines) else ""
        if cut := _HASH.match(line, end.column):
            place = Place(self.path, end.line + 1, cut.start(1) + 1, len(cut[1]), line)
            message = "the text ends before this: for YAML it is a comment"
            help = "put the text in quotes; if it is a comment, write a space after the #"
            self.problems.append(Problem(place, "comment-in-text", message, help, "warning"))

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

    def _report(self, node: yaml.Node, code: str, message: str, help: str) -> None:
        self.problems.append(Problem(self._place(node), code, message, help))
