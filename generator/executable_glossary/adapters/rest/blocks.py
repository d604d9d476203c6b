"""The parts of a converted text: its headings, and the HTML between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Block:
    """HTML that must be sanitized. own: the HTML that then replaces each mark, keyed by the mark."""

    html: str
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """A heading. level: 1 for the title of the document. ids: HTML ids of labels before it."""

    level: int
    title: Block
    ids: tuple[str, ...]
