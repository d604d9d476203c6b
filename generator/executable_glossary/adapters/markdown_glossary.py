"""Reads a glossary from a Markdown file: a table, a MyST directive, a definition list, abbreviations, bold terms, or
headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from executable_glossary.adapters.csv_glossary import read_markdown_table
from executable_glossary.adapters.markdown_text import Lines, converted
from executable_glossary.model.foreign_glossary import (
    ForeignGlossary,
    ForeignTerm,
    Loss,
    UnreadableGlossary,
    text_outside,
)
from executable_glossary.model.problem import Place

_DIRECTIVE = re.compile(r"(?P<mark>[ ]*(?:`{3,}|:{3,}))\{glossary\}.*")
_OPTION = re.compile(r":[\w-]+:.*")
_ABBREVIATION = re.compile(r"\*\[(?P<name>[^\]]+)\]:\s*(?P<text>\S.*)")
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_ATTRIBUTES = re.compile(r"\{[^{}]*\}\Z")
# Bold text before a colon or a dash, such as "- **Term**: its definition".
_BOLD = re.compile(
    r"(?:[-*+]\s+)?(?:\*\*|__)(?P<name>[^*]+?)(?P<inner>:)?(?:\*\*|__)\s*(?(inner)|(?::|[-–—]))\s*(?P<text>\S.*)?"
)
# Bold text on a line of its own, possibly with the words of an abbreviation: "**API** (application interface)".
_BOLD_LINE = re.compile(r"(?:\*\*|__)(?P<name>[^*]+?)(?:\*\*|__)\s*(?P<text>\([^()]*\))?")
# The limits keep the matching time linear even if a line contains many unclosed brackets.
_LINK = re.compile(
    r"\[([^\]]{0,1000})\]\([^)]{0,2000}\)|\[([^\]]{0,1000})\]\[[^\]]{0,1000}\]|\{term\}`([^`<]{0,1000})(?:<[^`]{0,1000})?`"
)
_EXTERNAL_LINK = re.compile(r"\[[^\]]{0,1000}\]\(\w{1,20}:[^)]{0,2000}\)")


@dataclass(frozen=True)
class _Found:
    """One term: the line of its name, its names, its text, and the numbers of all its lines."""

    line: int
    names: tuple[str, ...]
    text: str
    lines: frozenset[int]


def read_markdown(path: str, content: str, fields: Mapping[str, str]) -> ForeignGlossary:
    """The glossary in a Markdown file. fields: our names for the columns, keyed by the names in the file.

    Headings are terms only if the file has no other kind of glossary. Raises UnreadableGlossary.
    """
    lines = Lines.of(content)
    tables = _tables(path, content, fields)
    found = [*_directives(lines), *_abbreviations(lines)] if tables.terms else _found(lines)
    if not found and not tables.terms:
        raise UnreadableGlossary(
            f"{path} has no terms in a table, in a definition list, in bold, under headings, or as *[abbreviations]: ..."
        )
    read = {number for each in found for number in each.lines} | lines.references
    outside = tables.losses if tables.terms else text_outside(path, lines.all, read)
    losses = [loss for loss in outside if loss.place.line not in read]
    terms = [*tables.terms]
    for each in found:
        text, lost = converted(each.text, lines, Place(path, each.line))
        losses += [*lost, *_links_in_names(path, lines, each)]
        terms.append(ForeignTerm(each.names, text, Place(path, each.line)))
    return ForeignGlossary(tuple(sorted(terms, key=lambda term: term.place.line)), tuple(losses))


def _found(lines: Lines) -> list[_Found]:
    """The terms of all kinds that cannot be anything else or, if there are none, bold terms or headings."""
    certain = [*_directives(lines), *_definitions(lines), *_abbreviations(lines)]
    return certain or next(filter(None, (list(kind(lines)) for kind in (_bold, _headings))), [])


def _tables(path: str, content: str, fields: Mapping[str, str]) -> ForeignGlossary:
    try:
        return read_markdown_table(path, content, fields)
    except UnreadableGlossary:
        return ForeignGlossary(())


def _links_in_names(path: str, lines: Lines, found: _Found) -> Iterator[Loss]:
    """The links to other sites that were in a term's names, which are plain text."""
    kept = set(_EXTERNAL_LINK.findall(found.text))
    for number in sorted(found.lines):
        for link in _EXTERNAL_LINK.finditer(lines[number]):
            if link[0] not in kept:
                yield Loss("links replaced with their text", Place(path, number), link[0])


def plain_names(written: str) -> tuple[str, ...]:
    """The name without links and emphasis: `[**Recall**](x.md)` → `Recall`."""
    words = _LINK.sub(lambda link: next(filter(None, link.groups()), ""), written)
    return (" ".join(re.sub(r"\*\*|__|[*`]|(?<!\w)_|_(?!\w)", "", words).split()),)


def _directives(lines: Lines) -> Iterator[_Found]:
    """The terms in MyST's glossary directives: unindented lines, with the text indented or after a colon.

    A directive that is not closed ends at the next one.
    """
    end = 0
    for start, line in enumerate(lines.all, 1):
        if start > end and (opened := _DIRECTIVE.fullmatch(line)):
            ends = (opened["mark"], f"{opened['mark']}{{glossary}}")
            after = range(start + 1, lines.last + 1)
            closed = next((number for number in after if lines[number] in ends), lines.last + 1)
            end = closed - 1
            options = {number for number in range(start + 1, closed) if _OPTION.fullmatch(lines[number])}
            inside = [number for number in range(start + 1, closed) if number not in options]
            yield from _grouped(lines, inside, {start, *options})


