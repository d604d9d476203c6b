"""Marks where each text of a script begins in the document of all texts, and takes the document apart again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives

_BEGIN = "glossary-text-begins"
_LINES_BEFORE = 4  # from the last line of a text to the one before the first line of the next, in `joined`


class Begin(nodes.General, nodes.Element):  # type: ignore[misc, unused-ignore]
    """The place where a text begins."""


class _BeginDirective(Directive):  # type: ignore[misc, unused-ignore]
    def run(self) -> list[Any]:
        return [Begin()]


def joined(texts: Sequence[str]) -> str:
    """All texts as one, each after a mark. Call `register_mark` before parsing it."""
    return "".join(f"\n\n.. {_BEGIN}::\n\n{text.replace(_BEGIN, '')}" for text in texts) + "\n"


def text_at(texts: Sequence[str], line: int) -> tuple[int, int]:
    """The number of the text at a line of the document, and the line in that text; -1 and 0 if there is none."""
    for number, text in enumerate(texts):
        line -= _LINES_BEFORE
        length = text.count("\n") + 1
        if 0 < line <= length:
            return number, line
        line -= length - 1
    return -1, 0


def register_mark() -> None:
    directives.register_directive(_BEGIN, _BeginDirective)


def parts_of(document: Any, count: int) -> list[list[tuple[int, Any]]]:
    """For each text, its blocks in order, each with the level of the section that it is in."""
    parts: list[list[tuple[int, Any]]] = [[] for _ in range(count)]
    number = -1
    for level, node in _flat(document, 0):
        if isinstance(node, Begin):
            number += 1
        elif 0 <= number < count:
            parts[number].append((level, node))
    return parts


def _flat(node: Any, level: int) -> Iterator[tuple[int, Any]]:
    """The blocks of a document without its sections; a section's title takes over its ids."""
    for child in node.children:
        if isinstance(child, nodes.section):
            title = next(iter(child.children), None)
            if isinstance(title, nodes.title):
                title["ids"] = [*child["ids"], *title["ids"]]
            yield from _flat(child, level + 1)
        else:
            yield level, child
