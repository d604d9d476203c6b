"""Writes parts of a docutils document as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from docutils import nodes
from docutils.writers import html5_polyglot
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from executable_glossary.adapters.rest.blocks import Block, Heading
from executable_glossary.adapters.rest.roles import EQUATION
from executable_glossary.adapters.rest.surroundings import Shape, Surroundings

WARNING = 2  # docutils' level
_WEB = re.compile(r"https?://|mailto:", re.IGNORECASE)
_PIXELS = {
    "": 1,
    "px": 1,
    "em": 16,
    "rem": 16,
    "ex": 8,
    "pt": 4 / 3,
    "pc": 16,
    "cm": 37.8,
    "mm": 3.78,
    "in": 96,
    "%": 0,
}
_LENGTH = re.compile(rf"(?P<number>\d{{1,6}}(?:\.\d{{1,6}})?) ?(?P<unit>{'|'.join(_PIXELS)})")
# What has no place on a page.
_SILENT = (nodes.comment, nodes.substitution_definition, nodes.pending, nodes.meta, nodes.decoration)


def blocks_of(
    parts: Sequence[tuple[int, Any]], document: Any, around: Surroundings
) -> Iterator[Block | Heading]:
    """The headings of a text, and the HTML between them."""
    writer = _Writer(document, around)
    for level, node in parts:
        if isinstance(node, nodes.title):
            yield from writer.finished()
            for child in node.children:
                child.walkabout(writer)
            yield Heading(level, writer.taken(), tuple(node["ids"]))
        elif not isinstance(node, _SILENT):
            node.walkabout(writer)
    yield from writer.finished()


class _Writer(html5_polyglot.HTMLTranslator):  # type: ignore[misc, unused-ignore]
    """docutils' HTML, with formulas, code, and images as elsewhere on the site."""

    body: list[str]

    def __init__(self, document: Any, around: Surroundings) -> None:
        super().__init__(document)
        self._around = around
        self._own: dict[str, str] = {}

    def finished(self) -> Iterator[Block]:
        """The block written since the last call, unless it is empty."""
        block = self.taken()
        if block.html.strip():
            yield block

    def taken(self) -> Block:
        """Everything written since the last call."""
        block = Block("".join(self.body), self._own)
        self.body, self._own = [], {}
        return block

    def _put(self, html: str) -> None:
        """Write HTML that must not be sanitized, by means of a mark."""
        mark = f"\ue000{len(self._own)}\ue001"
        self._own[mark] = html
        self.body.append(mark)

    def visit_math(self, node: Any) -> None:
        self._put(self._around.formula(node.astext(), False))
        raise nodes.SkipNode

    def visit_math_block(self, node: Any) -> None:
        html, number = self._around.formula(node.astext(), True), node.get("number", 0)
        if number:
            id = f"{self.settings.id_prefix}{EQUATION}{number}"
            html = f'<div class="equation" id="{id}">{html}<span>({number})</span></div>'
        self._put(html)
        raise nodes.SkipNode

    def visit_raw(self, node: Any) -> None:
        """Only our own directives produce this node, because raw text is disabled."""
        self._put(node.astext())
        raise nodes.SkipNode

    def visit_image(self, node: Any) -> None:
        html = self._around.picture(node.get("uri", ""), node.get("alt", ""), _shape(node))
        alone = not isinstance(node.parent, nodes.TextElement | nodes.figure)
        if alone:
            self.body.append(f'<p class="align-{node.get("align", "none")}">')
        # A figure gives its `:name:` to the image.
        self.body += [f'<span id="{id}"></span>' for id in node["ids"]]
        self._put(html)
        self.body.append("</p>\n" if alone else "")
        raise nodes.SkipNode

    def visit_literal_block(self, node: Any) -> None:
        classes = [name for name in node["classes"] if name != "code"]
        language = node.get("language", classes[0] if classes else "")
        self.body.append(
            f'<div class="highlight"><pre><span></span><code>{_colored(node.astext(), language)}</code></pre></div>'
        )
        raise nodes.SkipNode

    def visit_reference(self, node: Any) -> None:
        """A link to another site, to a known page of this one, or to a place in the text; an address relative to the
        text's former site leads nowhere here."""
        leads = node.get("known") or node.get("refid") or is_web(node.get("refuri", ""))
        node["leads"] = bool(leads)
        node["alone"] = _is_image_alone(node)
        if node["alone"]:
            self.body.append(f'<p class="align-{node[0].get("align", "none")}">')
        if leads:
            super().visit_reference(node)

    def depart_reference(self, node: Any) -> None:
        if node["leads"]:
            super().depart_reference(node)
        self.body.append("</p>\n" if node["alone"] else "")

    def visit_literal(self, node: Any) -> None:
        self.body.append(f"<code>{self.encode(node.astext())}</code>")
        raise nodes.SkipNode

    def visit_doctest_block(self, node: Any) -> None:
        node["language"] = "pycon"
        self.visit_literal_block(node)

    def visit_problematic(self, node: Any) -> None:
        self.body.append(self.encode(node.astext().strip("|_`")))
        raise nodes.SkipNode

    def visit_system_message(self, node: Any) -> None:
        """The text that docutils could not interpret. After a mere warning, the text itself follows."""
        lost = node.findall(nodes.literal_block) if node["level"] > WARNING else ()
        for child in lost:
            self.body.append(f"<p>{self.encode(child.astext())}</p>")
        raise nodes.SkipNode

    def visit_classifier(self, node: Any) -> None:
        """The type of the item that a definition describes, as in `n : int`."""
        self.body.append(" : <em>")

    def depart_classifier(self, node: Any) -> None:
        self.body.append("</em>")

    def visit_topic(self, node: Any) -> None:
        """A box, as for an admonition."""
        self.body.append('<div class="admonition note">')

    def depart_topic(self, node: Any) -> None:
        self.body.append("</div>\n")

    visit_sidebar, depart_sidebar = visit_topic, depart_topic

    def visit_title(self, node: Any) -> None:
        """The title of a table, a topic, or an admonition."""
        in_table = isinstance(node.parent, nodes.table)
        self.body.append("<caption>" if in_table else '<p class="admonition-title">')

    def depart_title(self, node: Any) -> None:
        self.body.append("</caption>\n" if isinstance(node.parent, nodes.table) else "</p>\n")


def _is_image_alone(node: Any) -> bool:
    """Whether a link contains an image that is a block of its own."""
    inside = isinstance(node.parent, nodes.TextElement | nodes.figure)
    return not inside and bool(node.children) and isinstance(node[0], nodes.image)


def _shape(node: Any) -> Shape:
    """The shape of an image from its options, of which a size without a unit is in pixels."""
    sizes = {}
    for name in ("width", "height"):
        found = _LENGTH.fullmatch(str(node.get(name, "")))
        sizes[name] = (float(found["number"]), found["unit"]) if found else (0.0, "")
    (width, unit), (height, other) = sizes["width"], sizes["height"]
    share = width if unit == "%" else 0
    return Shape(
        width=0 if share else width * _PIXELS[unit],
        height=0 if other == "%" else height * _PIXELS[other],
        share=share,
        scale=float(node.get("scale", 100)),
    )


def is_web(address: str) -> bool:
    """Whether an address is complete, so that it leads to the same place from any page."""
    return bool(_WEB.match(address))


def _colored(code: str, language: str) -> str:
    """The code as HTML, with the classes of Pygments if it knows the language."""
    try:
        lexer = get_lexer_by_name(re.sub(r"[^\w+.#-]", "", language) or "text", stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True))).rstrip("\n")
