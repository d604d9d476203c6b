"""Derives a term's slug and guesses an alias's type from its spelling."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Literal

from executable_glossary.model.rule import Rule

CLASHING_ID = Rule(
    code="clashing-id",
    when="the content is checked",
    summary="Two things on the site would have the same URL.",
    details="""
        The rule checks concepts, roles, audiences, and formats, the paths of formats, and entries whose file names
        differ only in their extension, `.yml` or `.yaml`.
        """,
    why="One page would overwrite the other, and links to either would lead to the remaining page.",
    example="A file `concepts/baker.yml`, where `baker` is the id of an audience",
    instead="A different name for one of the two, such as `concepts/head-baker.yml`",
)

AliasType = Literal["spelling", "form", "acronym", "synonym"]

# Two words that are at least this similar, such as gray and grey, count as spellings of the same word.
_ALIKE = 0.75

# Ids are parts of URLs.
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# File names that Windows reserves, with any extension.
DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LETTERS_WITHOUT_ACCENT = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l"})


def slug(term: str) -> str:
    """`Knowledge distillation (KD)` → `knowledge-distillation-kd`; empty for a term without Latin letters or digits."""
    folded = unicodedata.normalize("NFKD", term.lower().translate(_LETTERS_WITHOUT_ACCENT))
    plain = re.sub(r"['’]", "", folded.encode("ascii", "ignore").decode())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def inside_a_sentence(term: str) -> str:
    """Fine-tuning of LLMs → fine-tuning of LLMs, but LoRA and Q&A page stay as they are."""
    word, space, rest = term.partition(" ")
    return word[:1].lower() + word[1:] + space + rest if word[1:].islower() else str(term)


def alias_type(term: str, alias: str) -> AliasType:
    """A guess at the alias's type, based on its letters. The author can correct it."""
    if _same_stem(term.casefold(), alias.casefold()):
        return "form"
    letters = re.sub(r"[^\w]", "", alias)
    short = len(letters) <= max(5, len(term.split()))
    if short and sum(map(str.isupper, letters)) >= 2:
        return "acronym"
    # Prose must not use aliases of type "spelling", so a different word must not be classified as a spelling.
    ratio = SequenceMatcher(None, re.sub(r"[^\w]", "", term).casefold(), letters.casefold()).ratio()
    return "spelling" if ratio >= _ALIKE else "synonym"


def _same_stem(term: str, alias: str) -> bool:
    """Whether both have the same number of words, and each pair of words starts the same way: `label` and `labeled`."""
    pairs = list(zip(term.split(), alias.split(), strict=False))
    stems = ((first, second, max(3, min(len(first), len(second)) - 2)) for first, second in pairs)
    alike = all(first[:length] == second[:length] for first, second, length in stems)
    return alike and len(term.split()) == len(alias.split()) and max(len(term), len(alias)) > 3
