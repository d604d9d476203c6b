"""Marks where each text of a script begins in the document of all texts, and takes the document apart again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives

_BEGIN = "glossary-text-begins"


class Begin(nodes.General, nodes.Element):  # type: ignore[misc, unused-ignore]
    """The place where a text begins."""


class _BeginDirective(Directive):  # type: ignore[misc, unused-ignore]
    def run(self) -> list[Any]:
        return [Begin()]


def joined(texts: Sequence[str]) -> str:
    """All texts as one, each after a mark. Call `register_mark` before parsing it."""
    return "".join(f"\n\n.. {_BEGIN}::\n\n{text.replace(_BEGIN, '')}" for text in texts) + "\n"


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
