"""Parses YAML, records the location of each key and value, and rejects YAML features that authors use by mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from executable_glossary.adapters.files import NOT_UTF_8
from executable_glossary.adapters.yaml_limits import LONGEST_NUMBER, out_of_bounds
from executable_glossary.adapters.yaml_syntax import MALFORMED_YAML, syntax_problem
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import LONGEST_TEXT, TOO_LARGE, Text, YamlPath, YamlSource

EMPTY_FILE = Rule(
    code="empty-file",
    when="an entry or the axes are read",
    summary="A YAML file is empty.",
    why="An empty entry would have no page, and links to it would be broken.",
    example="A new, empty file `concepts/sourdough.yml`",
    instead="The file that `glossary new Sourdough` writes, with everything an entry needs",
)
YAML_ALIAS = Rule(
    code="yaml-alias",
    when="an entry or the axes are read",
    summary="A YAML anchor and alias are used to repeat a value.",
    why="A later edit in one place would silently change the text in the other.",
    example="`meaning: &short One sentence.` and, further down, `definition: *short`",
    instead="The text written out in both places",
)
BAD_KEY = Rule(
    code="bad-key",
    when="an entry or the axes are read",
    summary="A key in a YAML file is a list or a mapping instead of a word.",
    why="Such a key is never used, so its value would be ignored.",
    example="`? [definition, why]`",
    instead="`definition: ...` and `why: ...`, each with its own value",
)
DUPLICATE_KEY = Rule(
    code="duplicate-key",
    when="an entry or the axes are read",
    summary="A key appears twice in the same mapping.",
    why="YAML would silently drop the first value.",
    example="`why: It is fast.` and, ten lines further down, `why: It is simple.`",
    instead="One `why` key with both texts, or with the one you want to keep",
)
COMMENT_IN_TEXT = Rule(
    code="comment-in-text",
    when="an entry or the axes are read",
    severity="warning",
    summary="Unquoted text ends at a `#`, because YAML reads the rest as a comment.",
    details="The rule reports a `#` that is not followed by a space. An intentional comment starts with `# `.",
    why="The rest of the sentence would silently be missing from the page.",
    example="`title: The bakery is #1 in town`",
    instead='`title: "The bakery is #1 in town"`',
)


def read_yaml(path: str, content: bytes) -> tuple[YamlSource | None, tuple[Problem, ...]]:
    """Parse one file. Returns the source, or None if the file cannot be parsed, and the problems, sorted by line.

    path: the file name to show in problem messages. content: the file's bytes.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, (NOT_UTF_8.at(Place(path, line), "the file is not UTF-8 text", _SAVE_AS_UTF_8),)
    try:
        if wrong := out_of_bounds(path, yaml.parse(text, Loader=_Loader)):
            return None, (wrong,)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        return None, (syntax_problem(path, text, error),)
    if node is None:
        return None, (EMPTY_FILE.at(Place(path, 1), "the file is empty", _FILL_IT),)
    builder = _SourceBuilder(path, text.splitlines())
    value = builder.value(node, ())
    source = YamlSource(path, value, builder.places, builder.keys)
    return source, tuple(builder.problems)


# libyaml, which PyYAML's wheels include, parses a large entry ten times faster.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SAVE_AS_UTF_8 = "save the file as UTF-8"
_FILL_IT = "add content, or delete the file"
_YAML = "tag:yaml.org,2002:"
_NUMBERS = frozenset({f"{_YAML}int", f"{_YAML}float"})
# YAML's own tags. Other tags could make an unsafe loader create Python objects.
_TAGS = _NUMBERS | {
    f"{_YAML}{kind}" for kind in ("null", "bool", "str", "timestamp", "seq", "map", "merge", "value")
}

_HASH = re.compile(r"[ \t]+(#[^\s#].*)")


