"""Evidence on a page: which piece of which example a reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from executable_glossary.model.axes import Code
from executable_glossary.model.entry import Claim
from executable_glossary.model.example import Example
from executable_glossary.model.text import Text


@dataclass(frozen=True)
class Shown:
    """A piece of evidence on a page, already decided: whose, which, and how its code is shown.

    A claim opens `chart` of its example; where the page draws that chart elsewhere, `drawn_at` is its HTML id.
    """

    kind: Literal["figure", "chart", "cell", "output", "metrics", "claim"]
    example: Example
    name: str
    code: Code
    claim: Claim | None
    text: Text | None = None
    chart: str = ""
    drawn_at: str = ""
