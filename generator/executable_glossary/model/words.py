"""The words that the generator itself puts on pages, in one language: phrases with placeholders, keyed by name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# CLDR's plural categories. Any text with plural forms must have the form "other".
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
DAY = re.compile(r"(\d+)-(0?[1-9]|1[0-2])-(\d+)", re.ASCII)

# Words that begin with a vowel letter but a consonant sound: a user, a European, a one-time visitor.
CONSONANTAL = re.compile(r"(?i)eu|one\b|once\b|uni([^nm]|m[^p])|us[aeu]|ut[ei]|ubi")

Wording = str | Mapping[str, str]


class WordsError(Exception):
    """Raised if a template misuses the catalog: it requests text that does not exist, or passes an unusable value."""


class TranslatableText(str):
    """Text that keeps its key and values, so that it can be rendered again in a page's language."""

    key: str
    values: Mapping[str, object]

    def __new__(cls, text: str, key: str, values: Mapping[str, object]) -> TranslatableText:
        instance = super().__new__(cls, text)
        instance.key, instance.values = key, values
        return instance

    def __getnewargs__(self) -> tuple[str, str, Mapping[str, object]]:  # type: ignore[override]
        """What `copy` and `pickle` need to make an equal one."""
        return str(self), self.key, self.values


def english_plural(count: float) -> str:
    return "one" if count == 1 else "other"


def indefinite_article(name: str) -> str:
    """ "a" or "an", depending on the sound of the first word. Abbreviations are pronounced letter by letter."""
    if not name.strip():
        raise WordsError("words.article was called with an empty name")
    first = name.split()[0].partition("-")[0]
    if first.isupper():
        return "an" if first[0] in "AEFHILMNORSX" else "a"
    vowel = re.match(r"(?i)[aeiou]|hour|honest|heir", first) and not CONSONANTAL.match(first)
    return "an" if vowel else "a"


@dataclass(frozen=True, eq=False)
class Words:
    """One catalog. `plural` returns the plural category of a number in this language.

    Two catalogs are equal only if they are the same object. The loader returns the same object for the same files.
    """

    language: str = "en"
    texts: Mapping[str, Wording] = field(default_factory=dict)
    plural: Callable[[float], str] = english_plural

    def __call__(self, key: str, /, **values: object) -> str:
        """The text with its placeholders filled in. If it has plural forms, `count` determines the form."""
        key = str(key)
        wording = self.texts.get(key)
        if wording is None:
            raise WordsError(f'the catalog has no text "{key}"')
        if not isinstance(wording, str):
            form = self.plural(self._count(key, values))
            wording = wording.get(form, wording["other"])
        return PLACEHOLDER.sub(lambda match: str(self._value(key, match[1], values)), wording)

    def translatable(self, key: str, /, **values: object) -> TranslatableText:
        """The text as a `TranslatableText`, which the catalog for a different language can translate with
        `translated`."""
        return TranslatableText(self(key, **values), key, values)

    def translated(self, text: str) -> str:
        """Text from a different catalog, translated into this language. Any other text is returned unchanged."""
        return self(text.key, **text.values) if isinstance(text, TranslatableText) else text

    def listed(self, names: Iterable[object], key: str = "list.and") -> str:
        """A list of names as part of a sentence: "a, b and c"."""
        items = [str(name) for name in names] if _is_list(names) else []
        if not items:
            raise WordsError("words.listed needs a list of at least one name")
        *others, last = items
        return self(key, others=", ".join(others), last=last) if others else last

    def date(self, day: str) -> str:
        """A date such as 2026-11-21, formatted for a sentence. Any other text is returned unchanged."""
        written = DAY.fullmatch(str(day)[:10])
        if written is None:
            return str(day)
        year, month, number = written.groups()
        name = self(f"date.month.{int(month)}")
        return self("date.day", day=int(number), month=name, year=year)

    def article(self, name: str) -> str:
        """The indefinite article for a name; empty in languages other than English, where authors write it."""
        return indefinite_article(str(name)) if self.language.partition("-")[0] == "en" else ""

    def below(self, key: str) -> Mapping[str, Any]:
        """The part of the catalog under a key, nested as in the file, for the theme's templates and scripts."""
        nested: dict[str, Any] = {}
        for name, wording in self.texts.items():
            if name.startswith(f"{key}."):
                *path, last = name.removeprefix(f"{key}.").split(".")
                inner = nested
                for part in path:
                    inner = inner.setdefault(part, {})
                inner[last] = wording if isinstance(wording, str) else dict(wording)
        return nested

    def _count(self, key: str, values: Mapping[str, object]) -> float:
        given = str(self._value(key, "count", values))
        try:
            count = float(given)
        except ValueError:
            count = math.nan
        if not math.isfinite(count):
            raise WordsError(f'the text "{key}" needs a number as {{count}}, not "{given}"')
        return count

    def _value(self, key: str, name: str, values: Mapping[str, object]) -> object:
        if name not in values:
            raise WordsError(
                f'the text "{key}" has the placeholder {{{name}}}, but no value was passed for it'
            )
        return values[name]


def _is_list(value: object) -> bool:
    """Whether a template passed several names, for example as a list, rather than a single string."""
    return isinstance(value, Iterable) and not isinstance(value, str)


# The catalog for a glossary that was created without one. Requesting text from it is an error.
NO_WORDS = Words()


class _EmptyWords(Words):
    """A catalog in which every string is empty, used to check whether something can be formatted at all."""

    def __call__(self, key: str, /, **values: object) -> str:
        return ""


EMPTY_WORDS = _EmptyWords()
