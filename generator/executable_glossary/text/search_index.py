"""Builds the files for the site's search: an inverted index in small pieces, and the text of everything that it
finds.

A browser fetches only the pieces for the words of a query and the text of the best matches (`assets/search-index.js`).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import snowballstemmer

from executable_glossary.model.names import forms_of

FOLDER = "search"
# The same expressions are in search-index.js. Chinese, Japanese, and Korean are written without spaces.
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_IS_CJK = re.compile(f"[{_CJK}]").match
_WORD = re.compile(rf"[{_CJK}]+|(?:(?![{_CJK}])\w)+(?:[+#]+(?![\w+#]))?")
_ACRONYMS = re.compile(r"\b([A-Z]{2,})s\b", re.ASCII)
PIECE = 40_000  # maximum number of characters in a piece of the index, unless its words cannot be divided
# BM25F: the weight of a word in each field, and how much the length of the field reduces that weight.
WEIGHTS = {"name": (12.0, 0.2), "meaning": (6.0, 0.3), "heading": (2.5, 0.6), "body": (1.0, 0.75)}
HINT = 0.6  # the weight of a phrase that readers search for, relative to a name
SATURATION = 6.0
WHOLE_WORD = 6  # letters; a shorter word that only code contains is often an abbreviation: frac, init
SCALE = 100  # Scores are multiplied by this number and stored as integers.

STEMMERS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}

Stem = Callable[[str], str]


@dataclass(frozen=True)
class Passage:
    """A paragraph below a heading. `anchor` is the heading's id, or empty at the top of a page."""

    text: str
    anchor: str = ""


@dataclass(frozen=True)
class FoundPage:
    """A page that belongs to a subject. `reader` is "role/audience", "/audience", or empty; `label` is the title with the
    reader. `code` is the text of the code in its passages, whose abbreviations are found, but never
    suggested."""

    url: str
    label: str
    reader: str
    headings: tuple[str, ...]
    passages: tuple[Passage, ...]
    code: str = ""


@dataclass(frozen=True)
class Subject:
    """An item that the search lists once: a concept with all its pages, or any other page. `hints` are words that
    readers search for; `names` are shown. `meanings` are the meanings for each audience."""

    title: str
    names: tuple[str, ...]
    hints: tuple[str, ...]
    meaning: str
    pages: tuple[FoundPage, ...]
    is_concept: bool = True
    meanings: Mapping[str, str] = field(default_factory=dict)


def search_files(
    subjects: Sequence[Subject], language: str, ignored: Iterable[str], synonyms: Iterable[str] = ()
) -> Mapping[str, bytes]:
    """The files, keyed by their path in the site. ignored: words that a query need not contain. synonyms: groups of words
    that readers use for the same thing, separated by spaces."""
    stem = stemmer(language)
    index = _Index(subjects, stem)
    pieces = list(_divided(index.forms, ""))
    files = {
        f"{FOLDER}/text/{number}.json": _json({**_text(each), "keys": index.keys_of(each)})
        for number, each in enumerate(subjects)
    }
    files |= {
        f"{FOLDER}/words/{number}.json": _json(index.piece(forms)) for number, (_, forms) in enumerate(pieces)
    }
    version = hashlib.sha256(b"".join(files.values())).hexdigest()[:12]
    start = {
        "version": version,
        "pieces": [prefix for prefix, _ in pieces],
        "ignored": sorted({fold(word) for word in ignored}),
        "synonyms": {word: found for group in synonyms for word, found in index.synonyms(group, language)},
    }
    return {**files, f"{FOLDER}/index.json": _json(start)}


def stemmer(language: str) -> Stem:
    """The Snowball stemmer for a language such as `en`; for a language without a stemmer, words are left unchanged."""
    algorithm = STEMMERS.get(language.partition("-")[0].lower())
    if algorithm not in snowballstemmer.algorithms():
        return lambda word: word
    stem: Stem = snowballstemmer.stemmer(algorithm).stemWord
    return stem


