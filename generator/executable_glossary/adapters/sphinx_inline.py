"""What stands within a line of reST, in Markdown: words, emphasis, code, links."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from executable_glossary.adapters.sphinx_roles import Source
from executable_glossary.model.foreign_glossary import escaped


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
