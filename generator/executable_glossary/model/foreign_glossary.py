"""A glossary that was written for another program, as it is read: its terms, and what cannot be carried over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from executable_glossary.model.entry import Relation
from executable_glossary.model.problem import Place


class UnreadableGlossary(ValueError):
    """The file is not what it was taken for; the message says why, to whoever named it."""


@dataclass(frozen=True, order=True)
class Loss:
    """Something that an entry does not hold. Losses of one kind are told together: `kind` is the same for all."""

    kind: str
    place: Place
    detail: str = ""


@dataclass(frozen=True)
class ForeignTerm:
    """`names` begin with the preferred one. `text` is Markdown, and links other terms by their names: [[name]]."""

    names: tuple[str, ...]
    text: str
    place: Place
    relations: tuple[tuple[Relation, str], ...] = ()


@dataclass(frozen=True)
class ForeignGlossary:
    terms: tuple[ForeignTerm, ...]
    losses: tuple[Loss, ...] = ()


def escaped(text: str) -> str:
    """Plain text as Markdown that says the same, character by character."""
    for sign, instead in _SIGNS:
        text = re.sub(sign, instead, text, flags=re.MULTILINE)
    return text


# In this order: an entity holds characters that stand earlier in the list. Where a backslash would do for Markdown,
# but not for what cuts our texts into spans, it is an entity.
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
