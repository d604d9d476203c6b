"""Renders the product manual: handwritten pages, and a reference generated from the program itself."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.model.manual import Leaf
from executable_glossary.model.page import Document
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.stages.render import filters
from executable_glossary.stages.render.page_prose import href
from executable_glossary.text.markdown_spans import spans

FOLDER = "docs"
CONTENTS = "docs/index.md"
RULE = "docs/rules/_rule.md.j2"
_LINK = re.compile(r"\[(?P<label>[^\]]*)\]\((?P<target>[^)\s#:]+\.md)(?P<anchor>#[^)\s]*)?\)")


@dataclass(frozen=True)
class Chapter:
    """A heading in a table of contents, and the pages listed under it, in order, with their labels."""

    heading: str
    leaves: tuple[tuple[str, Leaf], ...]

    def holds(self, leaf: Leaf) -> bool:
        return any(leaf is each for _, each in self.leaves)


def manual_documents(
    templates: Templates, rules: Sequence[Rule], reference: Mapping[str, Any]
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Every page under docs/, and a page for each rule. A template with an error is reported as one problem.

    reference: values read from the program, for pages that are templates.
    """
    templates.provide({**filters.FILTERS, "as_markdown": as_markdown}, {"href": href})
    of_rules = {_source(rule) for rule in rules}
    written = [(name, text) for name, text in templates.written(FOLDER).items() if name not in of_rules]
    try:
        leaves = (
            *(_filled(templates, name, text, reference) for name, text in written),
            *(Leaf(_source(rule), rule_page(templates, rule)) for rule in rules),
        )
        chapters = tuple(chapter for leaf in leaves for chapter in _chapters(leaf, leaves))
        return tuple(_document(templates, leaf, chapters) for leaf in leaves), ()
    except TemplateFault as error:
        return (), (error.problem,)


def rule_page(templates: Templates, rule: Rule) -> str:
    """The documentation of a rule, in Markdown; the project's own page if it has one."""
    own, _ = templates.find(_source(rule))
    if own is not None:
        return own.read_text("utf-8")
    return f"# {rule.code}\n\n{templates.render(RULE, rule=rule)}"


def _source(rule: Rule) -> str:
    return f"{FOLDER}/rules/{rule.code}.md"


def as_markdown(text: str) -> str:
    """The program's own help text as Markdown: `code` stays code, <id> is not a tag, and each paragraph is on one
    line."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return "".join(
        span.text if span.kind == "code" else span.text.replace("<", "&lt;").replace("|", "&#124;")
        for span in spans("\n\n".join(paragraphs))
    )


def _filled(templates: Templates, name: str, text: str, reference: Mapping[str, Any]) -> Leaf:
    """The page: rendered with the reference if it is a template, otherwise unchanged."""
    return Leaf(name, templates.render(name, **reference) if name.endswith(".j2") else text)


def _chapters(contents: Leaf, leaves: Sequence[Leaf]) -> Iterator[Chapter]:
    """The chapters in a folder's table of contents, index.md: its headings define the chapters, and its links
    define their pages and order."""
    if posixpath.basename(contents.source) != "index.md":
        return
    named = {leaf.path: leaf for leaf in leaves if leaf is not contents}
    for part in contents.text.split("\n## ")[1:]:
        heading, _, text = part.partition("\n")
        links = ((link["label"], _landing(contents, link["target"])) for link in _LINK.finditer(text))
        yield Chapter(heading.strip(), tuple((label, named[path]) for label, path in links if path in named))


def _document(templates: Templates, leaf: Leaf, chapters: Sequence[Chapter]) -> Document:
    chapter = next((chapter for chapter in chapters if chapter.holds(leaf)), None)
    moved = replace(leaf, text=_relinked(leaf))
    text = templates.render("docs/_frame.md.j2", leaf=moved, chapter=chapter, contents=CONTENTS)
    return Document(leaf.path, text, parent=CONTENTS)


def _relinked(leaf: Leaf) -> str:
    """The text with links between sources replaced with links between pages; code is unchanged."""
    return "".join(
        _LINK.sub(lambda link: f"[{link['label']}]({_href(leaf, link)})", span.text)
        if span.kind == "link"
        else span.text
        for span in spans(leaf.text)
    )


def _href(leaf: Leaf, link: re.Match[str]) -> str:
    return href(leaf.path, _landing(leaf, link["target"])) + (link["anchor"] or "")


def _landing(leaf: Leaf, target: str) -> str:
    """The site path that a link refers to: the page built from a manual source, or the path as written for any other
    link."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(leaf.source), target))
    return Leaf(path, "").path if path.startswith(f"{FOLDER}/") else path
