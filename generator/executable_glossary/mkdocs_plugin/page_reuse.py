"""Reuses the HTML of pages from the last build if everything that they were built from is unchanged.

MkDocs still handles a reused page like any other: it is in the sitemap, its anchors are checked, and it is written to the
site. Only its Markdown is not converted, its theme template is not rendered, and its text is not parsed for the search.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from functools import cached_property
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils.meta import get_data

from executable_glossary.mkdocs_plugin.front_matter import escaped
from executable_glossary.mkdocs_plugin.page_sources import page_sources, shared_sources
from executable_glossary.mkdocs_plugin.page_store import PageFacts, PageStore, StoredPage
from executable_glossary.mkdocs_plugin.page_workers import PageWorkers, processes
from executable_glossary.model.project import Project

TEMPLATE = "glossary-stored-page.html"
STORED: MutableMapping[str, Any] = {"template": TEMPLATE, "search": {"exclude": True}}
FOLDER = "pages"
# The logger that reports broken links in pages.
LOGGER = logging.getLogger("mkdocs.structure.pages")


class ReusedPage(Page):
    """A page whose HTML is stored. MkDocs creates pages itself, so this class replaces theirs after that."""

    stored: StoredPage

    @property
    def meta(self) -> MutableMapping[str, Any]:  # type: ignore[override]
        """The front matter, which the navigation on other pages can use. While MkDocs builds this page, a value that makes
        it write the stored HTML, and that keeps the search plugin from indexing the page again."""
        return STORED if self.active else self._front_matter

    @cached_property
    def _front_matter(self) -> MutableMapping[str, Any]:
        return escaped(get_data(self.file.content_string)[1])

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = ""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        facts = self.stored.facts
        self.content, self.toc, self.title = "", get_toc([]), facts.title
        self.present_anchor_ids = set(facts.anchors)
        linked = ((files.get_file_from_path(path), anchors) for path, anchors in facts.links.items())
        self.links_to_anchors = {file: dict(anchors) for file, anchors in linked if file}


class PageReuse:
    """The stored pages, for one build. If a page cannot be reused safely, it is built as usual."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store = PageStore(project.store / FOLDER)
        self._sources: dict[str, str] = {}
        self._messages: _Messages | None = None
        self._targets: dict[str, dict[str, str | None]] = {}
        self._indexed = 0

    @property
    def is_safe(self) -> bool:
        """Whether everything is known that pages depend on: no plugin, hook, or template of the project's own reads others."""
        return self._messages is not None

    def choose(self, files: Files, nav: Navigation, config: MkDocsConfig) -> None:
        """Replace the pages that did not change with stored ones. If many changed, several processes build them first."""
        shared = shared_sources(config, nav, self._project)
        if shared is None:
            return
        self._messages = _Messages(config)
        pages = files.documentation_pages()
        self._sources = {file.src_uri: page_sources(file, shared) for file in pages}
        self._note_targets(files, config)
        changed = [file for file in pages if not self._reuse(file, files)]
        if (number := processes(self._project, len(changed))) > 1:
            workers = PageWorkers(config, files, nav, self._messages.paths.add)
            workers.build([file.page for file in changed if isinstance(file.page, Page)], number)
            for file in changed:
                self._reuse(file, files)

    def _reuse(self, file: File, files: Files) -> bool:
        """Replace a page with the stored one if that was built from the same sources. Returns whether it was."""
        stored = self._store.read(file.src_uri)
        if not stored or not isinstance(file.page, Page) or not self._is_valid(file, stored.facts, files):
            return False
        vars(file.page).pop("meta", None)
        file.page.__class__ = ReusedPage
        file.page.stored = stored  # type: ignore[attr-defined]
        return True

    def _is_valid(self, file: File, facts: PageFacts, files: Files) -> bool:
        targets = {path: _target(files.get_file_from_path(path)) for path in facts.targets}
        return facts.sources == self._sources[file.src_uri] and facts.targets == targets

    def _note_targets(self, files: Files, config: MkDocsConfig) -> None:
        """Record which files MkDocs looks up for the links on each page."""
        look_up = files.get_file_from_path

        def noted(path: str) -> File | None:
            file = look_up(path)
            if config._current_page is not None:
                targets = self._targets.setdefault(config._current_page.file.src_uri, {})
                targets[path] = _target(file)
            return file

        files.get_file_from_path = noted  # type: ignore[method-assign]

    def provide(self, env: Environment) -> None:
        """Add the template that consists of a reused page's HTML."""
        template = DictLoader({TEMPLATE: "{{ page.stored.html | safe }}"})
        env.loader = ChoiceLoader([template, *([env.loader] if env.loader else [])])

    def index(self, page: Page, config: MkDocsConfig) -> None:
        """Add a reused page to the theme's search index, as the search plugin would do now for any other page."""
        entries = _entries(config)
        if isinstance(page, ReusedPage):
            entries.extend(map(dict, page.stored.facts.entries))
        self._indexed = len(entries)

    def add(self, page: Page, html: str, config: MkDocsConfig) -> None:
        """Store a page that has been built, unless MkDocs reported something about it, which it must report again."""
        path = page.file.src_uri
        if isinstance(page, ReusedPage) or path not in self._sources or self._is_reported(path):
            return
        links = {file.src_uri: links for file, links in (page.links_to_anchors or {}).items()}
        anchors = tuple(sorted(page.present_anchor_ids or ()))
        entries = tuple(_entries(config)[self._indexed :])
        targets = self._targets.get(path, {})
        facts = PageFacts(self._sources[path], targets, page.title, anchors, links, entries)
        self._store.write(path, facts, html)

    def finish(self) -> None:
        """Stop listening to messages, and remove the pages that no longer exist."""
        if self._messages:
            self._messages.end()
            self._store.remove_others(self._sources)

    def _is_reported(self, path: str) -> bool:
        return self._messages is not None and path in self._messages.paths


class _Messages(logging.Filter):
    """Notes for which pages MkDocs logs a message, even if it does not show the message."""

    def __init__(self, config: MkDocsConfig) -> None:
        super().__init__()
        self.paths: set[str] = set()
        self._config = config
        self._level, self._shown = LOGGER.level, LOGGER.getEffectiveLevel()
        LOGGER.setLevel(min(LOGGER.getEffectiveLevel(), logging.INFO))
        LOGGER.addFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        page = self._config._current_page
        if page is not None:
            self.paths.add(page.file.src_uri)
        return record.levelno >= self._shown

    def end(self) -> None:
        LOGGER.removeFilter(self)
        LOGGER.setLevel(self._level)


def _target(file: File | None) -> str | None:
    """What a link to a file depends on."""
    return f"{file.inclusion.name} {file.url}" if file else None


def _entries(config: MkDocsConfig) -> list[dict[str, object]]:
    """The entries of the theme's search index so far; an unused list if the search is turned off."""
    for name in ("material/search", "search"):
        index = getattr(config.plugins.get(name), "search_index", None)
        if index is not None:
            return getattr(index, "entries", [])
    return []
