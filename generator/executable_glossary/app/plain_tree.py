"""The site as plain Markdown files with a mkdocs.yml that does not need the plugin, for other site generators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.mkdocs_config import completed, read_mkdocs, translated, written_mkdocs
from executable_glossary.adapters.word_catalog import catalog
from executable_glossary.model.page import Document
from executable_glossary.model.project import Project

PLUGIN = "glossary"


def plain_tree(project: Project, documents: Iterable[Document]) -> Iterator[Document]:
    """The folder docs/ with all pages and assets, theme/ with theme overrides, and an mkdocs.yml that refers to
    both."""
    yield Document("mkdocs.yml", _configuration(project))
    yield from (Document(f"docs/{document.path}", document.content) for document in documents)
    yield from _copied(project.site_folders, "docs")
    yield from _copied(project.theme_folders, "theme")


def _configuration(project: Project) -> str:
    """The project's mkdocs.yml with defaults filled in and new folder names, but without the plugin's
    settings."""
    words, _ = catalog(Templates(project.templates, project.root), project.site.language)
    text = (project.root / "mkdocs.yml").read_text("utf-8")
    document = translated(completed(read_mkdocs(text)), words)
    document["docs_dir"] = "docs"
    document["theme"] = {**document["theme"], "custom_dir": "theme"}
    if "plugins" in document:
        document["plugins"] = _others(document["plugins"])
    document.pop("edit_uri", None)
    return written_mkdocs(document)


def _others(plugins: Any) -> Any:
    """All plugins except ours. MkDocs accepts a list of plugins or a mapping from plugins to their
    options."""
    if isinstance(plugins, Mapping):
        return {name: options for name, options in plugins.items() if name != PLUGIN}
    return [
        plugin
        for plugin in plugins or ()
        if plugin != PLUGIN and not (isinstance(plugin, Mapping) and PLUGIN in plugin)
    ]


def _copied(folders: Sequence[Path], to: str) -> Iterator[Document]:
    """The files in all folders. If several folders contain the same file name, the first folder takes
    precedence."""
    files: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                files.setdefault(path.relative_to(folder).as_posix(), path)
    yield from (Document(f"{to}/{name}", files[name].read_bytes()) for name in sorted(files))
