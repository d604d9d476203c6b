"""Finds active content and external resources in a page, as a second opinion on sanitized hostile text.

It shares no code with the checks. It reads the HTML that the theme's Markdown produces, like a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown
import yaml

REPOSITORY = Path(__file__).parent.parent
# Everything that our own pages contain. Anything else came from an author's text.
ELEMENTS = [
    "a",
    "abbr",
    "aside",
    "b",
    "blockquote",
    "br",
    "button",
    "caption",
    "circle",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "desc",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "ellipse",
    "fieldset",
    "figcaption",
    "figure",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "label",
    "legend",
    "li",
    "line",
    "marker",
    "math",
    "menclose",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "nav",
    "none",
    "ol",
    "p",
    "path",
    "polygon",
    "polyline",
    "pre",
    "rect",
    "s",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "tspan",
    "u",
    "ul",
]
ADDRESSES = ("href", "src", "xlink:href", "action", "formaction", "poster", "data", "srcset", "background")
OUTSIDE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def live(html: str) -> list[str]:
    """Descriptions of everything on a page that must not be there; empty for a harmless page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def as_html(page: str) -> str:
    """Renders a document of the site to HTML as MkDocs does: with the theme's extensions and without front matter."""
    reader = _markdown()
    reader.reset()
    return reader.convert(re.sub(r"\A---\n.*?\n---\n", "", page, flags=re.DOTALL))


@cache
def _markdown() -> markdown.Markdown:
    listed = _Settings((REPOSITORY / "templates" / "defaults.yml").read_text("utf-8")).get_single_data()[
        "markdown_extensions"
    ]
    named = [entry if isinstance(entry, dict) else {entry: {}} for entry in listed]
    options: dict[str, Any] = {name: values for entry in named for name, values in entry.items()}
    return markdown.Markdown(extensions=list(options), extension_configs=options)


class _Settings(yaml.SafeLoader):
    """mkdocs.yml refers to environment variables, which do not matter here."""


_Settings.add_constructor("!ENV", lambda loader, node: None)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.found.append(f"<{tag}>")
        for name, value in attributes:
            self.found += (f"<{tag} {name}={value!r}>" for _ in _dangers(tag, name, value or ""))


def _dangers(tag: str, name: str, value: str) -> Iterator[str]:
    # Browsers ignore white space and control characters in a URL.
    address = re.sub(r"[\x00-\x20]", "", value)
    if name.startswith("on"):
        yield "an event"
    if name in ("style", "srcdoc", "http-equiv", "is", "nonce"):
        yield "a style or more"
    if name in ADDRESSES and SCHEME.match(address) and not OUTSIDE.match(address):
        yield "an address that may be a script"
    if name in ADDRESSES and tag != "a" and (OUTSIDE.match(address) or address.startswith(("//", "\\"))):
        yield "a request to elsewhere"
