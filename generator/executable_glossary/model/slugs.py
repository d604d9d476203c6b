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

# Ids of roles, audiences, formats, and findings. Those of concepts can contain letters of any script: `is_concept_id`.
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# File names that Windows reserves, with any extension.
DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"}
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# Signs that distinguish names, where they do: "C++", "C#", ".NET", "A*".
_SIGNS = (
    (re.compile(r"(?<=[\w+])\+"), "-plus"),
    (re.compile(r"(?<=\w)#"), "-sharp"),
    (re.compile(r"(?<=\w)\*(?!\w)"), "-star"),
    (re.compile(r"^\.(?=\w)"), "dot-"),
)


def slug(term: str, language: str = "en") -> str:
    """`Knowledge distillation (KD)` → `knowledge-distillation-kd`, `C++` → `c-plus-plus`, `機械学習` → `機械学習`.

    Accents are removed from Latin letters; in German, `ü` becomes `ue`. A term without letters and digits is named after
    its signs, as in `rightwards-arrow`. Empty only for an empty or invisible term.
    """
    folded = unicodedata.normalize("NFKC", term.strip()).lower()
    if language.partition("-")[0] == "de":
        folded = folded.translate(_GERMAN)
    for sign, word in _SIGNS:
        folded = sign.sub(word, folded)
    plain = "".join(map(_without_accent, re.sub(r"['’]", "", folded.translate(_LETTERS_WITHOUT_ACCENT))))
    # Lowercase letters can be composed of several characters, so the letters are composed last.
    plain = unicodedata.normalize("NFKC", "".join(sign if _is_letter(sign) else "-" for sign in plain))
    return re.sub(r"-+", "-", plain).strip("-") or _sign_names(term)


def is_concept_id(id: str) -> bool:
    """Whether the id consists of lowercase letters and digits of any script, with single hyphens between words."""
    canonical = unicodedata.normalize("NFKC", id.lower()) == id
    return canonical and all(part and all(map(_is_letter, part)) for part in id.split("-"))


def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)
    return base.encode("ascii", "ignore").decode() if base[0].isascii() else letter


def _is_letter(sign: str) -> bool:
    """Whether the character can be part of a word. The vowels of many scripts are marks."""
    return sign.isalnum() or (unicodedata.category(sign) in ("Mn", "Mc") and not JOINED.match(sign))


# Marks that change only how another character looks.
JOINED = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def _sign_names(term: str) -> str:
    """The Unicode names of the signs: `→` is `rightwards-arrow`."""
    names = (unicodedata.name(sign, "").lower() for sign in term if not sign.isspace())
    return re.sub(r"[^a-z0-9]+", "-", " ".join(names)).strip("-")


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
    # Prose must not use aliases of the type "spelling", so a different word must not be classified as one.
    ratio = SequenceMatcher(None, re.sub(r"[^\w]", "", term).casefold(), letters.casefold()).ratio()
    return "spelling" if ratio >= _ALIKE else "synonym"


def _same_stem(term: str, alias: str) -> bool:
    """Whether both have the same number of words, and each pair of words starts the same way: `label` and `labeled`."""
    pairs = list(zip(term.split(), alias.split(), strict=False))
    stems = ((first, second, max(3, min(len(first), len(second)) - 2)) for first, second in pairs)
    alike = all(first[:length] == second[:length] for first, second, length in stems)
    return alike and len(term.split()) == len(alias.split()) and max(len(term), len(alias)) > 3
