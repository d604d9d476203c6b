"""A project knows where everything lies, from its root and its settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from executable_glossary.model.project import PACKAGED, Project, ProjectSettings

ROOT = Path("glossary")


def test_without_settings_everything_lies_where_a_checkout_has_it() -> None:
    project = Project(root=ROOT)
    assert project.concepts == ROOT / "concepts"
    assert project.templates == ROOT / "templates"
    assert project.examples == ROOT / "examples"
    assert project.store == ROOT / ".glossary"


def test_folders_follow_the_settings() -> None:
    moved = ProjectSettings(concepts="words", templates="look", examples="scripts", store="cache/runs")
    project = Project(root=ROOT, settings=moved)
    assert project.concepts == ROOT / "words"
    assert project.templates == ROOT / "look"
    assert project.examples == ROOT / "scripts"
    assert project.store == ROOT / "cache" / "runs"


def test_records_lie_with_the_examples_that_made_them() -> None:
    project = Project(root=ROOT, settings=ProjectSettings(examples="scripts"))
    assert project.records == ROOT / "scripts" / "recorded"


def test_a_file_of_the_site_is_the_projects_own_else_the_packaged_one(tmp_path: Path) -> None:
    project = Project(root=tmp_path, docs_dir="pages")
    assert project.site_file("assets/glossary.css") == PACKAGED / "site/assets/glossary.css"
    (tmp_path / "pages" / "assets").mkdir(parents=True)
    (tmp_path / "pages" / "assets" / "glossary.css").touch()
    assert project.site_file("assets/glossary.css") == tmp_path / "pages/assets/glossary.css"


@pytest.mark.parametrize(("said", "folder"), [("", "templates/theme"), ("look", "look")])
def test_the_projects_theme_comes_before_the_packaged_one(said: str, folder: str) -> None:
    assert Project(root=ROOT, theme_dir=said).theme_folders == (ROOT / folder, PACKAGED / "theme")


def test_what_comes_with_the_generator_is_there_in_a_checkout_too() -> None:
    for name in ("defaults.yml", "formats/_frame.md.j2", "site/assets/glossary.css", "theme/main.html"):
        assert (PACKAGED / name).is_file()


def test_problems_show_paths_from_the_root_with_forward_slashes() -> None:
    project = Project(root=ROOT)
    assert project.relative(ROOT / "concepts" / "dropout.yml") == "concepts/dropout.yml"


def test_a_folder_that_mkdocs_yml_places_elsewhere_has_a_path_from_the_root_too(tmp_path: Path) -> None:
    project = Project(root=tmp_path / "glossary", settings=ProjectSettings(concepts=str(tmp_path / "words")))
    assert project.relative(project.concepts / "dropout.yml") == "../words/dropout.yml"


def test_unless_told_otherwise_what_changed_is_run_and_warnings_are_warnings() -> None:
    assert ProjectSettings().runs == "auto"
    assert ProjectSettings().strict is False


@pytest.mark.parametrize("wrong", [{"runs": "never"}, {"concept": "words"}, {"strict": "perhaps"}])
def test_a_setting_that_nobody_knows_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ProjectSettings.model_validate(wrong)


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in ProjectSettings.model_fields.values())
