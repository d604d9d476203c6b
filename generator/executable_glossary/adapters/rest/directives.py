"""Interprets Sphinx's directives. Those of docutils itself need nothing, except where Sphinx has more options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList

from executable_glossary.adapters import untrusted_rest
from executable_glossary.adapters.rest.formulas import equation_numbers, formulas_in
from executable_glossary.adapters.rest.roles import reference
from executable_glossary.adapters.rest.surroundings import ID_PREFIX, Surroundings

_NAMED = re.compile(r"^[ \t]*\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?(?P<name>[\w:+.-]+)::", re.MULTILINE)
_CODE = frozenset(
    ["code-block", "sourcecode", "code", "testcode", "testoutput", "prompt", "ipython", "code-tab"]
)
# Code in the content; a first line is not its language.
_PYTHON = frozenset(["plot", "bokeh-plot", "pyvista-plot", "jupyter-execute"])
_LITERAL = frozenset(["parsed-literal", "graphviz", "digraph", "graph", "mermaid", "uml"])
# What says only where or how its content is shown; a first line is a number or the name of a style.
_INSIDE = frozenset(["grid", "tab-set", "tabs", "div", "rst-class", "cssclass", "hlist"])
_VERSIONS = frozenset(["versionadded", "versionchanged", "versionremoved", "deprecated"])
# What belongs to other builders, or would read files from this machine.
_DROPPED = frozenset([
    "raw", "include", "literalinclude", "contents", "sectnum", "index", "highlight", "meta",
    "currentmodule", "module", "default-domain", "tabularcolumns", "header", "footer", "title", "testsetup",
    "testcleanup", "sectionauthor", "codeauthor", "highlightlang", "bibliography", "footbibliography",
    "restructuredtext-test-directive", "date", "default-role",
])  # fmt: skip
# What would list the contents of other pages or modules: the names remain, as links if they are known.
_LISTS = {
    "toctree": "doc",
    **dict.fromkeys(
        [
            "autosummary", "automodule", "autoclass", "autofunction", "automethod", "autodata", "autoattribute",
            "autoexception", "autoproperty", "autodecorator",
        ],
        "obj",
    ),
}  # fmt: skip


class _AnyOption(dict[str, Any]):
    """Accepts any option of a directive."""

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, name: str) -> Any:
        return lambda value: value

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


class _Lenient(Directive):  # type: ignore[misc, unused-ignore]
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption()

    @property
    def argument(self) -> str:
        return " ".join(self.arguments)

    def parsed(self, into: Any, before: str = "") -> Any:
        """The content as children of a node. before: lines that precede it."""
        lines = StringList([*before.splitlines(), "", *self.content], "") if before else self.content
        self.state.nested_parse(lines, self.content_offset, into)
        return into

    def words(self, text: str) -> list[Any]:
        inline, messages = self.state.inline_text(text, self.lineno)
        return [*inline, *messages]


class _Inside(_Lenient):
    def run(self) -> list[Any]:
        return list(self.parsed(nodes.container()).children)


class _Glossary(_Inside):
    """Terms with their definitions, each term with an id to which `term` can refer."""

    def run(self) -> list[Any]:
        container = self.parsed(nodes.container())
        for term in container.findall(nodes.term):
            term["ids"].append(f"{ID_PREFIX}term-{nodes.make_id(term.astext())}")
        return list(container.children)


class _Unknown(_Inside):
    """Any other directive: its text is kept. Its first line, if it has one, is the title of what follows."""

    def run(self) -> list[Any]:
        if self.block_text.split("\n", 1)[0].rstrip().endswith("::"):
            return list(self.parsed(nodes.container(), before=self.argument).children)
        kind = nodes.rubric if self.content else nodes.paragraph
        return [kind("", "", *self.words(self.argument)), *super().run()]


class _Only(_Inside):
    """Text for certain formats, one of which may be HTML."""

    def run(self) -> list[Any]:
        words = re.findall(r"\w+", self.argument)
        return super().run() if ("html" in words) != ("not" in words) else []


class _Dropped(_Lenient):
    def run(self) -> list[Any]:
        return []


class _Code(_Lenient):
    def run(self) -> list[Any]:
        text = "\n".join(self.content) or self.argument
        if self.name == "parsed-literal":
            text = "".join(node.astext() for node in self.words(text))
        language = "" if self.name in _LITERAL else "python"
        if self.name in _CODE and self.content:
            # The name of a tab can follow.
            language = (self.argument or language).partition(" ")[0]
        block = nodes.literal_block(text, text, language=language)
        caption = self.options.get("caption")
        return [*([nodes.paragraph("", "", *self.words(caption))] if caption else []), block]


class _Math(_Lenient):
    """Formulas. numbers: of the labeled equations, set before the text is parsed."""

    numbers: Mapping[str, int]

    def run(self) -> list[Any]:
        text = "\n\n".join([*([self.argument] if self.arguments else []), "\n".join(self.content)])
        found = [nodes.math_block(latex, latex) for latex in formulas_in(text, "nowrap" in self.options)]
        for block in found:
            block.line = self.lineno
        if found:
            found[-1]["number"] = self.numbers.get(self.options.get("label", "").strip(), 0)
        return found


class _Rubric(_Lenient):
    def run(self) -> list[Any]:
        return [nodes.rubric("", "", *self.words(self.argument))]


class _OfPlace(_Lenient):
    """A directive that needs the site. around: set before the text is parsed."""

    around: Surroundings


class _Version(_OfPlace):
    def run(self) -> list[Any]:
        version, text = (*self.argument.split(None, 1), "", "")[:2]
        said = nodes.paragraph(
            "", "", nodes.emphasis("", f"{self.around.word(self.name)} {version}."), nodes.Text(" ")
        )
        said += self.words(text)
        return [said, *self.parsed(nodes.container()).children]


class _SeeAlso(_OfPlace):
    def run(self) -> list[Any]:
        box = nodes.admonition(classes=["seealso"])
        box += nodes.title("", self.around.word("see_also"))
        if self.argument:
            box += nodes.paragraph("", "", *self.words(self.argument))
        return [self.parsed(box)]


class _Tags(_OfPlace):
    def run(self) -> list[Any]:
        tags = ", ".join(
            part.strip()
            for part in re.split(r"[,\n]", f"{self.argument}\n" + "\n".join(self.content))
            if part.strip()
        )
        return [nodes.paragraph("", f"{self.around.word('tags')} {tags}", classes=["tags"])]


class _Names(_OfPlace):
    """A list of names, each as a reference."""

    def run(self) -> list[Any]:
        lines = (line.strip() for line in (self.argument, *self.content))
        names = [line for line in lines if line and not line.startswith(("..", ":"))]
        if not names or "hidden" in self.options:
            return []
        role = _LISTS[self.name.rpartition(":")[2]]
        items = nodes.bullet_list()
        for name in names:
            shown = name if role == "doc" else name.partition("(")[0].split()[0]
            items += nodes.list_item("", nodes.paragraph("", "", reference(self.around, role, shown)))
        return [items]


class _MiniGallery(_OfPlace):
    def run(self) -> list[Any]:
        names = f"{self.argument}\n" + "\n".join(self.content)
        heading = self.options.get("add-heading")
        shown = nodes.raw("", self.around.gallery(names.split()), format="html")
        return [*([nodes.rubric("", heading)] if heading else []), shown]


_OWN: Mapping[str, type[Directive]] = {
    "math": _Math,
    "rubric": _Rubric,
    "seealso": _SeeAlso,
    "tags": _Tags,
    "minigallery": _MiniGallery,
    "only": _Only,
    "glossary": _Glossary,
    **dict.fromkeys(_CODE | _PYTHON | _LITERAL, _Code),
    **dict.fromkeys(_INSIDE, _Inside),
    **dict.fromkeys(_LISTS, _Names),
    **dict.fromkeys(_VERSIONS, _Version),
    **dict.fromkeys(_DROPPED, _Dropped),
}


def register_directives(text: str, around: Surroundings) -> None:
    """Register what the text uses: our own directives, and a lenient one for each that docutils does not know."""
    _OfPlace.around, _Math.numbers = around, equation_numbers(text)
    names = {match["name"].lower() for match in _NAMED.finditer(text)}
    untrusted_rest.register_directives(names, lambda name: _OWN.get(name.rpartition(":")[2]), _Unknown)
