"""Prepares a new entry: the values for its template, including related concepts to suggest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from executable_glossary.model.draft import Draft
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary

# More than that would be a long list rather than a hint.
PROPOSALS = 4
_IN_A_NAME, _IN_A_TEXT = 5, 1


def scaffold(glossary: Glossary, draft: Draft) -> dict[str, Any]:
    """The values that templates/entry.yml.j2 receives."""
    return {
        "draft": draft,
        "axes": glossary.axes,
        "near": near(glossary, draft),
        "first_block": _first_block(glossary),
        "kinds": _kinds(glossary),
        "examples": tuple(glossary.examples),
    }


def near(glossary: Glossary, draft: Draft) -> tuple[str, ...]:
    """The ids of up to four entries: those that share words with the draft or, if no entry does, those
    that the most other entries link to."""
    words = {word for name in (draft.term, *dict(draft.aliases)) for word in _words(name)}
    scores = {entry.id: _score(entry, words) for entry in glossary.entries.values()}
    similar = [id for id, score in Counter(scores).most_common() if score]
    linked = Counter(str(other.concept) for entry in glossary.entries.values() for other in entry.see_also)
    hubs = [id for id, _ in linked.most_common() if id in glossary.entries]
    return tuple((similar or hubs)[:PROPOSALS])


def _score(entry: Entry, words: set[str]) -> int:
    names = {word for name in entry.names for word in _words(name)}
    prose = {word for text in entry.prose for word in _words(text)}
    return _IN_A_NAME * len(words & names) + _IN_A_TEXT * len(words & prose)


def _words(text: str) -> Iterator[str]:
    """The stems of words with four or more letters. Most shorter words are function words, such as "the"."""
    for word in re.findall(r"[^\W\d_]{4,}", text.casefold()):
        yield re.sub(r"(?:ing|ed|s)$", "", word)


def _first_block(glossary: Glossary) -> str:
    """The one block that a minimal entry needs: the first block in the first format."""
    shown = (part.block for format in glossary.axes.formats for part in format.parts)
    return next((kind for kind in shown if kind in glossary.block_kinds), "definition")


def _kinds(glossary: Glossary) -> dict[str, str]:
    """All kinds of blocks in page order, each with its first heading."""
    parts = [*glossary.axes.parts]
    named = {str(part.block): str(part.heading) for part in reversed(parts) if part.heading}
    order = dict.fromkeys(str(part.block) for part in parts)
    return {kind: named.get(kind, "") for kind in order if kind in glossary.block_kinds}
