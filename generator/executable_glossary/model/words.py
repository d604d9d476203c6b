"""The words that the generator itself puts on pages, in one language: texts with placeholders, by key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# The plural forms of CLDR; every text that has forms has "other".
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
PLACEHOLDER = re.compile(r"\{(\w+)\}")

# Words that are written with a vowel and begin with a consonant's sound: a user, a European, a one-time visitor.
CONSONANTAL = re.compile(r"(?i)eu|one\b|once\b|uni([^nm]|m[^p])|us[aeu]|ut[ei]|ubi")

Wording = str | Mapping[str, str]


class UnknownWords(LookupError):
    """A template asks for a text that the catalog does not have, or leaves a placeholder empty."""


class Said(str):
    """A text that remembers how it was made, so that a page can say it in its own language."""

    key: str
    values: Mapping[str, object]

    def __new__(cls, text: str, key: str, values: Mapping[str, object]) -> Said:
        said = super().__new__(cls, text)
        said.key, said.values = key, values
        return said


def english_plural(count: float) -> str:
    return "one" if count == 1 else "other"


def indefinite_article(name: str) -> str:
    """ "a" or "an", by how the first word sounds; letters of an abbreviation are spoken one by one."""
    first = name.split()[0].partition("-")[0]
    if first.isupper():
        return "an" if first[0] in "AEFHILMNORSX" else "a"
    vowel = re.match(r"(?i)[aeiou]|hour|honest|heir", first) and not CONSONANTAL.match(first)
    return "an" if vowel else "a"


@dataclass(frozen=True, eq=False)
class Words:
    """One catalog. `plural` gives the category of a number in this language.

    Two catalogs are equal only if they are the same object: the loader returns the same one for the same files.
    """

    language: str = "en"
    texts: Mapping[str, Wording] = field(default_factory=dict)
    plural: Callable[[float], str] = english_plural

    def __call__(self, key: str, /, **values: object) -> str:
        """The text with its placeholders filled; a text with plural forms goes by `count`."""
        wording = self.texts.get(key)
        if wording is None:
            raise UnknownWords(f'the catalog has no text "{key}"')
        if not isinstance(wording, str):
            form = self.plural(float(str(self._value(key, "count", values))))
            wording = wording.get(form, wording["other"])
        return PLACEHOLDER.sub(lambda match: str(self._value(key, match[1], values)), wording)

    def said(self, key: str, /, **values: object) -> Said:
        """The same, to be said `again` by the catalog of another language."""
        return Said(self(key, **values), key, values)

    def again(self, text: str) -> str:
        """A text of another catalog in this language; any other text as it is."""
        return self(text.key, **text.values) if isinstance(text, Said) else text

    def listed(self, names: Sequence[str], key: str = "list.and") -> str:
        """Names in a sentence: "a, b and c"."""
        *others, last = names
        return self(key, others=", ".join(others), last=last) if others else last

    def date(self, day: str) -> str:
        """A day such as 2026-11-21 as a sentence says it; what is no such day, as it is."""
        year, _, rest = day[:10].partition("-")
        month, _, number = rest.partition("-")
        if not (year + month + number).isdigit():
            return day
        name = self(f"date.month.{int(month)}")
        return self("date.day", day=int(number), month=name, year=year)

    def article(self, name: str) -> str:
        """The indefinite article before a name; in languages other than English, authors write it."""
        return indefinite_article(name) if self.language.partition("-")[0] == "en" else ""

    def below(self, key: str) -> Mapping[str, Any]:
        """The part of the catalog under a key, nested as in its file, for templates and scripts of the theme."""
        found: dict[str, Any] = {}
        for name, wording in self.texts.items():
            if name.startswith(f"{key}."):
                *path, last = name.removeprefix(f"{key}.").split(".")
                inner = found
                for part in path:
                    inner = inner.setdefault(part, {})
                inner[last] = wording if isinstance(wording, str) else dict(wording)
        return found

    def _value(self, key: str, name: str, values: Mapping[str, object]) -> object:
        if name not in values:
            raise UnknownWords(
                f'the text "{key}" has the placeholder {{{name}}}, which is given no value here'
            )
        return values[name]


# What a glossary has that nobody loaded: to ask it for a text is an error.
NO_WORDS = Words()


class _Unspoken(Words):
    """Every text is empty: for checking whether something can be put into words at all."""

    def __call__(self, key: str, /, **values: object) -> str:
        return ""


UNSPOKEN = _Unspoken()
