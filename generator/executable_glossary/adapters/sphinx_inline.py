"""Converts inline markup from reST to Markdown: emphasis, code, links, and Sphinx roles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from docutils import nodes
from docutils.parsers.rst import states

from executable_glossary.model.foreign_glossary import Loss, escaped
from executable_glossary.model.problem import Place

# Roles for which docutils has its own node types, each with a Markdown equivalent.
_OF_DOCUTILS = frozenset(
    ["emphasis", "strong", "literal", "code", "title-reference", "title", "t", "pep", "rfc"]
)
# Sphinx roles without their domains, grouped by how Sphinx shows them: as plain text, strong text, or code.
_WORDS = frozenset(
    ["doc", "ref", "numref", "any", "index", "abbr", "eq", "download", "cite", "issue", "release"]
)
_STRONG = frozenset(["guilabel", "menuselection", "program"])
_MARKED = frozenset(["dfn", "file", "samp", "kbd", "command", "mailheader", "newsgroup", "regexp", "makevar"])
_TITLED = re.compile(r"(?P<title>.+?)\s*<(?P<target>[^<>]+)>", re.DOTALL)


@dataclass
class Source:
    """A definition in reST: its lines with their line numbers, and the conversion losses so far."""

    path: str
    lines: tuple[tuple[int, str], ...]
    losses: list[Loss] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.lines) + "\n"

    def lose(self, kind: str, line: int | None, detail: str, written: str = "") -> None:
        """Record a loss.

        line: the line within the definition, counted from 1. written: the lost source text, used to find the exact line
            at or after `line`.
        """
        first = min(max(0, (line or 1) - 1), len(self.lines) - 1)
        start = written.partition("\n")[0]
        matches = (number for number, text in self.lines[first:] if start and start in text)
        number = next(matches, self.lines[first][0])
        self.losses.append(Loss(kind, Place(self.path, number), " ".join(detail.split())))


def inliner(source: Source) -> Any:
    """An inline parser for docutils that accepts every role and shows unknown roles as Sphinx would."""
    parser = states.Inliner()
    interpret_known = parser.interpreted

    def interpreted(written: str, text: str, role: str, line: int) -> Any:
        if not role or role in _OF_DOCUTILS:
            return interpret_known(written, text, role, line)
        return [_shown(source, role, nodes.unescape(text, True), written, line)], []

    # A subclass would not work, because docutils reads parts of its patterns from the class itself.
    parser.interpreted = interpreted
    return parser


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
    kind = "code" if name in ("math", "raw") else "text"
    source.lose(f"roles replaced with their {kind}", line, f":{role}:`{text}`", written)
    return nodes.Text(shown) if name in _WORDS and kind == "text" else nodes.literal(shown, shown)


def _short(title: str) -> str:
    """`~package.module.Name` → `Name`, and `!name` (which Sphinx does not link) → `name`."""
    title = title.lstrip("!")
    return title[1:].rpartition(".")[2] if title.startswith("~") else title


def phrases(node: Any, source: Source) -> str:
    """A paragraph's text as Markdown."""
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
    """Inline code on one line, delimited by more backticks than it contains."""
    text = " ".join(text.split())
    mark = "`" if "`" not in text else "``"
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{mark}{space}{text}{space}{mark}" if text else ""


def _term(node: Any) -> str:
    """A link to another term by its name, which `stages/import_terms` replaces with an id."""
    target, title = (" ".join(text.split()) for text in (node["target"], node.astext()))
    if any(sign in target + title for sign in "[]|"):
        return escaped(title)
    return f"[[{target}]]" if target == title else f"[[{target}|{title}]]"


def _link(node: Any, line: int | None, source: Source) -> str:
    text, url = node.astext(), node.get("refuri", "")
    if not url.startswith(("http://", "https://", "mailto:")) or set("()<> ") & set(url):
        source.lose("links replaced with their text", line, f"{text} {url}".strip())
        return escaped(text)
    return f"[{escaped(text)}]({url})"


def _lost(node: Any, inner: str, line: int | None, source: Source) -> str:
    """Markup that Markdown lacks, including references that are defined elsewhere in the file (`problematic`)."""
    kinds = {
        "image": "images skipped",
        "math": "formulas shown as code",
        "footnote_reference": "footnotes skipped",
    }
    kind = kinds.get(node.tagname, "inline markup replaced with its text")
    source.lose(kind, line, str(node.get("uri") or node.astext()))
    if isinstance(node, nodes.math):
        return code(node.astext())
    if isinstance(node, nodes.problematic):
        return escaped(node.astext().strip("|_`"))
    return (
        "" if isinstance(node, nodes.footnote_reference | nodes.citation_reference | nodes.image) else inner
    )
