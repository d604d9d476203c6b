"""The manual of the product: pages written by hand, and a reference that is read from the program itself."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generator.model.axes import Axes
from generator.model.entry import Entry
from generator.model.example import Settings
from generator.model.findings import Findings
from generator.model.glossary import DERIVED
from generator.model.manual import CommandLine, FieldTable, Leaf
from generator.model.measure import FILTERS
from generator.model.page import Document
from generator.model.problem import Problem
from generator.model.project import ProjectSettings
from generator.stages.render import markup
from generator.stages.render.prose import href
from generator.tools.codes import codes
from generator.tools.fields import field_tables
from generator.tools.jinja_env import TemplateFault, Templates
from generator.tools.json_fields import json_fields
from generator.tools.prose import spans

FOLDER = "docs"
CONTENTS = "docs/index.md"
# Of the files for programs: below these stand names that examples and machines give.
NAMED_FREELY = frozenset(["metrics", "versions", "isolation"])
_LINK = re.compile(r"\]\((?P<target>[^)\s#:]+\.md)(?P<anchor>#[^)\s]*)?\)")
_WRITTEN: Mapping[str, type] = {
    "entry": Entry,
    "axes": Axes,
    "findings": Findings,
    "example": Settings,
    "settings": ProjectSettings,
}


@dataclass(frozen=True)
class Chapter:
    """A heading of the contents, with the pages that it lists, in their order."""

    heading: str
    leaves: tuple[Leaf, ...]


def manual_documents(
    templates: Templates, axes: Axes, command_line: CommandLine, data: Mapping[str, bytes]
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Every page below docs/. A wrong template is a problem, told once.

    data: the JSON files at the site's root, by name.
    """
    templates.provide({**markup.FILTERS}, {"href": href})
    reference = _reference(templates, axes, command_line, data)
    try:
        leaves = [
            _filled(templates, name, text, reference) for name, text in templates.written(FOLDER).items()
        ]
        chapters = tuple(_chapters(leaves))
        return tuple(_document(templates, leaf, chapters) for leaf in leaves), ()
    except TemplateFault as error:
        return (), (error.problem,)


def _reference(
    templates: Templates, axes: Axes, command_line: CommandLine, data: Mapping[str, bytes]
) -> Mapping[str, Any]:
    """What the program says of itself, for the templates of the reference."""
    kinds = (
        name.removeprefix("blocks/").removesuffix(".md.j2") for name in templates.names() if _is_block(name)
    )
    return {
        "command_line": command_line,
        "tables": {name: _tables(model) for name, model in _WRITTEN.items()},
        "filters": {name: _first_line(filter) for name, filter in FILTERS.items()},
        "blocks": sorted(kind for kind in kinds if kind not in DERIVED),
        "derived": sorted(DERIVED),
        "axes": axes,
        "codes": codes(),
        "data": {name: json_fields(content, NAMED_FREELY) for name, content in data.items()},
    }


def _tables(model: type) -> tuple[FieldTable, ...]:
    """Without the id of an entry, which no author writes: it is the file's name."""
    first, *others = field_tables(model)
    fields = tuple(row for row in first.fields if not (model is Entry and row.name == "id"))
    return (replace(first, fields=fields), *others)


def _is_block(name: str) -> bool:
    return name.startswith("blocks/") and not name.startswith("blocks/_")


def _first_line(filter: Callable[..., str]) -> str:
    return (filter.__doc__ or "").strip().partition("\n")[0]


def _filled(templates: Templates, name: str, text: str, reference: Mapping[str, Any]) -> Leaf:
    """A page that is a template gets the reference; all others are as they were written."""
    return Leaf(name, templates.render(name, **reference) if name.endswith(".j2") else text)


def _chapters(leaves: Iterable[Leaf]) -> Iterator[Chapter]:
    """The first page is the contents: its headings and its links say what belongs together, and in which order."""
    named = {leaf.path: leaf for leaf in leaves}
    contents = named.get(CONTENTS, Leaf(CONTENTS, ""))
    for part in contents.text.split("\n## ")[1:]:
        heading, _, text = part.partition("\n")
        found = (_landing(contents, link["target"]) for link in _LINK.finditer(text))
        yield Chapter(heading.strip(), tuple(named[path] for path in found if path in named))


def _document(templates: Templates, leaf: Leaf, chapters: tuple[Chapter, ...]) -> Document:
    chapter = next((chapter for chapter in chapters if leaf in chapter.leaves), None)
    moved = replace(leaf, text=_relinked(leaf))
    text = templates.render("docs/_frame.md.j2", leaf=moved, chapter=chapter, contents=CONTENTS)
    return Document(leaf.path, text)


def _relinked(leaf: Leaf) -> str:
    """Links between sources become links between pages; what stands in code stays as it is."""
    return "".join(
        _LINK.sub(lambda link: f"]({_href(leaf, link)})", span.text) if span.kind == "link" else span.text
        for span in spans(leaf.text)
    )


def _href(leaf: Leaf, link: re.Match[str]) -> str:
    return href(leaf.path, _landing(leaf, link["target"])) + (link["anchor"] or "")


def _landing(leaf: Leaf, target: str) -> str:
    """The page that a link leads to: beside the source if it is one of the manual, else as the site has it."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(leaf.source), target))
    return Leaf(path, "").path if path.startswith(f"{FOLDER}/") else path
