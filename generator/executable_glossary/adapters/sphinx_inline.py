"""What stands within a line of reST, in Markdown: words, emphasis, code, links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from docutils import nodes
from docutils.parsers.rst import states

from executable_glossary.model.foreign_glossary import Loss, escaped
from executable_glossary.model.problem import Place

# Roles that become nodes of their own, each with a counterpart in Markdown.
_OF_DOCUTILS = frozenset(
    ["emphasis", "strong", "literal", "code", "title-reference", "title", "t", "pep", "rfc"]
)
# What a role of Sphinx looks like on its page, by the name without its domain.
_WORDS = frozenset(
    ["doc", "ref", "numref", "any", "index", "abbr", "eq", "download", "cite", "issue", "release"]
)
_STRONG = frozenset(["guilabel", "menuselection", "program"])
_MARKED = frozenset(["dfn", "file", "samp", "kbd", "command", "mailheader", "newsgroup", "regexp", "makevar"])
_TITLED = re.compile(r"(?P<title>.+?)\s*<(?P<target>[^<>]+)>", re.DOTALL)


@dataclass
class Source:
    """A definition on its way into Markdown: its lines with their numbers, and what was lost so far."""

    path: str
    lines: tuple[tuple[int, str], ...]
    losses: list[Loss] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.lines) + "\n"

    def lose(self, kind: str, line: int | None, detail: str, written: str = "") -> None:
        """`line` counts within the definition; what was written there is looked for from that line on."""
        first = min(max(0, (line or 1) - 1), len(self.lines) - 1)
        begun = written.partition("\n")[0]
        found = (number for number, text in self.lines[first:] if begun and begun in text)
        number = next(found, self.lines[first][0])
        self.losses.append(Loss(kind, Place(self.path, number), " ".join(detail.split())))


def inliner(source: Source) -> Any:
    """Understands every role: those that docutils does not know are shown as Sphinx would show them."""
    made = states.Inliner()
    known = made.interpreted

    def interpreted(written: str, text: str, role: str, line: int) -> Any:
        if not role or role in _OF_DOCUTILS:
            return known(written, text, role, line)
        return [_shown(source, role, nodes.unescape(text, True), written, line)], []

    # A subclass would not do: the class itself is asked for the parts of its patterns.
    made.interpreted = interpreted
    return made


def _shown(source: Source, role: str, text: str, written: str, line: int) -> Any:
    titled = _TITLED.fullmatch(text)
    title, target = (titled["title"], titled["target"]) if titled else (text, text)
    name = role.rpartition(":")[2]
    if name == "term":
        return nodes.inline(title, title, classes=["term"], target=target.lstrip("!"))
    if name in _MARKED:
        return nodes.literal(text, text) if name != "dfn" else nodes.emphasis(text, text)
    if name in _STRONG:
        return nodes.strong(text, text)
    shown = _short(title)
    kind = "code" if name in ("math", "raw") else "words"
    source.lose(f"roles: their {kind} stayed", line, f":{role}:`{text}`", written)
    return nodes.Text(shown) if name in _WORDS and kind == "words" else nodes.literal(shown, shown)


def _short(title: str) -> str:
    """`~package.module.Name` is shown as `Name`; `!name` is a name that shall not be a link."""
    title = title.lstrip("!")
    return title[1:].rpartition(".")[2] if title.startswith("~") else title


def phrases(node: Any, source: Source) -> str:
    """The words of a paragraph with what marks them."""
    return "".join(_phrase(child, node.line, source) for child in node.children)


def _phrase(node: Any, line: int | None, source: Source) -> str:
    if isinstance(node, nodes.Text):
        return escaped(node.astext())
    if isinstance(node, nodes.literal):
        return code(node.astext())
    if isinstance(node, nodes.inline) and "term" in node.get("classes", ()):
        return _term(node)
    if isinstance(node, nodes.reference):
        return _link(node, line, source)
    inner = "".join(_phrase(child, line, source) for child in node.children)
    if isinstance(node, nodes.emphasis | nodes.title_reference):
        return f"*{inner}*"
    if isinstance(node, nodes.strong):
        return f"**{inner}**"
    if isinstance(node, nodes.target | nodes.inline | nodes.abbreviation):
        return inner
    return _lost(node, inner, line, source)


def code(text: str) -> str:
    """In one line; with as many backticks as hold those within."""
    text = " ".join(text.split())
    mark = "`" if "`" not in text else "``"
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{mark}{space}{text}{space}{mark}" if text else ""


def _term(node: Any) -> str:
    """A link to another term, by its name; `adopt` finds the entry."""
    target, title = (" ".join(text.split()) for text in (node["target"], node.astext()))
    if any(sign in target + title for sign in "[]|"):
        return escaped(title)
    return f"[[{target}]]" if target == title else f"[[{target}|{title}]]"


def _link(node: Any, line: int | None, source: Source) -> str:
    words, address = node.astext(), node.get("refuri", "")
    if not address.startswith(("http://", "https://", "mailto:")) or set("()<> ") & set(address):
        source.lose("links: the words stayed", line, f"{words} {address}".strip())
        return escaped(words)
    return f"[{escaped(words)}]({address})"


def _lost(node: Any, inner: str, line: int | None, source: Source) -> str:
    """`problematic` is what reST could not resolve, such as a substitution that stands elsewhere in the file."""
    kinds = {"image": "pictures", "math": "formulas: shown as code", "footnote_reference": "footnotes"}
    kind = kinds.get(node.tagname, "marks within a line: the words stayed")
    source.lose(kind, line, str(node.get("uri") or node.astext()))
    if isinstance(node, nodes.math):
        return code(node.astext())
    if isinstance(node, nodes.problematic):
        return escaped(node.astext().strip("|_`"))
    return (
        "" if isinstance(node, nodes.footnote_reference | nodes.citation_reference | nodes.image) else inner
    )
