"""A glossary in another program's format: its terms, and everything that is lost in an import."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from executable_glossary.model.entry import Relation
from executable_glossary.model.problem import Place


class UnreadableGlossary(ValueError):
    """Raised if a file cannot be read in the expected format; the message explains why."""


@dataclass(frozen=True, order=True)
class Loss:
    """Something that an entry cannot represent. Losses of the same `kind` are reported together."""

    kind: str
    place: Place
    detail: str = ""


@dataclass(frozen=True)
class ForeignTerm:
    """One term. The first of its `names` is the preferred one. `text` is Markdown with links such as [[name]].

    address: the last part of the term's URL in the source, to which relative links in the text refer.
    """

    names: tuple[str, ...]
    text: str
    place: Place
    relations: tuple[tuple[Relation, str], ...] = ()
    address: str = ""


@dataclass(frozen=True)
class ForeignGlossary:
    terms: tuple[ForeignTerm, ...]
    losses: tuple[Loss, ...] = ()


def text_outside(path: str, lines: Sequence[str], read: Container[int]) -> Iterator[Loss]:
    """Each line with words that is not part of the glossary. read: the numbers of the lines that are, counted from
    1."""
    for number, line in enumerate(lines, 1):
        if number not in read and re.search(r"\w", line):
            yield Loss("text outside the glossary skipped", Place(path, number), line.strip())


def escaped(text: str) -> str:
    """Plain text, escaped so that Markdown shows exactly the same characters."""
    for sign, instead in _SIGNS:
        text = re.sub(sign, instead, text, flags=re.MULTILINE)
    return text


# The order matters, because entities contain characters that earlier rules escape. Entities are used where a backslash
# would be enough for Markdown but not for `text.markdown_spans`.
_SIGNS = (
    (r"\\", r"\\\\"),
    (r"&(?=#?\w+;)", "&amp;"),
    (r"^([ \t]*)([#~!]|[-+](?=\s))", r"\1\\\2"),
    (r"^([ \t]*\d+)([.)])(?=\s)", r"\1\\\2"),
    (r"^([ \t]*)>", r"\1&gt;"),
    (r"\*", r"\\*"),
    (r"(?<!\w)_|_(?!\w)", r"\\_"),
    (r"`", "&#96;"),
    (r"<", "&lt;"),
    (r"\[", "&#91;"),
    (r"\](?=[(:])", "&#93;"),
    (r"\$", "&#36;"),
    (r"\{", "&#123;"),
)
