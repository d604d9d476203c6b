"""What names say by their form: the address that a term gives, and in which way an alias differs from it."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Literal

from executable_glossary.model.rule import Rule

CLASHING_ID = Rule(
    code="clashing-id",
    when="the content is checked",
    summary="Two things on the site would have the same address.",
    details="""
        It looks at concepts, roles, audiences, and formats, at the paths of formats, and at entries whose files
        differ only in their ending, `.yml` and `.yaml`.
        """,
    why="One page would overwrite the other, and links to both would lead to the page that is left.",
    example="A file `concepts/manager.yml`, where `manager` is the id of an audience",
    instead="A different name for one of the two, such as `concepts/line-manager.yml`",
)

AliasType = Literal["spelling", "form", "acronym", "synonym"]

_ALIKE = 0.75  # of their letters; gray and grey have as many in common

# An id is a part of URLs.
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Windows keeps these for itself, with every ending.
DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LETTERS_WITHOUT_ACCENT = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l"})


def slug(term: str) -> str:
    """`Knowledge distillation (KD)` → `knowledge-distillation-kd`; empty for a term without Latin letters."""
    folded = unicodedata.normalize("NFKD", term.lower().translate(_LETTERS_WITHOUT_ACCENT))
    plain = re.sub(r"['’]", "", folded.encode("ascii", "ignore").decode())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def inside_a_sentence(term: str) -> str:
    """Fine-tuning → fine-tuning, but LoRA stays."""
    return term[:1].lower() + term[1:] if term[1:].islower() else str(term)


def alias_type(term: str, alias: str) -> AliasType:
    """By its look; an author who knows better writes it otherwise."""
    if _same_stem(term.casefold(), alias.casefold()):
        return "form"
    letters = re.sub(r"[^\w]", "", alias)
    short = len(letters) <= max(5, len(term.split()))
    if short and sum(map(str.isupper, letters)) >= 2:
        return "acronym"
    # Prose must not use a mere spelling: of another word, every text would be told to leave it.
    ratio = SequenceMatcher(None, re.sub(r"[^\w]", "", term).casefold(), letters.casefold()).ratio()
    return "spelling" if ratio >= _ALIKE else "synonym"


def _same_stem(term: str, alias: str) -> bool:
    """As many words, each of which begins as its counterpart does: `label` and `labeled`, not `drop-out`."""
    pairs = list(zip(term.split(), alias.split(), strict=False))
    stems = ((one, other, max(3, min(len(one), len(other)) - 2)) for one, other in pairs)
    alike = all(one[:length] == other[:length] for one, other, length in stems)
    return alike and len(term.split()) == len(alias.split()) and max(len(term), len(alias)) > 3