def fold(text: str) -> str:
    """The text in lowercase, without accents, and with acronyms in the singular, which stemmers do not know: Ångström →
    angstrom, LLMs → llm."""
    text = _ACRONYMS.sub(r"\1", text)
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def words_in(text: str) -> list[str]:
    """The words of a text, folded. The parts of `requires_grad` are also words, as are pairs of Chinese characters."""
    words = []
    for word in _WORD.findall(fold(text)):
        if not word.isascii() and _IS_CJK(word):
            words += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
            continue
        words.append(word)
        if "_" in word:
            words += [part for part in word.split("_") if part and part != word]
    return words


class _Index:
    """The inverted index. `forms` lists every word, with the key of its postings (its stem)."""

    def __init__(self, subjects: Sequence[Subject], stem: Stem) -> None:
        self._stem = stem
        self.forms: dict[str, str] = {}
        self._joined: dict[str, str] = {}
        self._spoken = {word for subject in subjects for word in _spoken(subject)}
        self._frequency: Counter[str] = Counter()
        self._passages = 1
        self._postings = self._scored([self._fields(subject) for subject in subjects])
        for number, subject in enumerate(subjects):
            for name in subject.names:
                self._add_name(name, number)
            for hint in subject.hints:
                self._add_name(hint, number, HINT)

    def piece(self, forms: Mapping[str, str]) -> Mapping[str, object]:
        """`words`: the key of each word. `keys`: the weight of each key in a query, and its subjects with their
        scores. `suggested`: what is suggested for forms that nobody writes: a joined name with its spaces, and nothing
        (an empty text) for the others."""
        keys = sorted(set(forms.values()))
        postings = {
            key: [
                round(SCALE * self._rarity(key)),
                *(n for pair in self._postings[key].items() for n in pair),
            ]
            for key in keys
        }
        unwritten = (form for form in forms if form not in self._spoken and not form.startswith("="))
        suggested = {form: self._joined.get(form, "") for form in unwritten}
        return {"words": forms, "keys": postings, "suggested": suggested}

    def synonyms(self, group: str, language: str) -> Iterator[tuple[str, list[str]]]:
        """For each form of each word in a group: the other words of the group as the index contains them."""
        forms = {word: self._forms_of(word) for word in map(fold, group.split())}
        for word, own in forms.items():
            others = [found[0] for other, found in forms.items() if other != word and found]
            yield from (
                (form, others) for form in dict.fromkeys((word, *own, *forms_of(word, language))) if others
            )

    def _forms_of(self, word: str) -> list[str]:
        """The forms of a word in the index, the word itself first."""
        key = self._stem(word)
        found = (form for form, own in self.forms.items() if own == key)
        return sorted(found, key=lambda form: (form != word, len(form), form))

    def keys_of(self, subject: Subject) -> list[str]:
        """The keys of a subject's names. A query that consists of one of them asks for the subject itself."""
        return sorted({key for name in subject.names if (key := self._name_key(name))})

    def _fields(self, subject: Subject) -> Mapping[str, list[str]]:
        """The keys in each field. Counts the passages, and those in which each key occurs."""
        keys = {name: self._keys(text) for name, text in _fields(subject).items()}
        keys["body"] = []
        for passage in _distinct(subject):
            own = self._keys(passage.text)
            keys["body"] += own
            self._frequency.update(set(own))
            self._passages += 1
        return keys

    def _keys(self, text: str) -> list[str]:
        words = words_in(text)
        for word in words:
            if word not in self.forms:
                self.forms[word] = self._stem(word)
        return [self.forms[word] for word in words]

    def _rarity(self, key: str) -> float:
        """The inverse document frequency, counted in passages. A name has the same value as its rarest word."""
        if key.startswith("="):
            return max(self._rarity(part) for part in key[1:].split(" "))
        count = self._frequency[key]
        return math.log(1 + (self._passages - count + 0.5) / (count + 0.5))

    def _scored(self, fields: Sequence[Mapping[str, list[str]]]) -> dict[str, dict[int, int]]:
        """BM25F scores: {key: {subject number: score}}."""
        average = {name: sum(len(each[name]) for each in fields) / max(1, len(fields)) for name in WEIGHTS}
        postings: dict[str, dict[int, int]] = defaultdict(dict)
        for number, each in enumerate(fields):
            weighted: Counter[str] = Counter()
            for name, (weight, reduction) in WEIGHTS.items():
                length = 1 - reduction + reduction * (len(each[name]) + 1) / (average[name] + 1)
                for key, count in Counter(each[name]).items():
                    weighted[key] += weight * count / length  # type: ignore[assignment]
            for key, value in weighted.items():
                score = self._rarity(key) * value / (SATURATION + value)
                postings[key][number] = round(SCALE * score)
        return postings

    def _add_name(self, name: str, number: int, weight: float = 1) -> None:
        """Adds a name's key."""
        key, words = self._name_key(name), _WORD.findall(fold(name))
        if not key:
            return
        self.forms[key] = key
        joined = "".join(words)
        if len(words) > 1 and self.forms.setdefault(joined, key) == key:
            self._joined[joined] = " ".join(words)
        score = round(SCALE * weight * sum(self._rarity(part) for part in key[1:].split(" ")))
        self._postings[key][number] = max(score, self._postings[key].get(number, 0))

    def _name_key(self, name: str) -> str:
        """The key that all spellings of a name share: fine-tuning, fine tuning, finetuning. Empty without words."""
        words = _WORD.findall(fold(name))
        return "=" + " ".join(self.forms.get(word) or self._stem(word) for word in words) if words else ""


