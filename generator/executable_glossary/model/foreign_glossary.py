"""A glossary in another program's format: its terms, and everything that is lost in an import."""

from __future__ import annotations

import re
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
    """One term. The first of its `names` is the preferred one. `text` is Markdown with links such as [[name]]."""

    names: tuple[str, ...]
    text: str
    place: Place
    relations: tuple[tuple[Relation, str], ...] = ()


@dataclass(frozen=True)
class ForeignGlossary:
    terms: tuple[ForeignTerm, ...]
    losses: tuple[Loss, ...] = ()


def escaped(text: str) -> str:
    """Plain text, escaped so that Markdown shows exactly the same characters."""
    for sign, instead in _SIGNS:
        text = re.sub(sign, instead, text, flags=re.MULTILINE)
    return text


# The order matters: entities contain characters that earlier rules escape. Entities are used wherever a backslash
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
