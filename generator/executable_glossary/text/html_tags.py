"""Reduces HTML to tags that every parser reads alike, and refuses HTML that takes a parser much longer than it is long.

A parser looks through all open elements at many tags, so thousands of tags that are never closed take minutes. How many
elements are open is therefore counted here, and never too low: if a parser might ignore an end tag, it is not counted.

Source: the parsing rules in the HTML standard, sections 13.2.5 (tokenization) and 13.2.6 (tree construction).
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from dataclasses import dataclass

# Elements of honest values are at most twenty deep.
DEEPEST = 250
MOST_ATTRIBUTES = 200  # a parser compares each attribute with all others of its tag


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VALUE = r"""\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>`]++)"""
_ATTRIBUTE = rf"""[\s/]*+[^\s"'<>/=]++(?:{_VALUE})?+"""
_TAG = re.compile(
    rf"""<(?P<end>/?)(?P<name>[A-Za-z][^\s/<>"'=]*+)(?=[\s/>])(?:{_ATTRIBUTE}){{0,{MOST_ATTRIBUTES}}}+(?P<rest>[\s/]*+)>""",
    re.ASCII,
)
_COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>|.*)", re.DOTALL)
_BEGINNING = re.compile(r"</?[A-Za-z]")
_DECLARATION = re.compile(r"<[!?/][^>]*>?")

# Elements whose content is text. The names are those of the elements whose text stays visible.
_TEXT = frozenset({"textarea", "xmp", "plaintext"})
_HIDDEN = frozenset({"script", "style", "iframe", "noembed", "noframes"})
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*>?|\Z", re.IGNORECASE) for name in _TEXT | _HIDDEN}
# Elements of the document around the HTML.
_AROUND = frozenset({"html", "head", "body", "frameset", "frame", "template"})

_LEAVING_VOID = frozenset({"br", "hr", "img", "embed", "meta"})
_VOID = _LEAVING_VOID | {"area", "base", "col", "input", "link", "param", "source", "track", "wbr", "keygen"}
_FORMATTING = _words("a b big code em font i nobr s small strike strong tt u")
# These end a drawing or a formula in which they occur.
_LEAVING = (
    _LEAVING_VOID
    | _FORMATTING - {"a"}
    | _words(
        "blockquote body center dd div dl dt h1 h2 h3 h4 h5 h6 head li listing menu ol p pre ruby span strong sub sup table ul var"
    )
)
# Elements of a drawing or a formula in which HTML can occur.
_INTEGRATION = _words("title desc foreignobject annotation-xml mi mo mn ms mtext")
# The elements that a start tag ends if they are the innermost ones.
_CELLS = frozenset({"td", "th", "p"})
_ROWS = _CELLS | {"tr"}
_GROUPS = _ROWS | {"thead", "tbody", "tfoot"}
_ENDED = {
    **dict.fromkeys(
        _words("p div ul ol dl table pre blockquote h1 h2 h3 h4 h5 h6"),
        frozenset({"p"}),
    ),
    **dict.fromkeys(("td", "th"), _CELLS),
    **dict.fromkeys(("thead", "tbody", "tfoot"), _GROUPS),
    **dict.fromkeys(("dt", "dd"), frozenset({"dt", "dd", "p"})),
    "li": frozenset({"li", "p"}),
    "tr": _ROWS,
}
_TABLE_PARTS = _GROUPS - {"p"}
# The elements that an end tag also ends if they are the innermost ones.
_ENDED_WITH = {
    **dict.fromkeys(("ul", "ol"), _ENDED["li"]),
    **dict.fromkeys(("div", "li", "dd", "dt", "blockquote"), frozenset({"p"})),
    **dict.fromkeys(("td", "th"), frozenset({"p"})),
    **dict.fromkeys(("thead", "tbody", "tfoot"), _ROWS),
    "dl": _ENDED["dt"],
    "tr": _CELLS,
    "table": _GROUPS,
}


@dataclass(frozen=True)
class PlainHtml:
    """HTML in which each `<` begins a complete tag, and the style sheets that were in it."""

    html: str
    sheets: tuple[str, ...]


def plain_html(html: str) -> PlainHtml | None:
    """The HTML without comments, scripts, and style sheets; None if too many elements in it are inside each other."""
    reader = _Reader(html)
    return PlainHtml("".join(reader.parts), tuple(reader.sheets)) if reader.read() else None


class _Reader:
    def __init__(self, html: str) -> None:
        self._html, self._place = html, 0
        self._last_end = html.rfind(">")
        self._open = _OpenElements()
        self.parts: list[str] = []
        self.sheets: list[str] = []

    def read(self) -> bool:
        """Whether the HTML can be parsed quickly."""
        while (found := self._html.find("<", self._place)) >= 0:
            self.parts.append(self._html[self._place : found])
            self._place = found
            if (tag := _TAG.match(self._html, found)) is None:
                self._skip()
            else:
                self._place = tag.end()
                self._add(tag)
                if self._open.depth > DEEPEST:
                    return False
        self.parts.append(self._html[self._place :])
        return True

    def _skip(self) -> None:
        """Pass over anything that is not a tag: a comment, a declaration, the beginning of a tag, or a sign."""
        for pattern in (_COMMENT, _DECLARATION):
            if other := pattern.match(self._html, self._place):
                self._place = other.end()
                return
        if self._place > self._last_end and _BEGINNING.match(self._html, self._place):
            self._place = len(self._html)  # Parsers ignore a tag that never ends.
            return
        self.parts.append("&lt;")
        self._place += 1

    def _add(self, tag: re.Match[str]) -> None:
        # Parsers ignore the case of ASCII letters only.
        name = tag["name"].lower() if tag["name"].isascii() else tag["name"]
        if name in _ENDS:
            self._add_text(name, bool(tag["end"]))
        elif name not in _AROUND:
            self.parts.append(tag[0])
            change: Callable[..., None] = self._open.end if tag["end"] else self._open.begin
            change(name, tag["rest"].endswith("/"))

    def _add_text(self, name: str, is_end: bool) -> None:
        """Add the text of an element that contains nothing else, up to its end tag."""
        end = None if is_end else _ENDS[name].search(self._html, self._place)
        if end is not None:
            text = self._html[self._place : end.start()]
            self._place = end.end()
            if name == "style":
                self.sheets.append(text)
            if name in _TEXT:
                self.parts.append(entities.escape(text))


class _OpenElements:
    """The elements that are open, the innermost one last, each with whether it certainly belongs to a drawing or a formula,
    where `/>` ends an element. After tags that are not nested properly, no element certainly does."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._drawn: list[bool] = []
        self._is_proper = True

    @property
    def depth(self) -> int:
        return len(self._names)

    def begin(self, name: str, closed: bool) -> None:
        inside = self._is_drawn and name not in _LEAVING
        if not inside:
            self._leave(name in _LEAVING)
            if name in _VOID and (closed or name in _LEAVING or not self._has_drawing):
                return
        elif closed:
            return
        self._end_others(name, _ENDED.get(name, frozenset()))
        starts = name in ("svg", "math")
        self._names.append(name)
        self._drawn.append((starts or inside) and name not in _INTEGRATION)

    def end(self, name: str, closed: bool) -> None:
        self._leave(name in ("p", "br"))
        if self._names and self._names[-1] != name:
            self._end_others("", _ENDED_WITH.get(name, frozenset()))
        if self._names and self._names[-1] == name:
            self._names.pop()
            self._drawn.pop()
        elif name in self._names:
            self._is_proper = False

    @property
    def _is_drawn(self) -> bool:
        return self._is_proper and bool(self._drawn) and self._drawn[-1]

    @property
    def _has_drawing(self) -> bool:
        return "svg" in self._names or "math" in self._names

    def _leave(self, leaves: bool) -> None:
        """Record that a tag ends all drawings around it, if there are any."""
        if leaves:
            self._drawn = [False] * len(self._drawn)

    def _end_others(self, name: str, others: frozenset[str]) -> None:
        """End the innermost elements with these names. An element around a formatting element is not counted as ended, and
        a parser might then repeat the formatting elsewhere."""
        if self._has_drawing:
            return
        while self._names and self._names[-1] in others:
            self._names.pop()
            self._drawn.pop()
        around = others | ({"table"} if name in _TABLE_PARTS else {name} & _FORMATTING)
        places = [place for place, open in enumerate(self._names) if open in around]
        if places and _FORMATTING.intersection(self._names[places[0] :]):
            self._is_proper = False
