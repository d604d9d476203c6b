"""Extracts the visible text of a Markdown page as passages, each with the heading above it. What a reader sees of a link or
a picture depends on its address, so addresses are part of the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from html.parser import HTMLParser
from typing import NamedTuple

from markdown import Markdown


class Passage(NamedTuple):
    """A paragraph, list item, table row, or line of code. `section` is the id of the heading above it."""

    section: str
    heading: str
    text: str


# What to write after the words of a link, given its words and its address; empty if the words say where it leads. The words
# of a picture are empty.
Address = Callable[[str, str], str]

# Breadcrumbs, links to pages for other readers and to other pages on the path, notes about the build, and drawings. The
# narrow drawing of a diagram has the same words as the wide one.
_SKIPPED_CLASSES = {
    "where",
    "readers",
    "path-line",
    "chooser",
    "banner",
    "headerlink",
    "chart__wide",
    "chart__narrow",
    "diagram__narrow",
    "map__tools",
}
_SKIPPED_TAGS = {"script", "style", "template", "fieldset"}
_BLOCKS = {
    *(
        "p",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "tr",
        "table",
        "pre",
        "div",
        "section",
        "figure",
        "figcaption",
    ),
    *("details", "summary", "h1", "h2", "h3", "h4", "h5", "h6"),
}
_EMPTY = {"br", "hr", "img", "input", "meta", "link", "wbr", "path", "line", "rect", "circle"}
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def as_written(words: str, address: str) -> str:
    """The address of a link, unless the words of the link are the address."""
    same = {
        address,
        address.removeprefix("https://").removeprefix("http://"),
        address.removeprefix("mailto:"),
    }
    return "" if words.strip() in same else address


def visible(text: str, address: Address = as_written) -> tuple[Passage, ...]:
    """The passages of a page in reading order, without front matter, permalinks, and the lines of drawings."""
    reading = _Reading(address)
    reading.feed(
        Markdown(extensions=["extra", "admonition"]).convert(_FRONT_MATTER.sub("", text.lstrip(), 1))
    )
    reading.close()
    return reading.passages


class _Reading(HTMLParser):
    """Collects passages from HTML and tracks open elements whose content is skipped."""

    def __init__(self, address: Address) -> None:
        super().__init__(convert_charrefs=True)
        self._address = address
        # The address of the open link, and the number of collected words before it.
        self._link: tuple[str, int] | None = None
        self._labels = False
        self._passages: list[Passage] = []
        self._words: list[str] = []
        self._section, self._heading = "", ""
        self._naming = False
        self._code = 0
        self._skipped: list[str] = []
        self._svg = False

    @property
    def passages(self) -> tuple[Passage, ...]:
        self._flush()
        return tuple(self._passages)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if self._skipped or self._is_skipped(tag, attributes):
            if tag not in _EMPTY:
                self._skipped.append(tag)
            return
        if tag in _BLOCKS:
            self._flush()
        self._enter(tag, attributes)

    def _enter(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "svg":
            self._svg, self._labels = True, "diagram__wide" in attributes.get("class", "").split()
        if tag == "a" and attributes.get("href"):
            self._link = (attributes["href"], len(self._words))
        self._code += tag == "pre"
        if tag in ("h1", "h2"):
            self._section, self._naming = attributes.get("id", ""), True
        if tag in ("td", "th") and "".join(self._words).strip():
            self._words.append(" | ")
        if tag == "img":
            parts = (attributes.get("alt", ""), self._in_brackets("", attributes.get("src", "")))
            self._words.append(f"[picture: {''.join(parts).strip()}]")
        if tag in ("br", "img", "tspan"):
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag in self._skipped:
                del self._skipped[len(self._skipped) - 1 - self._skipped[::-1].index(tag) :]
            return
        if tag == "a" and self._link:
            address, start = self._link
            self._words.append(self._in_brackets("".join(self._words[start:]), address))
            self._link = None
        if tag in _BLOCKS or tag in ("desc", "svg") or (tag == "text" and self._labels):
            self._flush()
        self._code -= tag == "pre"
        self._svg = self._svg and tag != "svg"

    def handle_data(self, data: str) -> None:
        shown = not self._svg or self.lasttag == "desc" or (self._labels and self.lasttag == "tspan")
        if not self._skipped and shown:
            self._words.append(data)

    def _in_brackets(self, words: str, address: str) -> str:
        """The address after the words of a link or a picture, shortened if it contains a whole picture."""
        shown = self._address(words, address)
        if shown.startswith("data:"):
            shown = f"{shown.partition(',')[0]},{sha256(shown.encode()).hexdigest()[:12]}"
        return f" ({shown})" if shown else ""

    def _is_skipped(self, tag: str, attributes: Mapping[str, str]) -> bool:
        return tag in _SKIPPED_TAGS or not _SKIPPED_CLASSES.isdisjoint(attributes.get("class", "").split())

    def _flush(self) -> None:
        """Ends the current passage.

        A section heading is itself a passage and also serves as the heading of the passages that follow it.
        """
        text = "".join(self._words)
        self._words.clear()
        self._link = self._link and (self._link[0], 0)
        lines = text.splitlines() if self._code else [" ".join(text.split())]
        if self._naming and text.strip():
            self._heading, self._naming = lines[0], False
        passages = [Passage(self._section, self._heading, line.rstrip()) for line in lines if line.strip()]
        # Each drawing appears on the page twice, for wide and narrow windows, with the same description.
        self._passages += [passage for passage in passages if not (self._svg and passage in self._passages)]
