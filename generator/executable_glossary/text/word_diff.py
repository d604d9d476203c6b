"""Compares two versions of a passage word by word: which words are unchanged, removed, or new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# Below this similarity, it is easier to read the two versions one after the other.
ALIKE = 0.4
# If at most this many unchanged words separate two changes, these words are shown as changed, too.
ISLAND = 2
# Longer passages take too long to compare.
MOST_WORDS = 3000


class Piece(NamedTuple):
    kind: Literal["same", "gone", "new", "cut"]
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in reading order; removed words come before the words that replace them."""
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
    """The pieces, with unchanged text shortened to about `around` characters before and after each change; a `cut`
    piece replaces the rest."""
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
    """The similarity of two passages by their first words, from 0 to 1."""
    return SequenceMatcher(None, _words(one)[:200], _words(other)[:200], autojunk=False).ratio()


Code = tuple[str, int, int, int, int]


def _without_islands(codes: Sequence[Code], old: Sequence[str]) -> Iterator[Code]:
    """Merges changes that are separated by only a few unchanged words."""
    merged: list[Code] = []
    for at, (tag, i, j, k, m) in enumerate(codes):
        if tag == "equal" and 0 < at < len(codes) - 1 and _is_island(old[i:j]):
            tag = "replace"
        if merged and tag != "equal" and merged[-1][0] != "equal":
            _, i, _, k, _ = merged.pop()
        merged.append((tag, i, j, k, m))
    yield from merged


def _is_island(words: Sequence[str]) -> bool:
    """Whether a run of unchanged words is short enough to merge; table cells are never merged."""
    return "|" not in words and sum(word[0].isalnum() for word in words) <= ISLAND


def _whole(before: str, after: str) -> tuple[Piece, ...]:
    pieces = (Piece("gone", before), Piece("new", after))
    return tuple(piece for piece in pieces if piece.text)


def _words(text: str) -> list[str]:
    """Words, punctuation, and the spaces between them; their concatenation is the text."""
    return re.findall(r"\w+(?:['’.,-]\w+)*%?|\s+|[^\w\s]", text)
