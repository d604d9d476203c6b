"""Finds the labels in a text in reST with what they are about: a heading, or the caption of a figure or a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_LABEL = re.compile(r"[ \t]*\.\. _(?P<label>[^:\n`]{1,200}):[ \t]*")
_DIRECTIVE = re.compile(r"(?P<indent>[ \t]*)\.\. (?P<name>[\w:-]{1,99})::(?:[ \t]+(?P<argument>.*))?")
_OPTION = re.compile(r":(?P<name>[\w-]{1,99}):[ \t]*(?P<value>.*)")
_LINE = re.compile(r"([^\w\s])\1{2,}[ \t]*")
_TABLES = ("table", "csv-table", "list-table")


class Label(NamedTuple):
    """A label: its name as written, and the text of a link to it; empty if it is not about anything with a name."""

    name: str
    title: str


def labels_in(text: str) -> Iterator[Label]:
    """All labels and all names of directives (`:name:`) in a text, in order."""
    lines, pending = text.splitlines(), list[str]()
    for at, line in enumerate(lines):
        if label := _LABEL.fullmatch(line):
            pending.append(label["label"])
        elif directive := _DIRECTIVE.fullmatch(line):
            options, body = _inside(lines[at + 1 :], len(directive["indent"]))
            names = [*pending, *filter(None, [options.get("name", "").strip()])]
            title = _caption(directive["name"], directive["argument"] or "", options, body)
            yield from (Label(name, title) for name in names)
            pending = []
        elif line.strip() and pending:
            yield from (Label(name, _heading(lines[at : at + 3])) for name in pending)
            pending = []
    yield from (Label(name, "") for name in pending)


def terms_in(text: str) -> Iterator[str]:
    """The terms that the directive `glossary` defines in a text."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        directive = _DIRECTIVE.fullmatch(line)
        if directive and directive["name"] == "glossary":
            _, body = _inside(lines[at + 1 :], len(directive["indent"]))
            yield from (term.strip() for term in body if term.strip() and not term[0].isspace())


def _inside(lines: Sequence[str], indent: int) -> tuple[dict[str, str], list[str]]:
    """The options of a directive, and its content without the indentation of its first line."""
    block = list[str]()
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        block.append(line)
    options: dict[str, str] = {}
    while block and (option := _OPTION.fullmatch(block[0].strip())):
        options[option["name"]] = option["value"]
        block.pop(0)
    first = next((line for line in block if line.strip()), "")
    depth = len(first) - len(first.lstrip())
    return options, [line[depth:] for line in block]


def _caption(name: str, argument: str, options: dict[str, str], body: Sequence[str]) -> str:
    if name in _TABLES:
        return argument.strip()
    if name == "figure":
        paragraph = "\n".join(body).strip().partition("\n\n")[0]
        return " ".join(paragraph.split())
    return options.get("caption", "").strip()


def _heading(lines: Sequence[str]) -> str:
    """The heading that the lines begin with; empty if they do not begin with one."""
    over, title, under = (*lines, "", "", "")[:3]
    if _LINE.fullmatch(over) and _LINE.fullmatch(under):
        return title.strip()
    return over.strip() if _LINE.fullmatch(title) and not _LINE.fullmatch(over) else ""
