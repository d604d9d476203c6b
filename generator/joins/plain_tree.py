"""The site as a plain Markdown tree with a mkdocs.yml of its own, for engines that do not know our plugin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.model.page import Document
from generator.model.project import Project

_PLUGIN = re.compile(r"^  - glossary(?:[ :].*)?(?:\n|\Z)(?:    .*\n)*", re.MULTILINE)
_DOCS = re.compile(r"^docs_dir:.*$", re.MULTILINE)
_THEME = re.compile(r"^(\s+custom_dir:).*$", re.MULTILINE)
_EDIT = re.compile(r"^edit_uri:.*\n", re.MULTILINE)


def plain_tree(project: Project, documents: Iterable[Document]) -> Iterator[Document]:
    """docs/ with every page and asset, theme/ with the overrides, and the mkdocs.yml that names them."""
    yield Document("mkdocs.yml", _configuration((project.root / "mkdocs.yml").read_text("utf-8")))
    yield from (Document(f"docs/{document.path}", document.content) for document in documents)
    yield from _copied(project.templates / "site", "docs")
    yield from _copied(project.templates / "theme", "theme")


def _configuration(text: str) -> str:
    """The project's own file, with the folders renamed, and without what only our plugin can do."""
    text = _PLUGIN.sub("", text)
    text = _DOCS.sub("docs_dir: docs", text)
    text = _THEME.sub(r"\1 theme", text)
    return _EDIT.sub("", text)


def _copied(folder: Path, to: str) -> Iterator[Document]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield Document(f"{to}/{path.relative_to(folder).as_posix()}", path.read_bytes())
