"""Reads the terms of Sphinx's `glossary` directives and converts their definitions to Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from executable_glossary.adapters.sphinx_definition import markdown
from executable_glossary.adapters.sphinx_inline import Source
from executable_glossary.model.foreign_glossary import (
    ForeignGlossary,
    ForeignTerm,
    Loss,
    UnreadableGlossary,
    text_outside,
)
from executable_glossary.model.problem import Place

_DIRECTIVE = re.compile(r"^(?P<indent>[ \t]*)\.\.[ \t]+glossary::[ \t]*$")
_OPTION = re.compile(r"[ \t]+:[\w-]+:.*")


def read_rest(path: str, content: str) -> ForeignGlossary:
    """The terms in all glossary directives of a file, in file order. Raises UnreadableGlossary.

    docutils does not support the directive, so this module parses the terms, and docutils parses only the definitions.
    """
    lines = content.expandtabs(8).splitlines()
    terms: list[ForeignTerm] = []
    losses: list[Loss] = []
    blocks = list(_blocks(lines))
    read = {line.number for block in blocks for line in block}
    directives = {at for at, line in enumerate(lines, 1) if _DIRECTIVE.match(line) or _OPTION.fullmatch(line)}
    losses += text_outside(path, lines, read | directives)
    for entry in (entry for block in blocks for entry in _entries(block)):
        text, lost = markdown(Source(path, tuple(entry.body)))
        place = Place(path, entry.line)
        names = [_name(term) for term in entry.terms]
        losses += [*lost, *_classifiers(entry, place)]
        terms.append(ForeignTerm(tuple(dict.fromkeys(names)), text, place))
    if not terms:
        raise UnreadableGlossary(f"{path} has no terms under a `.. glossary::` directive")
    return ForeignGlossary(tuple(terms), tuple(losses))


@dataclass(frozen=True)
class _Line:
    """A line of a block, without the block's indentation."""

    number: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text

    @property
    def indented(self) -> bool:
        return self.text.startswith(" ")


@dataclass(frozen=True)
class _Entry:
    """One or more terms with their definition. `body` contains the definition's lines, each with its line number."""

    line: int
    terms: tuple[str, ...]
    body: tuple[tuple[int, str], ...]


def _blocks(lines: list[str]) -> Iterator[list[_Line]]:
    """The lines under each directive, without the directive's options."""
    for start, line in enumerate(lines):
        if found := _DIRECTIVE.match(line):
            block = list(_below(lines, start + 1, len(found["indent"])))
            indent = min((len(text) - len(text.lstrip()) for _, text in block if text.strip()), default=0)
            yield [_Line(number, text[indent:].rstrip()) for number, text in block]


def _below(lines: list[str], first: int, indent: int) -> Iterator[tuple[int, str]]:
    options = True
    for number, text in enumerate(lines[first:], first + 1):
        if text.strip() and len(text) - len(text.lstrip()) <= indent:
            return
        options = options and _OPTION.fullmatch(text) is not None
        if not options:
            yield number, text


def _entries(block: list[_Line]) -> Iterator[_Entry]:
    """Group lines into entries. An unindented line is a term; consecutive terms share the definition below them."""
    terms: list[_Line] = []
    body: list[_Line] = []
    for line in _without_comments(block):
        if line.blank or line.indented:
            body.append(line)
            continue
        if terms and any(not previous.blank for previous in body):
            yield _entry(terms, body)
            terms = []
        body = []
        terms.append(line)
    if terms:
        yield _entry(terms, body)


def _without_comments(block: list[_Line]) -> Iterator[_Line]:
    """The block without comments. A comment includes all the indented lines that follow it."""
    comment = False
    for line in block:
        comment = line.text.startswith("..") or (comment and (line.blank or line.indented))
        if not comment:
            yield line


def _entry(terms: list[_Line], body: list[_Line]) -> _Entry:
    indents = [len(line.text) - len(line.text.lstrip()) for line in body if not line.blank]
    cut = min(indents, default=0)
    lines = tuple((line.number, line.text[cut:]) for line in body)
    return _Entry(terms[0].number, tuple(line.text for line in terms), lines)


def _name(term: str) -> str:
    """`environment : index key` → `environment`, without reST markup."""
    name = re.split(r"\s+:\s+", term)[0]
    return re.sub(r":[\w:+.-]+:(?=`)|\\(?=\S)|[`*]", "", name).strip()


def _classifiers(entry: _Entry, place: Place) -> Iterator[Loss]:
    for term in entry.terms:
        _, *classifiers = re.split(r"\s+:\s+", term)
        for classifier in classifiers:
            yield Loss("classifiers skipped", place, f"{_name(term)} : {classifier}")
