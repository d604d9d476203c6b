"""The concepts that an author is working on, and the pages that are built with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_glossary.adapters.git import GitError, changed_since_commit
from executable_glossary.app.preview.focus import Focus, begun_in
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.project import Project
from executable_glossary.stages.load import load
from glossaries import lay_out
from repositories import commit, git, new_repository

ALONE = """\
term: {term}
meaning: A concept that only {other} knows.
see_also: [{{concept: {other}, relation: used-with, why: It is near.}}]
blocks: {{definition: A text.}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """dropout <-> overfitting <- noise <- hum."""
    near = {"noise": "overfitting", "hum": "noise"}
    texts = {f"concepts/{id}.yml": ALONE.format(term=id, other=other).encode() for id, other in near.items()}
    return Project(root=lay_out(tmp_path, texts))


def glossary_in(project: Project) -> Glossary:
    glossary, problems = load(project)
    assert glossary is not None
    assert not problems
    return glossary


def edit(project: Project, id: str) -> None:
    path = project.concepts / f"{id}.yml"
    path.write_text(path.read_text("utf-8").replace("meaning: ", "meaning: Newly said, "), "utf-8")


def committed(project: Project) -> None:
    commit(new_repository(project.root), "All")


def test_a_concept_is_built_with_the_concepts_that_it_names_and_that_name_it(project: Project) -> None:
    glossary = glossary_in(project)
    assert Focus(["overfitting"])(glossary) == {"overfitting", "dropout", "noise"}
    assert Focus(["hum"])(glossary) == {"hum", "noise"}
    assert Focus([])(glossary) == set()


def test_concepts_edited_later_are_added_and_stay(project: Project) -> None:
    focus = Focus(["hum"])
    focus(glossary_in(project))
    before = (project.concepts / "dropout.yml").read_text("utf-8")
    edit(project, "dropout")
    assert focus(glossary_in(project)) == {"hum", "noise", "dropout", "overfitting"}
    (project.concepts / "dropout.yml").write_text(before, "utf-8")
    assert "dropout" in focus(glossary_in(project))


def test_new_concepts_are_added_and_deleted_ones_are_dropped(project: Project) -> None:
    focus = Focus([])
    focus(glossary_in(project))
    (project.concepts / "new.yml").write_text(ALONE.format(term="New", other="hum"), "utf-8")
    assert focus(glossary_in(project)) == {"new", "hum"}
    (project.concepts / "new.yml").unlink()
    assert focus(glossary_in(project)) == set()


def test_it_starts_with_the_concepts_that_differ_from_the_last_commit(project: Project) -> None:
    committed(project)
    assert begun_in(project, ())[0] == set()
    edit(project, "dropout")
    (project.concepts / "new thing.yml").write_text("term: New", "utf-8")
    (project.concepts / "_axes.yml").write_text("", "utf-8")
    (project.concepts / "notes.txt").write_text("", "utf-8")
    begun, message = begun_in(project, ())
    assert begun == {"dropout", "new thing"}
    assert "dropout, new thing" in message


def test_staged_changes_count_as_well(project: Project) -> None:
    committed(project)
    edit(project, "hum")
    git(project.root, "add", ".")
    assert changed_since_commit(project.concepts) == {"hum.yml"}


def test_concepts_can_be_given_explicitly(project: Project) -> None:
    committed(project)
    edit(project, "dropout")
    assert begun_in(project, ("hum", "noise"))[0] == {"hum", "noise"}


def test_without_git_it_says_so(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.root.parent))
    with pytest.raises(GitError):
        changed_since_commit(project.concepts)
    assert "not in a Git repository" in begun_in(project, ())[1]
    monkeypatch.setenv("PATH", str(project.root))
    assert begun_in(project, ())[0] == set()


def test_without_a_commit_there_are_no_changes(project: Project) -> None:
    git(project.root, "init", "--quiet")
    with pytest.raises(GitError):
        changed_since_commit(project.concepts)
