"""A project derives all paths from its root and its settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from executable_glossary.model.project import PACKAGED, Project, ProjectSettings

ROOT = Path("glossary")


def test_without_settings_paths_are_those_of_a_checkout() -> None:
    project = Project(root=ROOT)
    assert project.concepts == ROOT / "concepts"
    assert project.templates == ROOT / "templates"
    assert project.examples == ROOT / "examples"
    assert project.store == ROOT / ".glossary"


def test_paths_follow_the_settings() -> None:
    moved = ProjectSettings(concepts="words", templates="look", examples="scripts", store="cache/runs")
    project = Project(root=ROOT, settings=moved)
    assert project.concepts == ROOT / "words"
    assert project.templates == ROOT / "look"
    assert project.examples == ROOT / "scripts"
    assert project.store == ROOT / "cache" / "runs"


def test_records_are_next_to_their_examples() -> None:
    project = Project(root=ROOT, settings=ProjectSettings(examples="scripts"))
    assert project.records == ROOT / "scripts" / "recorded"


def test_a_file_of_the_site_comes_from_the_project_or_else_from_the_package(tmp_path: Path) -> None:
    project = Project(root=tmp_path, docs_dir="pages")
    assert project.site_file("assets/glossary.css") == PACKAGED / "site/assets/glossary.css"
    (tmp_path / "pages" / "assets").mkdir(parents=True)
    (tmp_path / "pages" / "assets" / "glossary.css").touch()
    assert project.site_file("assets/glossary.css") == tmp_path / "pages/assets/glossary.css"


@pytest.mark.parametrize(("said", "folder"), [("", "templates/theme"), ("look", "look")])
def test_the_project_s_theme_overrides_the_packaged_one(said: str, folder: str) -> None:
    assert Project(root=ROOT, theme_dir=said).theme_folders == (ROOT / folder, PACKAGED / "theme")


def test_packaged_files_are_also_available_in_a_checkout() -> None:
    for name in ("defaults.yml", "formats/_frame.md.j2", "site/assets/glossary.css", "theme/main.html"):
        assert (PACKAGED / name).is_file()


def test_problems_show_relative_paths_with_forward_slashes() -> None:
    project = Project(root=ROOT)
    assert project.relative(ROOT / "concepts" / "dropout.yml") == "concepts/dropout.yml"


def test_a_configured_folder_is_shown_relative_to_the_root_too(tmp_path: Path) -> None:
    project = Project(root=tmp_path / "glossary", settings=ProjectSettings(concepts=str(tmp_path / "words")))
    assert project.relative(project.concepts / "dropout.yml") == "../words/dropout.yml"


def test_by_default_changed_examples_run_and_warnings_stay_warnings() -> None:
    assert ProjectSettings().runs == "auto"
    assert ProjectSettings().strict is False


@pytest.mark.parametrize("wrong", [{"runs": "never"}, {"concept": "words"}, {"strict": "perhaps"}])
def test_an_unknown_setting_is_rejected(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ProjectSettings.model_validate(wrong)


def test_every_setting_has_a_description() -> None:
    assert all(field.description for field in ProjectSettings.model_fields.values())
