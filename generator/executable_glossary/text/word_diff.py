"""Two wordings of a passage as one: which words stayed, which went, and which are new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# Where less than this is shared, the two wordings are easier to read one after the other.
ALIKE = 0.4
# Up to so many words between two changes are told as changed too: a lone "the" helps nobody.
ISLAND = 2
# Longer texts take too long to compare word by word.
MOST_WORDS = 3000


class Piece(NamedTuple):
    kind: Literal["same", "gone", "new", "cut"]
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """In the order of reading; what went stands before what came in its place."""
    if not before or not after:
        return _whole(before, after)
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) + len(new) > MOST_WORDS or matcher.ratio() < ALIKE:
        return _whole(before, after)
    pieces: list[Piece] = []
    for tag, i, j, k, m in _without_islands(matcher.get_opcodes(), old):
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        pieces += _whole("".join(old[i:j]), "".join(new[k:m]))
    return tuple(pieces)


def shortened(pieces: Iterable[Piece], around: int) -> Iterator[Piece]:
    """Of what stayed, only so many characters around each change; `cut` stands for the rest."""
    listed = tuple(pieces)
    for at, piece in enumerate(listed):
        if piece.kind != "same" or len(piece.text) <= 3 * around:
            yield piece
            continue
        if at:
            yield Piece("same", piece.text[:around].rpartition(" ")[0] + " ")
        yield Piece("cut", "")
        if at < len(listed) - 1:
            yield Piece("same", " " + piece.text[-around:].partition(" ")[2])


def alike(one: str, other: str) -> float:
    """How much two passages share, 0 to 1, quickly."""
    return SequenceMatcher(None, _words(one)[:200], _words(other)[:200], autojunk=False).ratio()


Code = tuple[str, int, int, int, int]


def _without_islands(codes: Sequence[Code], old: Sequence[str]) -> Iterator[Code]:
    """Changes with next to nothing between them become one change."""
    merged: list[Code] = []
    for at, (tag, i, j, k, m) in enumerate(codes):
        if tag == "equal" and 0 < at < len(codes) - 1 and _is_island(old[i:j]):
            tag = "replace"
        if merged and tag != "equal" and merged[-1][0] != "equal":
            _, i, _, k, _ = merged.pop()
        merged.append((tag, i, j, k, m))
    yield from merged


def _is_island(words: Sequence[str]) -> bool:
    """The cells of a table stay apart."""
    return "|" not in words and sum(word[0].isalnum() for word in words) <= ISLAND


def _whole(before: str, after: str) -> tuple[Piece, ...]:
    pieces = (Piece("gone", before), Piece("new", after))
    return tuple(piece for piece in pieces if piece.text)


def _words(text: str) -> list[str]:
    """Words, punctuation, and the spaces between them; joined they are the text again."""
    return re.findall(r"\w+(?:['’.,-]\w+)*%?|\s+|[^\w\s]", text)
