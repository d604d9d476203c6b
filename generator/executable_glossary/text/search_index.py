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
from dataclasses import dataclass

import snowballstemmer

FOLDER = "search"
# The same expressions are in search-index.js. Chinese, Japanese, and Korean are written without spaces.
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]+|(?:(?![{_CJK}])\w)+(?:[+#]+(?![\w+#]))?")
PIECE = 40_000  # maximum number of characters in a piece of the index, unless its words cannot be divided
# BM25F: the weight of a word in each field, and how much the length of the field reduces that weight.
WEIGHTS = {"name": (12.0, 0.2), "meaning": (6.0, 0.3), "heading": (2.5, 0.6), "body": (1.0, 0.75)}
HINT = 0.6  # the weight of a phrase that readers search for, relative to a name
SATURATION = 6.0
SCALE = 100  # Scores are stored as integers.

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
    """A page that belongs to a subject. `reader` is "role/audience", "/audience", or empty; `label` is the title with the reader."""

    url: str
    label: str
    reader: str
    headings: tuple[str, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Subject:
    """An item that the search lists once: a concept with all its pages, or any other page. `hints` are words that
    readers search for; `names` are shown."""

    title: str
    names: tuple[str, ...]
    hints: tuple[str, ...]
    meaning: str
    pages: tuple[FoundPage, ...]
    is_concept: bool = True


def search_files(subjects: Sequence[Subject], language: str, ignored: Iterable[str]) -> Mapping[str, bytes]:
    """The files, keyed by their path in the site. ignored: words that a query need not contain."""
    stem = stemmer(language)
    index = _Index(subjects, stem)
    pieces = list(_divided(index.forms, ""))
    files = {f"{FOLDER}/text/{number}.json": _json(_text(each)) for number, each in enumerate(subjects)}
    files |= {
        f"{FOLDER}/words/{number}.json": _json(index.piece(forms)) for number, (_, forms) in enumerate(pieces)
    }
    version = hashlib.sha256(b"".join(files.values())).hexdigest()[:12]
    words = sorted({fold(word) for word in ignored})
    start = {"version": version, "pieces": [prefix for prefix, _ in pieces], "ignored": words}
    return {**files, f"{FOLDER}/index.json": _json(start)}


def stemmer(language: str) -> Stem:
    """The Snowball stemmer for a language such as `en`; for a language without a stemmer, words are left unchanged."""
    algorithm = STEMMERS.get(language.partition("-")[0].lower())
    if algorithm not in snowballstemmer.algorithms():
        return lambda word: word
    stem: Stem = snowballstemmer.stemmer(algorithm).stemWord
    return stem


def fold(text: str) -> str:
    """The text in lowercase and without accents: Ångström → angstrom."""
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def words_in(text: str) -> list[str]:
    """The words of a text, folded. The parts of `requires_grad` are also words, as are pairs of Chinese characters."""
    words = []
    for word in _WORD.findall(fold(text)):
        if re.match(f"[{_CJK}]", word):
            words += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
            continue
        words.append(word)
        words += [part for part in word.split("_") if part and part != word]
    return words


class _Index:
    """The inverted index. `forms` lists every word, with the key of its postings (its stem)."""

    def __init__(self, subjects: Sequence[Subject], stem: Stem) -> None:
        self._stem = stem
        self.forms: dict[str, str] = {}
        fields = [{name: self._keys(text) for name, text in _fields(each).items()} for each in subjects]
        passages = [set(self._keys(passage.text)) for each in subjects for passage in _distinct(each)]
        self._frequency = Counter(key for passage in passages for key in passage)
        self._passages = len(passages) + 1
        self._postings = self._scored(fields)
        for number, subject in enumerate(subjects):
            for name in subject.names:
                self._add_name(name, number)
            for hint in subject.hints:
                self._add_name(hint, number, HINT)

    def piece(self, forms: Mapping[str, str]) -> Mapping[str, object]:
        """`words`: the key of each word. `keys`: the weight of each key in a query, and its subjects with their
        scores."""
        keys = sorted(set(forms.values()))
        postings = {
            key: [
                round(SCALE * self._rarity(key)),
                *(n for pair in self._postings[key].items() for n in pair),
            ]
            for key in keys
        }
        return {"words": forms, "keys": postings}

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
        """Adds the key that all spellings of a name share: fine-tuning, fine tuning, finetuning."""
        words = _WORD.findall(fold(name))
        if not words:
            return
        key = "=" + " ".join(self.forms.get(word) or self._stem(word) for word in words)
        self.forms[key] = key
        if len(words) > 1:
            self.forms.setdefault("".join(words), key)
        score = round(SCALE * weight * sum(self._rarity(part) for part in key[1:].split(" ")))
        self._postings[key][number] = max(score, self._postings[key].get(number, 0))


def _fields(subject: Subject) -> Mapping[str, str]:
    passages = _distinct(subject)
    headings = dict.fromkeys(heading for page in subject.pages for heading in page.headings)
    return {
        "name": " ; ".join((*subject.names, *subject.hints)),
        "meaning": subject.meaning,
        "heading": " ; ".join(headings),
        "body": "\n".join(passage.text for passage in passages),
    }


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
