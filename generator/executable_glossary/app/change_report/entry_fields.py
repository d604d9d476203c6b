"""Finds the changed fields of entries that the report would not mention otherwise: those whose words are in none of the
changed passages that it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.app.change_report.value_changes import (
    MISSING,
    ValueChange,
    side_by_side,
    value_changes,
)
from executable_glossary.model.build import Build
from executable_glossary.model.comparison import Added, Altered, Comparison, Edit, Removed, SettingChange
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.terminal_text import single_line
from executable_glossary.text.markdown_spans import Span, spans
from executable_glossary.text.word_diff import MOST_WORDS, word_diff

DEEPEST = 50  # levels of an entry, as in `yaml_limits`
# Parts of text that a page shows in other words: a number, the year of a publication, a formula.
_REPLACED = re.compile(r"\{\{.*?\}\}|\[@[^\]]*\]|\$[^$]+\$", re.DOTALL)
# Where a passage ends, and the marks of list items.
_ELSEWHERE = re.compile(r"\n[ \t]*(?:[-+*]|\d+[.)])[ \t]|\n")
_WORD = re.compile(r"\w+|[^\w\s*_`\[\](){}|#>]")
BETWEEN = "\0"
Words = tuple[str, ...]


def field_changes(
    comparison: Comparison, base: tuple[Path, Build | None], head: tuple[Path, Build]
) -> tuple[tuple[SettingChange, ...], frozenset[str]]:
    """The changed fields that no changed passage shows, and the files of all entries of which any field changed.

    base, head: the project's folder and the build of each side.
    """
    old, new = (_entries(*side) for side in (base, head))
    found: list[SettingChange] = []
    changed = set[str]()
    for path in dict.fromkeys((*new, *old)):
        before, after = old.get(path, MISSING), new.get(path, MISSING)
        fields = (
            () if before == after else tuple(value_changes(_value(before), _value(after), _written, DEEPEST))
        )
        if fields:
            changed.add(path)
            shown = _Shown(_passages(comparison, Path(path).stem), head[1].glossary)
            hidden = (field for field in fields if not shown.explains(field))
            found += (_as_setting(path, each) for each in hidden)
    return tuple(found), frozenset(changed)


def _as_setting(path: str, field: ValueChange) -> SettingChange:
    return SettingChange(path, field.key, *map(single_line, side_by_side(field.before, field.after)))


def _entries(root: Path, build: Build | None) -> Mapping[str, bytes]:
    """The content of the file of each entry, keyed by path."""
    entries = build.glossary.entries.values() if build and build.glossary else ()
    paths = (entry.term.place.path for entry in entries)
    return {path: (root / path).read_bytes() for path in paths}


def _value(content: Any) -> Any:
    source = None if content is MISSING else read_yaml("", content)[0]
    return source.value if source else MISSING


def _written(value: Any) -> str:
    return (
        str(value).rstrip("\n")
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False, default=str)
    )


def _passages(comparison: Comparison, concept: str) -> Iterator[tuple[str, str]]:
    """What the report shows of a concept, before and after the change: passages of its pages, and its claims."""
    pages = comparison.pages
    changes: tuple[Altered | Added | Removed, ...] = (*pages.altered, *pages.added, *pages.removed)
    for change in changes:
        if change.page.concept == concept:
            yield from (_sides(edit) for edit in change.edits)
    for claim in comparison.evidence.claims:
        if claim.concept == concept:
            states = (claim.before, claim.after)
            before, after = ((state.text, state.check) if state else ("", "") for state in states)
            yield from zip(before, after, strict=True)


def _sides(edit: Edit) -> tuple[str, str]:
    return edit.before, edit.after


class _Shown:
    """The words that the report marks as removed and as new in the passages of one concept."""

    def __init__(self, passages: Iterable[tuple[str, str]], glossary: Glossary | None) -> None:
        self._glossary = glossary
        pieces = [piece for sides in dict.fromkeys(passages) for piece in word_diff(*sides)]
        self._gone, self._new = (
            " \0 ".join(f" {' '.join(_words(piece.text))} " for piece in pieces if piece.kind == kind)
            for kind in ("gone", "new")
        )

    def explains(self, change: ValueChange) -> bool:
        """Whether each run of words that differs is marked in a passage."""
        old, new = change.before, change.after
        if old and new and _REPLACED.findall(old) != _REPLACED.findall(new):
            return False
        runs = tuple(_runs(self._read(old), self._read(new)))
        return bool(runs) and all(
            f" {' '.join(run)} " in (self._gone if is_old else self._new) for run, is_old in runs
        )

    def _read(self, text: str) -> Words:
        """The words of a text as a page shows them, with BETWEEN where the page can contain other words."""
        return _words("".join(map(self._spoken, spans(text))))

    def _spoken(self, span: Span) -> str:
        if span.kind == "concept":
            concept, _, words = span.inner.rpartition("|")
            is_name = self._glossary is not None and self._glossary.mentioned.concept(words) == concept
            return words if is_name or not concept else f"{words} {BETWEEN} {concept} {BETWEEN}"
        if span.kind == "link":
            words, _, address = span.text.partition("](")
            return f"{words} {address}"
        return _ELSEWHERE.sub(BETWEEN, _REPLACED.sub(BETWEEN, span.text))


def _words(text: str) -> Words:
    return tuple(match[0] for match in _WORD.finditer(text.casefold()))


def _runs(old: Words, new: Words) -> Iterator[tuple[Words, bool]]:
    """The runs of words that only one side contains, each with whether it is the old side."""
    is_long = len(old) + len(new) > MOST_WORDS
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    codes = [("replace", 0, len(old), 0, len(new))] if is_long else matcher.get_opcodes()
    for tag, i, j, k, m in codes:
        if tag != "equal":
            yield from ((run, True) for run in _split(old[i:j]))
            yield from ((run, False) for run in _split(new[k:m]))


def _split(words: Words) -> Iterator[Words]:
    run: list[str] = []
    for word in (*words, BETWEEN):
        if word != BETWEEN:
            run.append(word)
        elif run:
            yield tuple(run)
            run = []
