"""A project's mkdocs.yml contains only its own settings; all others have defaults that the project can override."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from executable_glossary.adapters.mkdocs_config import SETTINGS, completed, read_mkdocs, written_mkdocs
from executable_glossary.mkdocs_plugin.options import project_of
from executable_glossary.model.project import PACKAGED
from glossaries import lay_out

DEFAULTS = yaml.safe_load((PACKAGED / "defaults.yml").read_text("utf-8"))


def test_an_empty_configuration_gets_all_defaults() -> None:
    assert completed({}) == DEFAULTS


def test_every_setting_of_mkdocs_is_known() -> None:
    assert {"INHERIT", *(name for name, _ in MkDocsConfig._schema)} - {"config_file_path"} == SETTINGS


def test_settings_without_a_default_are_kept() -> None:
    assert completed({"site_name": "Lakes"})["site_name"] == "Lakes"


@pytest.mark.parametrize("key", ["extra_css", "extra_javascript", "markdown_extensions"])
def test_in_lists_the_project_s_own_items_come_last_and_win(key: str) -> None:
    assert completed({key: ["own"]})[key] == [*DEFAULTS[key], "own"]


def test_an_extension_configured_by_the_project_appears_once() -> None:
    for written in ([{"toc": {"permalink": False}}], {"toc": {"permalink": False}}):
        extensions = completed({"markdown_extensions": written})["markdown_extensions"]
        assert [extension for extension in extensions if "toc" in extension] == [
            {"toc": {"permalink": False}}
        ]


def test_a_default_script_appears_once_however_it_is_written() -> None:
    scripts = completed({"extra_javascript": ["assets/map.js"]})["extra_javascript"]
    assert scripts.count("assets/map.js") == 1
    assert {"path": "assets/map.js", "type": "module"} not in scripts


def test_the_theme_is_completed_key_by_key() -> None:
    theme = completed({"theme": {"name": "material", "features": ["toc.integrate"]}})["theme"]
    assert theme["features"] == ["toc.integrate"]
    assert theme["font"] is False


@pytest.mark.parametrize("written", ["[toc: {permalink: '#'}]", "{toc: {permalink: '#'}}"])
def test_options_of_an_extension_reach_the_build(tmp_path: Path, written: str) -> None:
    """MkDocs removes the options from the settings as written, so they must be read from elsewhere."""
    root = lay_out(tmp_path, {})
    text = f"site_name: A\ndocs_dir: concepts\ntheme: {{name: material}}\nplugins: [glossary]\nmarkdown_extensions: {written}\n"
    (root / "mkdocs.yml").write_text(text)
    config = load_config(str(root / "mkdocs.yml"))
    config = config.plugins.on_config(config)
    assert config.mdx_configs["toc"] == {"permalink": "#"}
    assert config.mdx_configs["tables"] == {"use_align_attribute": True}


@pytest.mark.parametrize("value", ["material", None])
def test_the_theme_can_be_a_name_or_missing(value: str | None) -> None:
    assert completed({"theme": value})["theme"] == DEFAULTS["theme"]


def test_the_plugin_gets_options_of_the_command_line_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mkdocs.yml").write_text("plugins: [{glossary: {jobs: 2}}]\n")
    config = MkDocsConfig(config_file_path=str(tmp_path / "mkdocs.yml"))
    for given, expected in ((None, 2), ("7", 7)):
        if given:
            monkeypatch.setenv("GLOSSARY_JOBS", given)
        project, problems = project_of(config)
        assert project is not None, problems
        assert project.settings.jobs == expected


def test_the_project_s_navigation_is_used_unchanged() -> None:
    assert completed({"nav": [{"Start": "index.md"}]})["nav"] == [{"Start": "index.md"}]


@pytest.mark.parametrize(
    "text",
    [
        "site_url: !ENV [SITE_URL, none]\n",
        "emoji_index: !!python/name:material.extensions.emoji.twemoji ''\n",
        "site_name: Größe\n",
    ],
)
def test_tags_and_characters_are_kept(text: str) -> None:
    assert written_mkdocs(read_mkdocs(text)) == text


def test_a_configuration_that_is_not_a_mapping_is_empty() -> None:
    assert read_mkdocs("- a\n- list\n") == {}


# In MkDocs


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a glossary without its own templates, styles, or scripts, except for one override of each kind."""
    folder = tmp_path_factory.mktemp("lean")
    root = lay_out(
        folder / "glossary", {"docs/assets/finding.css": b"/* ours */\n", "docs/own.css": b"i {}\n"}
    )
    for name, text in {
        "mkdocs.yml": MKDOCS,
        "templates/theme/404.html": "<p>Lost at sea</p>\n",
        "templates/indexes/examples.md.j2": "# What ran\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    build(root, folder / "site")
    return folder / "site"


MKDOCS = """\
site_name: A lean glossary
site_url: https://example.org/lean/
theme: {name: material, features: [navigation.top]}
extra_css: [own.css]
plugins: [search, glossary: {runs: frozen}]
"""


def build(root: Path, site: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
    environment: dict[str, Any] = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    process = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr


@pytest.mark.parametrize("name", ["_headers", "assets/glossary.css", "assets/reader.js", "dropout/card.png"])
def test_packaged_files_are_used_by_default(site: Path, name: str) -> None:
    assert (site / name).is_file()


def test_each_file_can_be_overridden(site: Path) -> None:
    assert (site / "assets/finding.css").read_text() == "/* ours */\n"
    assert "Lost at sea" in (site / "404.html").read_text()
    assert "What ran" in (site / "examples/index.html").read_text()


def test_a_page_uses_our_files_and_the_project_s(site: Path) -> None:
    page = (site / "dropout/index.html").read_text("utf-8")
    assert page.index("assets/glossary.css") < page.index("own.css")
    assert '<script type="module" ' in page
    assert "fonts.googleapis" not in page
    assert page.count('class="headerlink"') > 3
    assert "navigation.tabs" not in page


@pytest.mark.parametrize(
    ("repository", "link"),
    [("", None), ("https://example.org/lean", "https://example.org/lean/edit/main/docs/us.md")],
)
def test_a_hand_written_page_has_an_edit_link_to_its_own_file(
    tmp_path: Path, repository: str, link: str | None
) -> None:
    root = lay_out(tmp_path / "glossary", {"docs/us.md": b"# Us\n"})
    value = f"repo_url: '{repository}'\nedit_uri: edit/main/concepts/\n"
    (root / "mkdocs.yml").write_text(MKDOCS.replace("navigation.top", "content.action.edit") + value)
    build(root, tmp_path / "site")
    page = (tmp_path / "site/us/index.html").read_text("utf-8")
    assert re.findall(r'href="([^"]*/edit/[^"]*)"', page) == ([link] if link else [])


def test_no_template_file_is_published(site: Path) -> None:
    assert [path.name for path in site.rglob("*") if path.suffix in {".j2", ".yml"}] == []


@pytest.mark.parametrize("theme", ["", "theme: mkdocs\n"])
def test_a_different_theme_is_reported_before_the_build(tmp_path: Path, theme: str) -> None:
    """MkDocs loads the theme before it calls any plugin, so a site with its default theme would lack half its
    styles."""
    root = lay_out(tmp_path / "glossary", {"docs/own.css": b"i {}\n"})
    lines = MKDOCS.splitlines(keepends=True)
    written = "".join(theme if line.startswith("theme:") else line for line in lines)
    (root / "mkdocs.yml").write_text(written, "utf-8")
    process = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"], cwd=root, capture_output=True, text=True, check=False
    )
    assert process.returncode == 1
    assert "mkdocs.yml: error[bad-setting]" in process.stderr
    assert "theme: {name: material}" in process.stderr
    assert not (root / "site").exists()