def _fields(subject: Subject) -> Mapping[str, str]:
    """The text of each field except the body, which consists of the passages."""
    headings = dict.fromkeys(heading for page in subject.pages for heading in page.headings)
    return {
        "name": " ; ".join((*subject.names, *subject.hints)),
        "meaning": subject.meaning,
        "heading": " ; ".join(headings),
    }


def _spoken(subject: Subject) -> Iterator[str]:
    """The words in which people write about the subject: not the parts of identifiers, and no abbreviations in code."""
    fields = (*_fields(subject).values(), *subject.meanings.values())
    yield from (word for text in fields for word in _WORD.findall(fold(text)))
    for page in subject.pages:
        counts = Counter(word for passage in page.passages for word in _WORD.findall(fold(passage.text)))
        counts.subtract(_WORD.findall(fold(page.code)))
        yield from (word for word, count in counts.items() if count > 0 or len(word) >= WHOLE_WORD)


def _distinct(subject: Subject) -> Mapping[Passage, list[int]]:
    """The passages without repetitions, with the numbers of the pages that contain them."""
    texts: dict[Passage, list[int]] = {}
    for number, page in enumerate(subject.pages):
        for passage in page.passages:
            numbers = texts.setdefault(passage, [])
            if number not in numbers:
                numbers.append(number)
    return texts


def _text(subject: Subject) -> Mapping[str, object]:
    return {
        "title": subject.title,
        "names": subject.names[1:],
        "meaning": subject.meaning,
        "meanings": subject.meanings,
        "concept": subject.is_concept,
        "pages": [[page.url, page.label, page.reader] for page in subject.pages],
        "passages": [[passage.text, passage.anchor, pages] for passage, pages in _distinct(subject).items()],
    }


def _divided(forms: Mapping[str, str], prefix: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Divides the words by their first letters into pieces of at most about PIECE characters."""
    size = 40 * len(forms)  # A word, its key, and its postings take about 40 characters.
    if size <= PIECE or len(prefix) == 3:
        yield prefix, forms
        return
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for form, key in sorted(forms.items()):
        groups[form[: len(prefix) + 1]][form] = key
    for longer, group in groups.items():
        if longer == prefix:
            yield f"{prefix}$", group  # the words that end here
        else:
            yield from _divided(group, longer)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
