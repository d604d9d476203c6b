"""The passages of a build's pages, in which each link says where it leads, unless its words say so already."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from executable_glossary.model.build import Build
from executable_glossary.text.page_text import Passage, as_written, visible

_EXTERNAL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_TITLE = re.compile(r"\A\s*---\n(?:.*\n)*?title: (?P<title>\".*\")\n")


class Targets:
    """Where the links on a build's pages lead."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._titles: Mapping[str, str] = {path: _title(text) for path, text in build.markdown.items()}

    def passages(self, path: str) -> tuple[Passage, ...]:
        return visible(self._build.markdown[path], partial(self._target, path))

    def _target(self, path: str, words: str, address: str) -> str:
        """What to write after the words of a link on the page `path`.

        A link to a concept leads to the page for the page's reader, so only the concept is named: the same edit must look
        the same on all pages.
        """
        if _EXTERNAL.match(address):
            return as_written(words, address)
        place, sign, section = address.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), place)) if place else path
        page = self._build.pages.get(target)
        if self._is_named(words, target):
            return ""
        if not place:
            return address
        return f"/{page.key.concept}/" if page else f"/{target.removesuffix('index.md')}{sign}{section}"

    def _is_named(self, words: str, target: str) -> bool:
        """Whether the words are the title of the page or a name of its concept."""
        name = " ".join(words.split())
        page, glossary = self._build.pages.get(target), self._build.glossary
        concept = glossary.mentioned.concept(name) if glossary and name else None
        title = self._titles.get(target, "")
        return (page is not None and concept == page.key.concept) or bool(title and name == title)


def _title(markdown: str) -> str:
    """The title in a page's front matter; empty if it has none."""
    found = _TITLE.match(markdown)
    with suppress(ValueError):
        return str(json.loads(found["title"])) if found else ""
    return ""
