"""A preview's pages, built by MkDocs and the plugin, are byte-for-byte identical to those of a full build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from executable_glossary.app.preview import HOME
from executable_glossary.mkdocs_plugin.preview_session import PreviewSession
from glossaries import change, own_glossary, own_glossary_without_manual
from patience import PATIENCE

URL = "http://127.0.0.1:8000/glossary/"

Site = dict[str, bytes]


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Only the slow test also compares the pages of the manual, which take longer to build than all others."""
    make = own_glossary if request.node.get_closest_marker("slow") else own_glossary_without_manual
    return make(tmp_path / "glossary")


@pytest.fixture
def whole(folder: Path, tmp_path: Path) -> Callable[[], Site]:
    """Builds the whole site and returns its files. It runs in a separate process, because MkDocs remembers plugins."""

    def whole() -> Site:
        site = tmp_path / "whole"
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)]
        environment = {**os.environ, "GLOSSARY_RUNS": "frozen", "SITE_URL": URL, "NO_MKDOCS_2_WARNING": "1"}
        environment.pop("GLOSSARY_PREVIEW", None)
        subprocess.run(command, cwd=folder, env=environment, check=True, timeout=PATIENCE)
        return files_in(site)

    return whole


@pytest.fixture
def preview(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Site]]:
    """Builds the preview again and returns its files, which include dropout's linked concepts and the home page."""
    monkeypatch.setenv("GLOSSARY_RUNS", "frozen")
    monkeypatch.setenv("GLOSSARY_PREVIEW", "1")
    monkeypatch.setenv("GLOSSARY_ONLY", "dropout")
    configuration = str(folder / "mkdocs.yml")
    plugins = load_config(configuration).plugins
    plugins.on_startup(command="serve", dirty=False)

    def preview() -> Site:
        config = load_config(configuration, site_dir=str(tmp_path / "preview"), site_url=URL)
        build(config, serve_url=URL)
        return files_in(tmp_path / "preview")

    yield preview
    plugins.on_shutdown()


def files_in(site: Path) -> Site:
    paths = (path for path in site.rglob("*") if path.is_file())
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in paths}
    # The build time, and the preview's placeholder for problems.
    return {
        name: content.replace(PreviewSession.mark.encode(), b"")
        for name, content in files.items()
        if not name.startswith("sitemap.xml")
    }


EDITS = (
    ("concepts/dropout.yml", "Switching units off", "Leaving units out"),
    ("concepts/overfitting.yml", "term: Overfitting", "term: Learning by heart"),
    ("templates/blocks/definition.md.j2", "{% include", "It is said: {% include"),
    ("templates/theme/main.html", "{% block extrahead %}", "{% block extrahead %}<!-- seen -->"),
    ("templates/words/en.yml", "touch_again: Tap", "touch_again: Touch"),
    ("mkdocs.yml", "site_name: Executable Glossary", "site_name: Another Glossary"),
)


def test_after_all_edits_each_page_equals_a_full_build(
    folder: Path, preview: Callable[[], Site], whole: Callable[[], Site]
) -> None:
    """The preview is built after each edit, so it keeps pages from one build to the next."""
    preview()
    for edit in EDITS:
        change(folder / edit[0], *edit[1:])
        site = preview()
    assert_same_pages(site, whole())


@pytest.mark.slow
def test_after_every_edit_each_page_equals_a_full_build(
    folder: Path, preview: Callable[[], Site], whole: Callable[[], Site]
) -> None:
    """Slow: builds the whole site after each edit, in a separate process."""
    for edit in (None, *EDITS, None):
        if edit:
            change(folder / edit[0], *edit[1:])
        assert_same_pages(preview(), whole())


def assert_same_pages(site: Site, built: Site) -> None:
    pages = {name for name in site if name.endswith(".html")}
    assert {"dropout/index.html", "overfitting/index.html"} <= pages
    assert [name for name in sorted(pages) if site[name] != built[name]] == []


def test_a_page_that_nobody_opens_is_not_built(
    preview: Callable[[], Site], whole: Callable[[], Site]
) -> None:
    assert not {"map/index.html", "glossary.json", "dropout/card.png"} & preview().keys()
    assert {"map/index.html", "glossary.json"} <= whole().keys()


def test_search_includes_cached_pages(folder: Path, preview: Callable[[], Site]) -> None:
    def known() -> set[str]:
        index = json.loads(preview()["search/search_index.json"])
        return {found["location"] for found in index["docs"]}

    first = known()
    assert {"dropout/", "overfitting/"} <= first
    assert known() == first
    change(folder / "concepts/dropout.yml", "Switching units off", "Leaving units out")
    assert known() == first


def test_the_home_page_is_built_from_the_start(preview: Callable[[], Site]) -> None:
    assert HOME.replace(".md", ".html") in preview()
