"""A store that git tracks is refused, because its runs may be forged."""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.build_record import BuildFacts, LastBuild
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.project import Project
from executable_glossary.stages.load.tracked_store import tracked_store
from repositories import commit, committed_glossary, git, new_repository


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A glossary whose store contains a file that git does not track."""
    folder = committed_glossary(tmp_path / "glossary")
    (folder / ".gitignore").write_text(".glossary/\n")
    (folder / ".glossary/runs").mkdir(parents=True)
    (folder / ".glossary/runs/forged.json").write_text("{}")
    return folder


def project(root: Path, **settings: object) -> Project:
    found, problems = read_project(root, runs="frozen", **settings)
    assert found is not None, problems
    return found


def store_at(root: Path, folder: str) -> Project:
    return project(root, store=folder)


def test_an_ignored_store_is_accepted(root: Path) -> None:
    commit(root, "Ignore the store")
    assert tracked_store(project(root)) == ()


def test_a_tracked_file_is_named(root: Path) -> None:
    git(root, "add", "--force", ".glossary/runs/forged.json")
    (problem,) = tracked_store(project(root))
    assert (problem.code, problem.place.path) == ("tracked-store", ".glossary/runs/forged.json")


def test_a_link_in_the_place_of_the_store_is_found(root: Path) -> None:
    (root / ".glossary").rename(root / "elsewhere")
    (root / ".glossary").symlink_to("elsewhere")
    git(root, "add", "--force", ".glossary")
    assert [problem.place.path for problem in tracked_store(project(root))] == [".glossary"]


def test_a_store_beyond_a_tracked_link_is_found(root: Path) -> None:
    (root / "real").mkdir()
    (root / ".glossary").rename(root / "real/st")
    (root / "link").symlink_to("real")
    for name in ("link", "real"):  # either of them came with a commit
        git(root, "add", "--force", name)
        found = [problem.place.path for problem in tracked_store(store_at(root, "link/st"))]
        assert found == [{"link": "link", "real": "real/st/runs/forged.json"}[name]]
        git(root, "rm", "-r", "--quiet", "--cached", name)
    assert tracked_store(store_at(root, "link/st")) == ()


def test_a_store_of_another_repository_is_found(tmp_path: Path, root: Path) -> None:
    other = new_repository(tmp_path / "other")
    (root / ".glossary").rename(other / "st")
    commit(other, "Forge")
    forged = "st/runs/forged.json"
    inside = [problem.place.path for problem in tracked_store(store_at(root, "../other/st"))]
    assert inside == [f"../other/{forged}"]
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    assert [problem.place.path for problem in tracked_store(store_at(root, "sub/st"))] == [f"sub/{forged}"]
    assert [problem.code for problem in tracked_store(store_at(root, "sub"))] == ["tracked-store"]


def test_a_glossary_in_a_subfolder_of_a_repository(tmp_path: Path, root: Path) -> None:
    git(root, "add", "--force", ".")
    inner = root / "docs"
    inner.mkdir()
    (inner / "mkdocs.yml").write_text("site_name: Inner\ntheme: {name: material}\n")
    (inner / ".glossary").mkdir()
    assert tracked_store(project(inner)) == ()
    (inner / ".glossary/x").write_text("")
    git(inner, "add", "--force", ".glossary/x")
    assert [problem.place.path for problem in tracked_store(project(inner))] == [".glossary/x"]


def test_without_git_there_is_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    git(root, "add", "--force", ".glossary")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tracked_store(project(root)) == ()
    (problem,) = tracked_store(project(root, strict=True))
    assert "git is not installed" in problem.message


def test_a_build_with_a_tracked_store_is_not_skipped(root: Path) -> None:
    (root / "site").mkdir()
    facts = BuildFacts()
    LastBuild(project(root), root / "site", {}).keep(facts, started=2e9)
    assert LastBuild(project(root), root / "site", {}).unchanged(SubprocessRunner) == facts
    git(root, "add", "--force", ".glossary/runs/forged.json")
    assert LastBuild(project(root), root / "site", {}).unchanged(SubprocessRunner) is None
