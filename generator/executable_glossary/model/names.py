"""The names that text uses for concepts, and the regular forms of these names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

_HISSING = re.compile(r"(?:s|x|z|ch|sh)$")
_VOWEL_Y = re.compile(r"[aeiou]y$")


@dataclass(frozen=True)
class Names:
    """All names of concepts, and the regular forms of these names.

    concepts: the concept that each form refers to, keyed by the case-folded form.
    exact: the allowed spellings of forms whose capitalization matters, keyed by the case-folded form. For example,
        "MAP" is a name, but the "map" in "a map of the sea" is not.
    unlinked: phrases that contain a name but mean something else. A phrase that differs from a name only in
        capitalization is excluded only with that capitalization, such as `HEAD` in an entry for the term "Head".
    """

    concepts: Mapping[str, str] = field(default_factory=dict)
    exact: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unlinked: tuple[str, ...] = ()

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """Case-folded phrases to search for in text: forms of names, and phrases in which a name is not linked."""
        return (*self.concepts, *(phrase.casefold() for phrase in self.unlinked))

    def concept(self, mention: str) -> str | None:
        """The concept that a phrase in the text refers to, or None if there is none."""
        folded = mention.casefold()
        spellings = self.exact.get(folded)
        if mention in self.unlinked or (spellings is not None and mention not in spellings):
            return None
        return self.concepts.get(folded)


NO_NAMES = Names()


def names_of(written: Iterable[tuple[str, str, bool]], unlinked: Iterable[str], language: str) -> Names:
    """Collect the names of concepts and their regular forms.

    `written` contains each name with its concept, and whether the name is an acronym.

    A form never replaces another concept's own name.
    """
    concepts: dict[str, str] = {}
    exact: dict[str, set[str]] = {}
    forms = [(name, forms_of(name, language), concept, acronym) for name, concept, acronym in written]
    for name, _, concept, _ in forms:
        concepts.setdefault(name.casefold(), concept)
    for name, regular, concept, acronym in forms:
        in_own_case = acronym or is_acronym(name)
        for form in (name, *regular):
            if concepts.setdefault(form.casefold(), concept) == concept and in_own_case:
                exact.setdefault(form.casefold(), set()).add(form)
    for name, regular, _, acronym in forms:
        if not (acronym or is_acronym(name)):
            for form in (name, *regular):
                exact.pop(form.casefold(), None)
    return Names(concepts, {form: frozenset(spellings) for form, spellings in exact.items()}, tuple(unlinked))


def is_acronym(name: str) -> bool:
    """Whether a name is a single word without lowercase letters, such as GPU, C++, or R."""
    return name == name.upper() and name != name.lower() and len(name.split()) == 1


def forms_of(name: str, language: str) -> tuple[str, ...]:
    """Regular forms: the English plural, and the spelling with spaces instead of hyphens or vice versa."""
    written = dict.fromkeys((name, name.replace("-", " "), re.sub(r"(?<=\w) (?=\w)", "-", name)))
    plurals = (plural(form) for form in written) if language.partition("-")[0] == "en" else ()
    return tuple(dict.fromkeys(form for form in (*written, *plurals) if form and form != name))


def plural(name: str) -> str:
    """The regular plural of an English name, or an empty string if its last letter shows that it has no regular plural.

    Network → networks, loss → losses, library → libraries, analysis → analyses, GPU → GPUs.
    """
    if not name[-1:].isalpha():
        return ""
    if is_acronym(name):
        return f"{name}s"
    if name.endswith("sis"):
        return f"{name[:-2]}es"
    if name.endswith("y") and not _VOWEL_Y.search(name):
        return f"{name[:-1]}ies"
    return f"{name}es" if _HISSING.search(name) else f"{name}s"
