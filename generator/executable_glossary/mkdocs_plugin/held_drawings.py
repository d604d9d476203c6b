"""Keeps drawings away from the conversion of a page.

An inline SVG is half of a typical page. Python-Markdown, MkDocs, and the theme's search parse it five times and change
nothing in it, so a short placeholder takes its place until the theme's template is rendered. This is done only where no
other plugin, hook, or template could miss the drawing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

MARK = "data-glossary-held"
# A drawing that contains no other one.
_DRAWING = re.compile(r"<svg\b(?:(?!<svg\b).)*?</svg>", re.DOTALL)
_HELD = re.compile(rf'<svg {MARK}="(\d+)"></svg>')
_ID = re.compile(r"""\sid=(?:"([^"]*)"|'([^']*)')""")
# The theme's search removes these attributes after it has used them.
_SEARCH_ATTRIBUTES = re.compile(r"\s?data-search-\w+=\"[^\"]+\"")


@dataclass(frozen=True)
class _Held:
    """The drawings of a page, and its Markdown with them."""

    markdown: str
    drawings: tuple[str, ...]


class HeldDrawings:
    """The drawings of the pages that are being built."""

    def __init__(self) -> None:
        self._pages: dict[str, _Held] = {}

    def take(self, page: Page, markdown: str) -> str:
        """Keep the drawings of a page. Returns its Markdown with placeholders."""
        drawings: list[str] = []

        def hold(found: re.Match[str]) -> str:
            if _has_searched_words(found[0]):
                return found[0]
            drawings.append(found[0])
            return f'<svg {MARK}="{len(drawings) - 1}"></svg>'

        text = markdown if MARK in markdown else _DRAWING.sub(hold, markdown)
        if drawings:
            self._pages[page.file.src_uri] = _Held(markdown, tuple(drawings))
        return text

    def checked(self, page: Page, html: str, config: MkDocsConfig, files: Files) -> str:
        """The HTML of a page that has been converted. If a placeholder is not in it, for example because the drawing is
        shown as code, the page is converted again with its drawings."""
        held = self._pages.get(page.file.src_uri)
        if held is None:
            return html
        if sorted(map(int, _HELD.findall(html))) == list(range(len(held.drawings))):
            ids = {double or single for drawing in held.drawings for double, single in _ID.findall(drawing)}
            page.present_anchor_ids = (page.present_anchor_ids or set()) | ids
            return html
        del self._pages[page.file.src_uri]
        page.markdown = held.markdown
        page.render(config, files)
        return page.content or ""

    def put_back(self, page: Page) -> None:
        """Replace the placeholders in the page's HTML with its drawings."""
        if held := self._pages.pop(page.file.src_uri, None):
            drawings = [_SEARCH_ATTRIBUTES.sub("", drawing) for drawing in held.drawings]
            page.content = _HELD.sub(lambda found: drawings[int(found[1])], page.content or "")


def _has_searched_words(drawing: str) -> bool:
    """Whether the search index contains the words of a drawing."""
    return "<text" in drawing and "data-search-exclude" not in drawing[: drawing.index(">")]
