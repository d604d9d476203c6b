"""Identifies everything that an HTML page is built from: its source, the navigation, the theme, the
configuration, and the installed versions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from mkdocs.config import Config
from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from executable_glossary.app.build_inputs import (
    files_in_folders,
    generator_version,
    package_folders,
    reads_known_files,
)
from executable_glossary.model.project import PACKAGED, Project

# These do not affect pages, or are covered otherwise.
UNUSED = frozenset(
    ("config_file_path", "site_dir", "dev_addr", "watch", "strict", "plugins", "hooks", "theme", "docs_dir")
)
# What a project's own theme must not use if pages are to be reused: other pages, whose content is unknown if they are
# reused, and anything that differs from one build to the next.
OTHERS = re.compile(
    r"\b(pages|nav|homepage|next_page|previous_page|parent|ancestors|build_date_utc|update_date|random)\b"
)
FRONT_MATTER = re.compile(rb"\A---\r?\n.*?\n---\r?\n", re.DOTALL)


def shared_sources(config: MkDocsConfig, nav: Navigation, project: Project) -> str | None:
    """A SHA-256 of what all pages depend on; None if they may depend on more than we know."""
    if not reads_known_files(project) or any(map(OTHERS.search, _own_templates(project))):
        return None
    parts = {
        "version": generator_version(),
        "configuration": _configuration(config),
        "theme": [_hash(path.read_bytes()) for path in _theme_files(config)],
        "navigation": [_described(page) for page in nav.pages] + [_item(item) for item in nav.items],
    }
    return _hash(json.dumps(parts, sort_keys=True).encode())


def page_sources(file: File, shared: str) -> str:
    """A SHA-256 of what one page depends on."""
    page = file.page
    assert isinstance(page, Page)
    near = [page.parent, page.previous_page, page.next_page]
    parts = (
        *(shared, _hash(file.content_bytes), file.src_uri, file.dest_uri, page.edit_url, page.canonical_url),
        *(given_title(page), page.is_homepage, [_item(item) for item in near]),
    )
    return _hash(json.dumps(parts).encode())


def _own_templates(project: Project) -> Iterator[str]:
    """The HTML templates that the project adds to the packaged theme or overrides."""
    for path in sorted(files_in_folders([project.theme])):
        packaged = PACKAGED / "theme" / path.relative_to(project.theme)
        content = path.read_bytes()
        if not packaged.is_file() or packaged.read_bytes() != content:
            yield content.decode("utf-8", "replace")


def _configuration(config: MkDocsConfig) -> str:
    settings = {name: value for name, value in config.items() if name not in UNUSED}
    theme = {name: config.theme[name] for name in config.theme}
    plugins = {name: dict(plugin.config) for name, plugin in config.plugins.items() if name != "glossary"}
    return json.dumps([settings, theme, plugins], default=_plain)


def _plain(value: Any) -> Any:
    """A value of the configuration in a form that is the same in every process."""
    if isinstance(value, Config | Mapping):
        return dict(value)
    if isinstance(value, ExtraScriptValue):
        return [str(value), vars(value)]
    return str(getattr(value, "__qualname__", None) or value)


def _theme_files(config: MkDocsConfig) -> Iterator[Path]:
    """The files from which templates can be included, except those of installed packages, which have versions."""
    installed = tuple(package_folders())
    folders = (Path(folder) for folder in config.theme.dirs)
    own = (folder for folder in folders if not any(folder.is_relative_to(place) for place in installed))
    return iter(sorted(files_in_folders(own)))


def _described(page: Page) -> tuple[object, ...]:
    """What other pages can show of a page in the navigation."""
    content = page.file.content_bytes
    title = given_title(page)
    front = FRONT_MATTER.match(content)
    # Without a title in mkdocs.yml, MkDocs takes it from the page.
    return title, page.url, _hash(front[0] if front else b""), "" if title else _hash(content)


def _item(item: StructureItem | None) -> object:
    if item is None:
        return None
    children = [_item(child) for child in getattr(item, "children", None) or ()]
    title = given_title(item) if isinstance(item, Page) else item.title
    return type(item).__name__, title, getattr(item, "url", None), children


def given_title(page: Page) -> str:
    """The title that mkdocs.yml gives the page; empty if there is none."""
    return str(vars(page).get("title") or "")


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
