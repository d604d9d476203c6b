"""Pages that are as they were: MkDocs is spared them, and they are put back into the site when it is done."""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from executable_glossary.app.preview.file_stamps import stamps

SEARCH = "search/search_index.json"
INDEX = "index.md"


@dataclass(frozen=True)
class Kept:
    made_of: Hashable
    title: str | None
    html: str


class KeptPages:
    """What MkDocs made of each page, and of what: the source, the theme and the configuration."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._made_of: dict[str, Hashable] = {}
        self._search: dict[str, object] = {}
        self.again: dict[str, File] = {}

    def choose(self, files: Files, config: MkDocsConfig) -> None:
        """Excludes those pages that would come out as they are kept. Links to them are still resolved."""
        around = _around(config)
        pages = files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        self._made_of = {file.src_uri: (around, _source(file), file.edit_uri) for file in pages}
        self.again = {file.src_uri: file for file in pages if self._is_kept(file)}
        for file in self.again.values():
            file.inclusion = InclusionLevel.EXCLUDED

    def _is_kept(self, file: File) -> bool:
        kept = self._kept.get(file.src_uri)
        return kept is not None and kept.made_of == self._made_of[file.src_uri]

    def name(self) -> None:
        """The navigation of all pages holds titles of pages that are not read this time."""
        for path, file in self.again.items():
            if file.page is not None:
                file.page.title = self._kept[path].title

    def keep(self, page: Page, html: str) -> None:
        path = page.file.src_uri
        self._kept[path] = Kept(self._made_of.get(path), page.title, html)

    def put_back(self, config: MkDocsConfig, paths: Collection[str]) -> None:
        """paths: all that there could be; what search knew of others is forgotten."""
        for path, file in self.again.items():
            place = Path(file.abs_dest_path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(self._kept[path].html, "utf-8", errors="xmlcharrefreplace")
        self._complete_search(Path(config.site_dir) / SEARCH, paths)

    def _complete_search(self, index: Path, paths: Collection[str]) -> None:
        """MkDocs' search knows the pages of one build; of the others it gets what it knew of them last."""
        if not index.is_file():
            return
        told = json.loads(index.read_text("utf-8"))
        known = {found["location"]: found for found in told["docs"]}
        anew = self._made_of.keys() - self.again.keys()
        pages = {at: f"{at.partition('#')[0]}{INDEX}" for at in self._search}
        old = {at: self._search[at] for at, page in pages.items() if page in paths and page not in anew}
        self._search = {**old, **known}
        index.write_text(json.dumps({**told, "docs": list(self._search.values())}), "utf-8")


def _source(file: File) -> Hashable:
    if file.abs_src_path is None:
        return file.content_bytes
    stat = Path(file.abs_src_path).stat()
    return stat.st_mtime_ns, stat.st_size


def _around(config: MkDocsConfig) -> Hashable:
    """What every page shows of the configuration and of our part of the theme."""
    custom = config.theme.custom_dir
    files = Path(custom).rglob("*") if custom else ()
    words = json.dumps([config.nav, config.extra.get("words")])
    return Path(config.config_file_path).read_bytes(), words, config.site_url, stamps(files)
