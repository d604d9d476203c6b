"""The site as a plain Markdown tree with a mkdocs.yml of its own, for engines that do not know our plugin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.mkdocs_defaults import completed, read_mkdocs, worded, written_mkdocs
from executable_glossary.adapters.word_catalog import catalog
from executable_glossary.model.page import Document
from executable_glossary.model.project import Project

PLUGIN = "glossary"


def plain_tree(project: Project, documents: Iterable[Document]) -> Iterator[Document]:
    """docs/ with every page and asset, theme/ with the overrides, and the mkdocs.yml that names them."""
    yield Document("mkdocs.yml", _configuration(project))
    yield from (Document(f"docs/{document.path}", document.content) for document in documents)
    yield from _copied(project.site_folders, "docs")
    yield from _copied(project.theme_folders, "theme")


def _configuration(project: Project) -> str:
    """The project's own file, completed, with the folders renamed, and without what only our plugin can do."""
    words, _ = catalog(Templates(project.templates, project.root), project.site.language)
    document = worded(completed(read_mkdocs((project.root / "mkdocs.yml").read_text("utf-8"))), words)
    document["docs_dir"] = "docs"
    document["theme"] = {**document["theme"], "custom_dir": "theme"}
    if "plugins" in document:
        document["plugins"] = _others(document["plugins"])
    document.pop("edit_uri", None)
    return written_mkdocs(document)


def _others(plugins: Any) -> Any:
    """MkDocs takes its plugins as a list, or as keys with their options."""
    if isinstance(plugins, Mapping):
        return {name: options for name, options in plugins.items() if name != PLUGIN}
    return [
        one for one in plugins or () if one != PLUGIN and not (isinstance(one, Mapping) and PLUGIN in one)
    ]


def _copied(folders: Sequence[Path], to: str) -> Iterator[Document]:
    """Every file once, from the first folder that has it."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                found.setdefault(path.relative_to(folder).as_posix(), path)
    yield from (Document(f"{to}/{name}", found[name].read_bytes()) for name in sorted(found))
