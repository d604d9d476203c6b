"""The site's source as a plain tree, for engines that do not support our plugin."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from executable_glossary.app.plain_tree import plain_tree
from executable_glossary.model.page import Document
from executable_glossary.model.project import PACKAGED, Project

MKDOCS = """\
site_name: Glossary
edit_uri: edit/main/concepts/
docs_dir: templates/site
theme:
  name: material
  custom_dir: templates/theme
  font: false
plugins:
  - search
  - glossary:
      concepts: words
      runs: auto
  - tags
extra_css:
  - assets/glossary.css
"""
PAGE = Document("dough/index.md", "# Dough\n", edit_path="dough.yml")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name, content in {
        "mkdocs.yml": MKDOCS,
        "templates/site/about.md": "# About\n",
        "templates/site/assets/glossary.css": "body {}\n",
        "templates/theme/partials/copyright.html": "<p>\n",
        "templates/blocks/why.md.j2": "no part of the tree",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    return Project(root=tmp_path, docs_dir="templates/site", theme_dir="templates/theme")


def tree(project: Project) -> dict[str, str | bytes]:
    return {document.path: document.content for document in plain_tree(project, [PAGE])}


def configuration(project: Project, text: str = MKDOCS) -> dict[str, object]:
    (project.root / "mkdocs.yml").write_text(text, "utf-8")
    loaded = yaml.safe_load(str(tree(project)["mkdocs.yml"]))
    assert isinstance(loaded, dict)
    return loaded


def test_the_tree_contains_pages_hand_written_files_and_theme_overrides(project: Project) -> None:
    own = {
        "docs/about.md",
        "docs/assets/glossary.css",
        "docs/dough/index.md",
        "theme/partials/copyright.html",
    }
    assert own <= tree(project).keys()
    assert "docs/blocks/why.md.j2" not in tree(project)


def test_a_file_missing_from_the_project_is_the_packaged_one(project: Project) -> None:
    for name in ("assets/finding.css", "assets/reader.js", "_headers"):
        assert tree(project)[f"docs/{name}"] == (PACKAGED / "site" / name).read_bytes()
    assert tree(project)["theme/main.html"] == (PACKAGED / "theme" / "main.html").read_bytes()


def test_pages_and_files_are_unchanged(project: Project) -> None:
    assert tree(project)["docs/dough/index.md"] == PAGE.content
    assert tree(project)["docs/assets/glossary.css"] == b"body {}\n"


def test_the_configuration_refers_to_the_folders_of_the_tree(project: Project) -> None:
    configured = configuration(project)
    assert configured["docs_dir"] == "docs"
    assert isinstance(configured["theme"], dict)
    assert configured["theme"]["custom_dir"] == "theme"


def test_only_our_plugin_and_its_options_are_removed(project: Project) -> None:
    assert configuration(project)["plugins"] == ["search", "tags"]


@pytest.mark.parametrize(
    "written",
    [
        "  - search\n  - glossary\n",
        "  - glossary\n  - search\n",
        "  - glossary:\n      runs: auto\n\n  - search\n",
    ],
    ids=["last", "first", "with options"],
)
def test_our_plugin_is_found_at_any_position(project: Project, written: str) -> None:
    configured = configuration(project, f"plugins:\n{written}strict: true\n")
    assert (configured["plugins"], configured["strict"]) == (["search"], True)


def test_our_plugin_is_found_at_the_end_of_the_file(project: Project) -> None:
    assert configuration(project, "plugins:\n  - search\n  - glossary")["plugins"] == ["search"]


def test_our_plugin_is_removed_from_plugins_written_as_a_mapping(project: Project) -> None:
    text = "plugins:\n  search: {}\n  glossary: {runs: auto}\n"
    assert configuration(project, text)["plugins"] == {"search": {}}


def test_a_plugin_with_a_similar_name_stays(project: Project) -> None:
    text = "plugins:\n  - glossary-links\n  - glossary\n"
    assert configuration(project, text)["plugins"] == ["glossary-links"]


def test_edit_links_are_removed_because_nobody_wrote_these_pages(project: Project) -> None:
    assert "edit_uri" not in configuration(project)


def test_the_project_s_settings_are_kept_and_completed(project: Project) -> None:
    configured = configuration(project)
    assert configured["site_name"] == "Glossary"
    assert configured["extra_css"] == ["assets/finding.css", "assets/glossary.css"]


def test_tags_of_the_other_engine_are_kept(project: Project) -> None:
    (project.root / "mkdocs.yml").write_text('site_url: !ENV [SITE_URL, ""]\n' + MKDOCS)
    assert 'site_url: !ENV [SITE_URL, ""]' in str(tree(project)["mkdocs.yml"])


def test_pages_are_in_the_configured_folder(project: Project) -> None:
    (project.root / "look").mkdir()
    (project.root / "look" / "contact.md").write_text("# Us\n")
    moved = tree(project.model_copy(update={"docs_dir": "look"}))
    assert "docs/contact.md" in moved
    assert "docs/about.md" not in moved