class _SourceBuilder:
    """Converts a file's nodes to values and collects locations and problems."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path, self.lines = path, lines
        self.places: dict[YamlPath, Place] = {}
        self.keys: dict[YamlPath, Place] = {}
        self.problems: list[Problem] = []
        self.constructor = yaml.SafeLoader("")
        self.visited: set[int] = set()

    def value(self, node: yaml.Node, path: YamlPath) -> Any:
        self.places[path] = self._place(node)
        if id(node) in self.visited:
            message = "an anchor and an alias are used to repeat a value"
            self._report(node, YAML_ALIAS, message, "write the value out twice")
            return None
        self.visited.add(id(node))
        if node.tag not in _TAGS:
            self._report(node, MALFORMED_YAML, f"the tag {node.tag!r} is not allowed", "remove the tag")
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
                self._report(key_node, BAD_KEY, "a key must be a word", "write the key as plain text")
                continue
            key = Text(key_node.value, (self._place(key_node),))
            inner = (*path, str(key))
            if inner in self.keys:
                first = self.keys[inner].line
                self._report(
                    key_node, DUPLICATE_KEY, f'"{key}" is already on line {first}', "keep one of them"
                )
                continue
            self.keys[inner] = self._place(key_node)
            yield key, self.value(value_node, inner)

    def _scalar(self, node: yaml.Node) -> Any:
        # A number with very many digits, or with very many parts separated by colons, would take too long to convert.
        if node.tag in _NUMBERS and len(node.value) > LONGEST_NUMBER:
            self._report(node, MALFORMED_YAML, "this number is too long", "shorten it, or quote it as text")
            return None
        if len(node.value) > LONGEST_TEXT:
            message = f"the text is {len(node.value):,} characters long; the limit is {LONGEST_TEXT:,}"
            self._report(node, TOO_LARGE, message, "split or shorten it")
            return None
        try:
            value = self.constructor.construct_object(node)
        # If a tag such as !!bool does not match its value, the constructor may raise any of these.
        except (yaml.YAMLError, ValueError, LookupError, AttributeError, OverflowError) as error:
            fallback = str(error) if isinstance(error, ValueError) else "it does not match its tag"
            reason = getattr(error, "problem", None) or fallback
            message = f"this value cannot be read: {reason}"
            self._report(node, MALFORMED_YAML, message, "correct it, or quote it as text")
            return None
        return Text(value, self._line_places(node, value)) if isinstance(value, str) else value

    def _warn_of_comment(self, node: yaml.Node) -> None:
        """Warn if unquoted text is followed by a # and then no space, which is probably not meant as a comment."""
        end = node.end_mark
        plain = node.tag == f"{_YAML}str" and not getattr(node, "style", None)
        line = self.lines[end.line] if plain and end.line < len(self.lines) else ""
        if cut := _HASH.match(line, end.column):
            place = Place(self.path, end.line + 1, cut.start(1) + 1, len(cut[1]), line)
            message = "the text ends before this #: YAML reads the rest as a comment"
            help = "put the text in quotes, or, if this is a comment, write a space after the #"
            self.problems.append(COMMENT_IN_TEXT.at(place, message, help))

    def _line_places(self, node: yaml.Node, value: str) -> tuple[Place, ...]:
        """The location where each line of the text begins; for folded or quoted text, only that of the first line."""
        start = self._place(node)
        if getattr(node, "style", None) != "|":
            quoted = getattr(node, "style", None) in ("'", '"')
            length = max(1, start.length - 2 * quoted)
            return (Place(start.path, start.line, start.column + quoted, length, start.excerpt),)
        rows = range(start.line, start.line + value.count("\n") + (not value.endswith("\n")))
        excerpts = [self.lines[row] if row < len(self.lines) else "" for row in rows]
        # Lines of the value may start with spaces, so the first line that is not blank determines the indentation.
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

    def _report(self, node: yaml.Node, rule: Rule, message: str, help: str) -> None:
        self.problems.append(rule.at(self._place(node), message, help))
