"""Caches that the preview keeps between builds: unchanged HTML pages, and the theme's compiled templates."""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from executable_glossary.app.preview.file_stamps import stamps

SEARCH = "search/search_index.json"
INDEX = "index.md"


@dataclass(frozen=True)
class CachedPage:
    """An HTML page. `sources` identifies everything that it was built from."""

    sources: Hashable
    title: str | None
    html: str


class PageCache:
    """The pages of earlier builds, each valid until its source, the theme, or the configuration changes."""

    def __init__(self) -> None:
        self._pages: dict[str, CachedPage] = {}
        self._sources: dict[str, Hashable] = {}
        self._search: dict[str, object] = {}
        self._unchanged: dict[str, File] = {}

    def exclude_unchanged(self, files: Files, config: MkDocsConfig) -> None:
        """Exclude unchanged pages from the build. MkDocs still resolves links to them."""
        shared = _shared_sources(config)
        pages = files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        self._sources = {file.src_uri: (shared, _source(file), file.edit_uri) for file in pages}
        self._unchanged = {file.src_uri: file for file in pages if self._is_cached(file.src_uri)}
        for file in self._unchanged.values():
            file.inclusion = InclusionLevel.EXCLUDED

    def _is_cached(self, path: str) -> bool:
        page = self._pages.get(path)
        return page is not None and page.sources == self._sources[path]

    def restore_titles(self) -> None:
        """Restore the titles of excluded pages, because the navigation needs them."""
        for path, file in self._unchanged.items():
            if file.page is not None:
                file.page.title = self._pages[path].title

    def add(self, page: Page, html: str) -> None:
        path = page.file.src_uri
        self._pages[path] = CachedPage(self._sources.get(path), page.title, html)

    def restore_pages(self, config: MkDocsConfig, paths: Collection[str]) -> None:
        """Write the excluded pages to the site; `paths` lists all pages that may be in the search index."""
        for path, file in self._unchanged.items():
            target = Path(file.abs_dest_path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self._pages[path].html, "utf-8", errors="xmlcharrefreplace")
        self._complete_search(Path(config.site_dir) / SEARCH, paths)

    def _complete_search(self, index: Path, paths: Collection[str]) -> None:
        """Add the pages of earlier builds to the search index, which MkDocs builds from this build's pages only."""
        if not index.is_file():
            return
        document = json.loads(index.read_text("utf-8"))
        new = {entry["location"]: entry for entry in document["docs"]}
        rebuilt = self._sources.keys() - self._unchanged.keys()
        pages = {location: f"{location.partition('#')[0]}{INDEX}" for location in self._search}
        old = {
            location: self._search[location]
            for location, page in pages.items()
            if page in paths and page not in rebuilt
        }
        self._search = {**old, **new}
        index.write_text(json.dumps({**document, "docs": list(self._search.values())}), "utf-8")


class TemplateCache(BytecodeCache):
    """The theme's compiled templates, in memory. MkDocs creates a new Jinja environment for each build.

    Jinja stores a checksum of the source with each template, so a changed template is compiled again.
    """

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


def _source(file: File) -> Hashable:
    if file.abs_src_path is None:
        return file.content_bytes
    stat = Path(file.abs_src_path).stat()
    return stat.st_mtime_ns, stat.st_size


def _shared_sources(config: MkDocsConfig) -> Hashable:
    """The sources that every page depends on: the configuration, and the project's part of the theme."""
    custom = config.theme.custom_dir
    files = Path(custom).rglob("*") if custom else ()
    words = json.dumps([config.nav, config.extra.get("words")])
    return Path(config.config_file_path).read_bytes(), words, config.site_url, stamps(files)
