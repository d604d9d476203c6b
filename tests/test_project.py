"""A project knows where everything lies, from its root and its settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from generator.model.project import Project, ProjectSettings

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


def test_problems_show_paths_from_the_root_with_forward_slashes() -> None:
    project = Project(root=ROOT)
    assert project.relative(ROOT / "concepts" / "dropout.yml") == "concepts/dropout.yml"


def test_a_path_outside_of_the_project_is_our_own_bug() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        Project(root=ROOT).relative(Path("elsewhere") / "dropout.yml")


def test_unless_told_otherwise_what_changed_is_run_and_warnings_are_warnings() -> None:
    assert ProjectSettings().runs == "auto"
    assert ProjectSettings().strict is False


@pytest.mark.parametrize("wrong", [{"runs": "never"}, {"concept": "words"}, {"strict": "perhaps"}])
def test_a_setting_that_nobody_knows_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ProjectSettings.model_validate(wrong)


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in ProjectSettings.model_fields.values())