def _grouped(lines: Lines, inside: Sequence[int], around: set[int]) -> Iterator[_Found]:
    """The entries of a directive. `around`: the lines of the directive itself, which contain no text."""
    names: list[int] = []
    body: list[int] = []
    for number in [*inside, 0]:
        is_name = number == 0 or (lines[number].strip() and not re.match(r"\s|:\s", lines[number]))
        if is_name and any(lines[each].strip() for each in body):
            # Text above the first name is outside the glossary.
            if names:
                yield _entry(lines, names, body, around)
                around = set()
            names, body = [], []
        (names if is_name else body).append(number)
    if remaining := [number for number in names if number]:
        yield _entry(lines, remaining, [], around)


def _entry(lines: Lines, names: Sequence[int], body: Sequence[int], around: set[int]) -> _Found:
    text = [re.sub(r"^:\s+", "    ", lines[number]) for number in body]
    indent = min((len(line) - len(line.lstrip()) for line in text if line.strip()), default=0)
    every = tuple(dict.fromkeys(name for number in names for name in plain_names(lines[number])))
    return _Found(
        names[0],
        every,
        "\n".join(line[indent:] for line in text).strip(),
        frozenset({*names, *body, *around}),
    )


def _definitions(lines: Lines) -> Iterator[_Found]:
    """The terms in definition lists: one or more lines above a line that begins with a colon."""
    number = 1
    while number <= lines.last:
        names = (
            _names_above(lines, number)
            if lines.is_prose(number) and re.match(r":\s+\S", lines[number])
            else []
        )
        if names:
            end = number
            while end < lines.last and _continues(lines, end + 1):
                end += 1
            yield _entry(lines, names, range(number, end + 1), set())
            number = end
        number += 1


def _names_above(lines: Lines, number: int) -> list[int]:
    above = number - 1 if lines[number - 1].strip() else number - 2
    names: list[int] = []
    while above > 0 and re.match(r"(?![-*+] |\d+[.)] )[^\s:#>|]", lines[above]) and lines.is_prose(above):
        names.insert(0, above)
        above -= 1
    return names


def _continues(lines: Lines, number: int) -> bool:
    """Whether the line belongs to the definition above it: indented, another definition, or without a blank line."""
    if not lines[number].strip():
        return re.match(r"\s{2,}|\t|:\s", lines.next_text[number]) is not None
    return bool(re.match(r"\s|:\s", lines[number]) or lines[number - 1].strip())


def _abbreviations(lines: Lines) -> Iterator[_Found]:
    for number, line in enumerate(lines.all, 1):
        if (found := _ABBREVIATION.fullmatch(line.strip())) and lines.is_prose(number):
            yield _Found(number, (found["name"].strip(),), found["text"], frozenset([number]))


def _bold(lines: Lines) -> Iterator[_Found]:
    numbers = range(1, lines.last + 1)
    starts = dict.fromkeys(
        number for number in numbers if lines.is_prose(number) and _bold_term(lines, number)
    )
    for start in starts if len(starts) > 1 else ():
        match = _bold_term(lines, start)
        assert match is not None
        end = start
        while end < lines.last and end + 1 not in starts and _continues_bold(lines, end + 1):
            end += 1
        rest = "\n".join(line.strip() if line.strip() else "" for line in lines.all[start:end])
        text = f"{match['text'] or ''}\n{rest}".strip()
        yield _Found(start, plain_names(match["name"]), text, frozenset(range(start, end + 1)))


def _bold_term(lines: Lines, number: int) -> re.Match[str] | None:
    alone = _BOLD_LINE.fullmatch(lines[number]) if lines[number + 1].strip() else None
    return _BOLD.fullmatch(lines[number]) or alone


def _continues_bold(lines: Lines, number: int) -> bool:
    if not lines[number].strip():
        return re.match(r"\s{2,}|\t", lines.next_text[number]) is not None
    return not _heading(lines[number]) and bool(lines[number - 1].strip() or re.match(r"\s", lines[number]))


def _headings(lines: Lines) -> Iterator[_Found]:
    """The headings of the level that most often has text directly below it, with everything below each of them."""
    heads = {
        number: head
        for number, line in enumerate(lines.all, 1)
        if lines.is_prose(number) and (head := _heading(line)) and head[1]
    }
    starts = sorted(heads)
    ends = dict(zip(starts, [*starts[1:], lines.last + 1], strict=False))
    levels = Counter(
        heads[start][0]
        for start in starts
        if any(line.strip() for line in lines.all[start : ends[start] - 1]) and len(heads[start][1]) > 1
    )
    level = max(levels, key=lambda each: (levels[each], each), default=0)
    limits = [start for start in starts if heads[start][0] <= level] + [lines.last + 1]
    for start, end in pairwise(limits):
        if heads[start][0] == level:
            text = "\n".join(lines.all[start : end - 1]).strip()
            yield _Found(start, plain_names(heads[start][1]), text, frozenset(range(start, end)))


def _heading(line: str) -> tuple[int, str] | None:
    """The level and the name of a heading, without closing signs and attributes: `## Recall ## {#recall}`."""
    if not (match := _HEADING.fullmatch(line)):
        return None
    return len(match[1]), _ATTRIBUTES.sub("", match[2]).rstrip().rstrip("#").rstrip()
