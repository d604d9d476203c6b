"""Reads the word catalog: English, overridden by the packaged and the project's templates/words/<language>.yml."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.schema import BAD_VALUE, WRONG_TYPE, described
from executable_glossary.adapters.yaml_source import read_yaml
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.project import PACKAGED
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text
from executable_glossary.model.words import CATEGORIES, PLACEHOLDER, Wording, Words, english_plural

MISSING_WORDS = Rule(
    code="missing-words",
    when="a template is read or filled",
    severity="warning",
    summary="Some of the generator's words are not translated into the theme's language.",
    details="The message lists their keys. Pages show these words in English.",
    why="Readers would find English in the middle of a page.",
    example="`theme: {language: nl}` without a file `templates/words/nl.yml`",
    instead="A translation of every value in the packaged `templates/words/en.yml`",
)
UNKNOWN_WORDS = Rule(
    code="unknown-words",
    when="a template is read or filled",
    severity="warning",
    summary="A file in `templates/words/` contains a key that the generator does not use.",
    details="Use the keys in the packaged `templates/words/en.yml`. Words for your own templates belong under `own`.",
    why="The words under this key would never be shown.",
    example="`map: {titel: Kaart}`",
    instead="`map: {title: Kaart}`",
)

ENGLISH = "en"
# Words for a project's own templates are under this key, which the generator itself never uses.
OWN = "own."
MOST_LISTED = 8
PACKAGED_ENGLISH = "templates/words/en.yml in the installed package executable_glossary"

File = tuple[str, bytes]


def catalog(templates: Templates, language: str) -> tuple[Words, tuple[Problem, ...]]:
    """The words in a language, and the problems in its files. Missing words default to English, with a warning."""
    english, refusals = _files(templates, ENGLISH)
    own, more = _files(templates, language) if language != ENGLISH else ((), ())
    words, problems = _catalog(language, english, own)
    return words, (*refusals, *more, *problems)


def _files(templates: Templates, language: str) -> tuple[tuple[File, ...], tuple[Problem, ...]]:
    """The catalog files for one language, and a problem for each file that must not be read."""
    found = [
        (path, shown, templates.refused(path, shown))
        for path, shown in templates.find_all(f"words/{language}.yml")
    ]
    files = tuple((shown, path.read_bytes()) for path, shown, refusal in found if refusal is None)
    return files, tuple(refusal for _, _, refusal in found if refusal is not None)


@lru_cache(maxsize=1)
def english() -> Words:
    """The packaged English catalog, for terminal messages that spell out numbers."""
    content = (PACKAGED / "words/en.yml").read_bytes()
    return _catalog(ENGLISH, (("templates/words/en.yml", content),), ())[0]


@lru_cache(maxsize=8)
def _catalog(
    language: str, english: tuple[File, ...], own: tuple[File, ...]
) -> tuple[Words, tuple[Problem, ...]]:
    """Returns the same object for the same files, so later stages can detect that nothing changed."""
    # In the generator's checkout, the English file belongs to the project, so it may have been rejected.
    known, problems = _texts(*english[0]) if english else ({}, ())
    texts = dict(known)
    for file in (*english[1:], *own):
        found, wrong = _texts(*file)
        texts |= {key: text for key, text in found.items() if _fits(key, text, known)}
        problems = (*problems, *wrong, *_misfits(found, known))
    if language != ENGLISH:
        problems = (*problems, *_missing(language, own, known))
    plain = {key: _without_places(text) for key, text in texts.items()}
    return Words(language, plain, _plural(language)), problems


def _texts(name: str, content: bytes) -> tuple[Mapping[str, Wording], tuple[Problem, ...]]:
    """All words in a file, keyed by dotted key."""
    source, problems = read_yaml(name, content)
    if source is None:
        return {}, problems
    if not isinstance(source.value, Mapping):
        help = 'write keys and text as in "page:" and, on the next line, "  keywords: ..."'
        message = f"the file must contain keys and text, not {described(source.value)}"
        return {}, (*problems, WRONG_TYPE.at(source.place(()), message, help))
    wrong: list[Problem] = []
    texts = dict(_flat(source.value, "", Place(name), wrong))
    return texts, (*problems, *wrong)


def _flat(value: Any, key: str, place: Place, wrong: list[Problem]) -> Iterator[tuple[str, Wording]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping) and _has_plural_forms(value):
        if faults := " and ".join(_plural_faults(value)):
            message = f'"{key}" has plural forms, but {faults}'
            help = f'use the forms {", ".join(CATEGORIES)}; "other" is required, and each form must be text'
            wrong.append(WRONG_TYPE.at(place, message, help))
        else:
            yield key, {str(category): form for category, form in value.items()}
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            below = name.place if isinstance(name, Text) else place
            yield from _flat(inner, f"{key}.{name}" if key else str(name), below, wrong)
    else:
        message = f'"{key}" must be text, not {described(value)}'
        wrong.append(
            WRONG_TYPE.at(place, message, "write text; use quotes if YAML would read it as a number")
        )


def _has_plural_forms(value: Mapping[Any, Any]) -> bool:
    """Whether the keys are plural categories, some of which may be misspelled."""
    others = [str(name) for name in value if name not in CATEGORIES]
    return len(others) < len(value) and all(get_close_matches(name, CATEGORIES, 1, 0.75) for name in others)


def _plural_faults(forms: Mapping[Any, Any]) -> Iterator[str]:
    for name, form in forms.items():
        if name not in CATEGORIES:
            yield f'"{name}" is not a form'
        elif not isinstance(form, str):
            yield f'the form "{name}" is not text'
    if "other" not in forms:
        yield 'the form "other" is missing'


def _fits(key: str, text: Wording, known: Mapping[str, Wording]) -> bool:
    return key.startswith(OWN) or (key in known and _placeholders(text) <= _placeholders(known[key]))


def _misfits(found: Mapping[str, Wording], known: Mapping[str, Wording]) -> Iterator[Problem]:
    """Problems with words that the generator never uses, or that have placeholders it cannot fill."""
    for key, text in found.items():
        if key.startswith(OWN):
            continue
        if key not in known:
            near = get_close_matches(key, known, n=1)
            help = f'write "{near[0]}"' if near else f'put words for your own templates under "{OWN[:-1]}"'
            message = f'the generator does not use the key "{key}"'
            yield UNKNOWN_WORDS.at(_place(text), message, help)
        elif unknown := _placeholders(text) - _placeholders(known[key]):
            names = ", ".join(f"{{{name}}}" for name in sorted(unknown))
            available = ", ".join(f"{{{name}}}" for name in sorted(_placeholders(known[key]))) or "none"
            message = f'"{key}" cannot use the placeholder {names}'
            yield BAD_VALUE.at(_place(text), message, f"the available placeholders are: {available}")


def _missing(language: str, own: tuple[File, ...], known: Mapping[str, Wording]) -> Iterator[Problem]:
    """One warning that lists the keys whose text appears in English on pages."""
    place = Place(own[-1][0] if own else f"templates/words/{language}.yml")
    found = {key for file in own for key in _texts(*file)[0]}
    missing = [key for key in known if key not in found]
    if not own:
        message = f'the generator has no words in the language "{language}", so pages show English'
        help = f"create this file, modeled on {PACKAGED_ENGLISH}"
        yield MISSING_WORDS.at(place, message, help)
    elif missing:
        listed = ", ".join(missing[:MOST_LISTED])
        more = f" and {len(missing) - MOST_LISTED} more" if len(missing) > MOST_LISTED else ""
        message = f'no words in the language "{language}" for {listed}{more}; pages show English instead'
        help = f"translate these values from {PACKAGED_ENGLISH}"
        yield MISSING_WORDS.at(place, message, help)


def _placeholders(text: Wording) -> frozenset[str]:
    forms = [text] if isinstance(text, str) else list(text.values())
    named = frozenset(name for form in forms for name in PLACEHOLDER.findall(form))
    return named if isinstance(text, str) else named | {"count"}


def _without_places(text: Wording) -> Wording:
    return str(text) if isinstance(text, str) else {name: str(form) for name, form in text.items()}


def _place(text: Wording) -> Place:
    first = text if isinstance(text, str) else next(iter(text.values()))
    return first.place if isinstance(first, Text) else Place("")


def _plural(language: str) -> Callable[[float], str]:
    """The language's plural rule from CLDR, or the English rule if Babel does not support the language."""
    if language == ENGLISH:
        return english_plural
    from babel import Locale, UnknownLocaleError  # imported only here, because most sites are in English

    try:
        return Locale.parse(language, sep="-").plural_form
    except (UnknownLocaleError, ValueError):
        return english_plural
