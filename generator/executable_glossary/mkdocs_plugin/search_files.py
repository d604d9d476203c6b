"""Replaces the theme's search index with one that lists each concept once and is fetched in pieces.

A preview keeps the theme's index, which contains the pages that have been built so far.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from executable_glossary.model.page import Document
from executable_glossary.model.words import Words
from executable_glossary.text.search_index import FoundPage, Passage, Subject, search_files

INDEX = "search/search_index.json"
PREVIEWS = "assets/previews/"  # one file of meanings per audience
_BLOCK = re.compile(
    r"</?(?:p|li|ul|ol|td|th|tr|dt|dd|dl|pre|h\d|figcaption|summary|div|table|blockquote)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")
_CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)

Entries = Sequence[
    Mapping[str, Any]
]  # The theme's index: one entry for each page and for each of its headings.


def write_search_files(site: Path, documents: Iterable[Document], words: Words) -> None:
    """Write the search files, and empty the theme's index, which pages no longer fetch."""
    index = site / INDEX
    if not index.is_file():
        return
    theirs = json.loads(index.read_text("utf-8"))
    contents = {document.path: document.content for document in documents}
    glossary = json.loads(contents.get("glossary.json", "{}"))
    audiences = [audience["id"] for audience in glossary.get("audiences", ())]
    previews = {audience: json.loads(contents[f"{PREVIEWS}{audience}.json"]) for audience in audiences}
    subjects = list(subjects_of(theirs["docs"], glossary, previews))
    ignored, synonyms = words("search.ignored").split(), words("search.synonyms").split(";")
    for name, content in search_files(subjects, words.language, ignored, synonyms).items():
        file = site / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    index.write_text(json.dumps({**theirs, "docs": []}), "utf-8")


def subjects_of(
    entries: Entries, glossary: Mapping[str, Any], previews: Mapping[str, Mapping[str, Sequence[str]]]
) -> Iterator[Subject]:
    """The concepts with all their pages, then every other page. `previews` contains the term and the meaning of each
    concept for each audience."""
    pages: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        pages.setdefault(entry["location"].partition("#")[0], []).append(entry)
    for concept in glossary.get("concepts", ()):
        own = [(page, pages.pop(page["url"])) for page in concept["pages"] if page["url"] in pages]
        names, hints = (concept["term"], *concept["aliases"]), tuple(concept.get("search", ()))
        found = tuple(
            _titled(_found_page(page["url"], _label(page), _reader(page), sections), page["title"], names)
            for page, sections in own
        )
        worded = {audience: each.get(concept["id"]) for audience, each in previews.items()}
        meanings = {audience: preview[1] for audience, preview in worded.items() if preview}
        yield Subject(concept["term"], names, hints, concept["meaning"], found, meanings=meanings)
    for url, sections in pages.items():
        title = _plain(sections[0]["title"])
        yield Subject(title, (title,), (), "", (_found_page(url, title, "", sections),), is_concept=False)


def _label(page: Mapping[str, Any]) -> str:
    return f"{page['title']} ({page['note']})" if page["note"] else str(page["title"])


def _reader(page: Mapping[str, Any]) -> str:
    return f"{page['role'] or ''}/{page['audience']}" if page["audience"] else ""


def _found_page(url: str, label: str, reader: str, sections: Entries) -> FoundPage:
    headings = tuple(_plain(section["title"]) for section in sections if "#" in section["location"])
    passages = tuple(
        Passage(text, section["location"].partition("#")[2])
        for section in sections
        for text in map(_plain, _BLOCK.split(section["text"]))
        if text
    )
    code = " ".join(_plain(found[0]) for section in sections for found in _CODE.finditer(section["text"]))
    return FoundPage(url, label, reader, headings, passages, code)


def _titled(page: FoundPage, title: str, names: Iterable[str]) -> FoundPage:
    """The page with its title as a heading and as its first passage, unless the title is just a name of the concept."""
    if title in names:
        return page
    return replace(page, headings=(title, *page.headings), passages=(Passage(title), *page.passages))


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
