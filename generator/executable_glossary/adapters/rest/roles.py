"""Interprets roles: docutils' own, and Sphinx's references, which become links or code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docutils import nodes
from docutils.parsers.rst import roles, states

from executable_glossary.adapters.rest.surroundings import ID_PREFIX, Surroundings

_OF_DOCUTILS = frozenset(
    [
        "emphasis",
        "strong",
        "literal",
        "code",
        "math",
        "title-reference",
        "title",
        "t",
        "pep",
        "rfc",
        "abbreviation",
        "sub",
        "subscript",
        "sup",
        "superscript",
    ]
)
# Roles whose text is shown as words instead of code if there is no link.
_WORDS = frozenset(["ref", "numref", "doc", "term", "any", "eq", "abbr", "cite", "footcite", "index", "user"])
_STRONG = frozenset(["guilabel", "menuselection", "program", "dfn"])
# Roles whose text is part of an address.
_ADDRESSES = {
    "doi": "https://doi.org/{}",
    "arxiv": "https://arxiv.org/abs/{}",
    "wikipedia": "https://en.wikipedia.org/wiki/{}",
    "wiki": "https://en.wikipedia.org/wiki/{}",
}
_TITLED = re.compile(r"(?P<title>.+?)\s*<(?P<target>[^<>]+)>", re.DOTALL)
LONGEST_TITLE = 1000  # characters of a role's text in which a target is looked for
EQUATION = "equation-"
# A reference to a certain inventory: `external+numpy:func`.
_EXTERNAL = re.compile(r"external\+(?P<name>[^:]+):")
_NUMBER = re.compile(r"%s|\{(?:number|name)\}")
_NAME = re.compile(r"[~!]?\.?[A-Za-z_][\w.]*(?:\(\))?")


def inliner(around: Surroundings, numbers: Mapping[str, int]) -> Any:
    """An inline parser for docutils that accepts every role. numbers: of the labeled equations."""
    parser = states.Inliner()
    interpret_known = parser.interpreted

    def interpreted(written: str, text: str, role: str, line: int) -> Any:
        if role.lower() in _OF_DOCUTILS or (role and _is_defined_here(role)):
            return interpret_known(written, text, role, line)
        if role.rpartition(":")[2] == "eq" and (number := numbers.get(text.strip())):
            return [
                nodes.reference("", f"({number})", refid=f"{ID_PREFIX}{EQUATION}{number}", known=True)
            ], []
        return [_shown(around, role or "obj", nodes.unescape(text), bool(role))], []

    # A subclass does not work, because docutils reads parts of its patterns from the class itself.
    parser.interpreted = interpreted
    return parser


def _is_defined_here(role: str) -> bool:
    """Whether the text itself defines the role, with the directive `role`."""
    defined = roles._roles.get(role.lower())
    return defined is not None and "raw" not in getattr(getattr(defined, "base_role", None), "__name__", "")


def _shown(around: Surroundings, role: str, text: str, said: bool) -> Any:
    """said: whether the text names the role; without one, text in single backticks is a name or else emphasized."""
    titled = _TITLED.fullmatch(text) if len(text) < LONGEST_TITLE else None
    title, target = (titled["title"], titled["target"]) if titled else ("", text)
    name = role.rpartition(":")[2].lower()
    if not said and not _NAME.fullmatch(text):
        return nodes.emphasis(text, text)
    if name in _ADDRESSES:
        return nodes.reference("", title or text, refuri=_ADDRESSES[name].format(target))
    inventory = _EXTERNAL.match(role.lower())
    place = inventory["name"] if inventory else ""
    wanted = target.removeprefix("~").removesuffix("()")
    found = None if target.startswith("!") else around.link(name, f"{place}:{wanted}" if place else wanted)
    if name == "numref" and found and _NUMBER.search(title):
        title = ""  # figures have captions here, but no numbers
    inner = _inner(name, title or _short(target, found.title if found and name in _WORDS else ""))
    return nodes.reference("", "", inner, refuri=found.url, known=True) if found else inner


def reference(around: Surroundings, role: str, text: str) -> Any:
    """The text of a role as a link or, if its target is unknown, as it would be shown without one."""
    return _shown(around, role, text, True)


def _inner(name: str, shown: str) -> Any:
    if name in _STRONG:
        # An ampersand marks the key that opens a menu; two stand for one.
        shown = re.sub(r"&(&?)", r"\1", shown) if name in ("guilabel", "menuselection") else shown
        return nodes.strong(shown, shown)
    return nodes.Text(shown) if name in _WORDS else nodes.literal(shown, shown)


def _short(target: str, known: str) -> str:
    """The text of a reference without a title: `~package.module.Name` → `Name`."""
    if known:
        return known
    plain = target.lstrip("!.")
    return plain.rpartition(".")[2] if plain.startswith("~") else plain
