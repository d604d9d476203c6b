"""Finds what may be wrong in the texts of a script: markup that docutils rejects, and everything that refers elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from docutils import nodes

from executable_glossary.adapters.rest.document import read_document
from executable_glossary.adapters.rest.html import WARNING, is_web
from executable_glossary.adapters.rest.parts import text_at
from executable_glossary.adapters.rest.surroundings import Link, Surroundings

_NEUTRAL = Surroundings(
    link=lambda role, target: None,
    formula=lambda latex, block: "",
    picture=lambda uri, alt, shape: "",
    gallery=lambda names: "",
    word=lambda key: key,
)


class Finding(NamedTuple):
    """Something in a text. what: the message of docutils, the LaTeX of a formula, or what a reference, a link, or a picture
    leads to. detail: the role of a reference; "block" for such a formula. text: the number of the text, and line: the
    line in it, counted from 1; -1 and 0 if they are not known, but the text contains `what`.
    """

    kind: Literal["message", "reference", "formula", "link", "picture"]
    what: str
    detail: str = ""
    text: int = -1
    line: int = 0


@lru_cache(maxsize=2048)
def findings_in(texts: tuple[str, ...]) -> tuple[Finding, ...]:
    """The findings in texts, which must be within the limits (`limits.excess`)."""
    references: list[Finding] = []

    def link(role: str, target: str) -> Link | None:
        references.append(Finding("reference", target, role))
        return None

    try:
        document = read_document(texts, replace(_NEUTRAL, link=link))
        return (*_messages(document, texts), *references, *_others(document))
    except RecursionError:
        return ()


def _messages(document: Any, texts: Sequence[str]) -> Iterator[Finding]:
    found = (*document.findall(nodes.system_message), *document.parse_messages, *document.transform_messages)
    for message in dict.fromkeys(found):
        if message["level"] >= WARNING:
            said = message.children[0].astext() if message.children else ""
            what = " ".join(said.split()).removesuffix(".")
            yield Finding("message", what, "", *text_at(texts, message.get("line", 0)))


def _others(document: Any) -> Iterator[Finding]:
    for node in document.findall():
        if isinstance(node, nodes.math | nodes.math_block):
            yield Finding("formula", node.astext(), "block" if isinstance(node, nodes.math_block) else "")
        elif isinstance(node, nodes.image):
            yield Finding("picture", node.get("uri", ""))
        elif isinstance(node, nodes.reference) and _leads_nowhere(node):
            yield Finding("link", node["refuri"])


def _leads_nowhere(node: Any) -> bool:
    """Whether a link has an address that is relative to the page for which the text was written."""
    return bool(node.get("refuri")) and not (node.get("known") or node.get("refid") or is_web(node["refuri"]))
