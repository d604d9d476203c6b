"""Converts a definition from reST to Markdown. Constructs that Markdown lacks are simplified and reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docutils import core, nodes
from docutils.parsers.rst import Directive, Parser

from executable_glossary.adapters.sphinx_inline import Source, inliner, phrases
from executable_glossary.adapters.untrusted_rest import UNTRUSTED, register_directives
from executable_glossary.model.foreign_glossary import Loss, escaped

_SETTINGS = {**UNTRUSTED, "report_level": 2}
_NAMED = re.compile(r"^[ \t]*\.\.[ \t]+(?P<name>[\w:+.-]+)::", re.MULTILINE)
_BELOW_A_LIST = " " * 4


def markdown(source: Source) -> tuple[str, tuple[Loss, ...]]:
    """The definition as Markdown (paragraphs, lists, and code), and the conversion losses, sorted by line."""
    _register_directives(source.text)
    parser = Parser(inliner=inliner(source))
    document = core.publish_doctree(source.text, parser=parser, settings_overrides=_SETTINGS)
    blocks = [block for node in document.children for block in _blocks(node, source)]
    return "\n\n".join(blocks), tuple(sorted(source.losses))


class _AnyOption(dict[str, Any]):
    """Accepts any option of a directive and ignores it."""

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, name: str) -> Any:
        return lambda value: value


# Directives whose argument is a version, possibly followed by text on the same line.
_OF_A_VERSION = ("versionadded", "versionchanged", "versionremoved", "deprecated")


class _Unknown(Directive):  # type: ignore[misc, unused-ignore]
    """Any directive from Sphinx or a Sphinx extension. The directive's text is kept."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption()

    def run(self) -> list[Any]:
        argument = " ".join(self.arguments)
        kept = nodes.container(classes=["unknown"], directive=self.name, argument=argument)
        kept.line = self.lineno
        if self.name.lower() in _OF_A_VERSION:
            kept["argument"], _, text = argument.partition(" ")
            words, messages = self.state.inline_text(text, self.lineno)
            kept += [nodes.paragraph("", "", *words), *messages]
        self.state.nested_parse(self.content, self.content_offset, kept)
        return [kept]


class _Code(_Unknown):
    """A Sphinx code directive, whose options docutils would reject."""

    def run(self) -> list[Any]:
        text = "\n".join(self.content)
        return [nodes.literal_block(text, text, classes=[*self.arguments[:1]])]


_CODE = ("code-block", "sourcecode", "code", "doctest", "testcode", "testoutput", "prompt", "parsed-literal")


def _register_directives(text: str) -> None:
    """Register the directives in the text that docutils itself does not provide."""
    names = (match["name"].lower() for match in _NAMED.finditer(text))
    register_directives(names, lambda name: _Code if name in _CODE else None, _Unknown)


def _blocks(node: Any, source: Source) -> Iterator[str]:
    """The Markdown blocks for a node; none if the node has no visible text."""
    if isinstance(node, _SILENT) or "system-messages" in node.get("classes", ()):
        return
    if isinstance(node, _LEFT_OUT):
        _leave_out(node, source)
    elif isinstance(node, nodes.literal_block | nodes.doctest_block):
        yield _code(node)
    elif isinstance(node, nodes.TextElement):
        text = " ".join(phrases(node, source).split())
        yield from [text] if text else []
    elif isinstance(node, nodes.bullet_list | nodes.enumerated_list):
        yield from _list(node, source)
    elif isinstance(node, nodes.definition_list_item | nodes.field | nodes.option_list_item):
        yield from _named(node, source)
    else:
        yield from _inside(node, source)


_SILENT = (nodes.comment, nodes.target, nodes.substitution_definition, nodes.pending)
_LEFT_OUT = (
    nodes.image,
    nodes.table,
    nodes.footnote,
    nodes.citation,
    nodes.raw,
    nodes.math_block,
    nodes.system_message,
)


def _leave_out(node: Any, source: Source) -> None:
    line = node.line or node.get("line") or _line_below(node)
    if isinstance(node, nodes.system_message):
        source.lose("errors reported by docutils", line, node.children[0].astext())
    else:
        source.lose(f"{node.tagname.replace('_', ' ')}s skipped", line, _summary(node))


def _inside(node: Any, source: Source) -> Iterator[str]:
    """The contents of a note, a quotation, or a figure, without the enclosing element."""
    name = node.get("directive") or node.tagname
    inner = [block for child in node.children for block in _blocks(child, source)]
    if not isinstance(node, nodes.definition_list | nodes.field_list | nodes.option_list | nodes.section):
        what = "replaced with their text" if inner else "without text skipped"
        detail = f"{name} {node.get('argument', '')}".strip()
        source.lose(f"directives and quotations {what}", node.line or _line_below(node), detail)
    yield from inner


def _line_below(node: Any) -> int | None:
    return next((below.line for below in node.findall() if below.line), None)


def _code(node: Any) -> str:
    language = next((name for name in node.get("classes", ()) if name not in ("code", "doctest")), "")
    if isinstance(node, nodes.doctest_block):
        language = "pycon"
    text = node.astext()
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{re.sub(r'[^a-zA-Z0-9#.+-]', '', language)}\n{text}\n{fence}"


def _list(node: Any, source: Source) -> Iterator[str]:
    """A list as one block. Code blocks split the list, because our Markdown does not allow code blocks in lists."""
    points: list[str] = []
    for number, point in enumerate(node.children, int(node.get("start", 1))):
        mark = "- " if isinstance(node, nodes.bullet_list) else f"{number}. "
        inner = [block for child in point.children for block in _blocks(child, source)]
        words = [block for block in inner if not block.startswith("```")]
        points.append(mark + _indented("\n\n".join(words)))
        if len(words) < len(inner):
            source.lose("code blocks moved out of lists", _line_below(point), _summary(point))
            yield "\n".join(points)
            yield from (block for block in inner if block.startswith("```"))
            points = []
    if points:
        yield "\n".join(points)


def _indented(text: str) -> str:
    return text.replace("\n", f"\n{_BELOW_A_LIST}").replace(f"\n{_BELOW_A_LIST}\n", "\n\n")


def _named(node: Any, source: Source) -> Iterator[str]:
    """One item of a definition list within a term's definition: the item's name in bold, followed by its text."""
    name, *rest = node.children
    inner = [block for part in rest for child in part.children for block in _blocks(child, source)]
    source.lose("definition lists replaced with bold names", node.line or _line_below(node), name.astext())
    first = f"**{escaped(' '.join(name.astext().split()))}**"
    yield " ".join([first, *inner[:1]]) if inner and not inner[0].startswith("```") else first
    yield from inner[1:] if inner and not inner[0].startswith("```") else inner


def _summary(node: Any) -> str:
    return " ".join(str(node.get("uri") or node.astext()).split())
