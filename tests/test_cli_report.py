"""`glossary report` from end to end, in a repository of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from glossaries import BASE
from repositories import IDENTITY, commit, committed_glossary, git, new_repository

DROPOUT = (BASE / "concepts/dropout.yml").read_bytes()
OVERFITTING = (BASE / "concepts/overfitting.yml").read_bytes()


def report(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "executable_glossary", "-C", str(folder), "report", *arguments]
    return subprocess.run(
        command, env={**os.environ, **IDENTITY}, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A branch that changes one sentence of one concept, half of it committed."""
    folder = committed_glossary(tmp_path / "project")
    git(folder, "switch", "--quiet", "--create", "work")
    (folder / "concepts/overfitting.yml").write_bytes(OVERFITTING.replace(b"by heart", b"by rote"))
    commit(folder, "Say it otherwise")
    (folder / "concepts/dropout.yml").write_bytes(DROPOUT.replace(b"the same chance", b"an equal chance"))
    return folder


def test_the_working_tree_is_compared_with_where_it_left_main(project: Path) -> None:
    told = report(project)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("Compared with main (")
    assert "out with [-the same-]{+an equal+} chance." in told.stdout
    assert "[-heart-]{+rote+}" in told.stdout


def test_another_revision_can_be_named(project: Path) -> None:
    told = report(project, "--base", "HEAD")
    assert "an equal" in told.stdout
    assert "{+rote+}" not in told.stdout


@pytest.mark.parametrize("name", ["no-such-branch", "--exec=x"])
def test_a_revision_that_is_none_is_wrong_use(project: Path, name: str) -> None:
    told = report(project, "--base", name)
    assert told.returncode == 2
    assert f'git cannot find the revision "{name}" here' in told.stderr


def test_a_folder_without_git_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n")
    told = report(tmp_path)
    assert told.returncode == 2
    assert "nothing to compare with" in told.stderr


def test_a_head_with_errors_is_reported_and_leaves_with_1(project: Path) -> None:
    (project / "concepts/dropout.yml").write_bytes(b"term: Dropout\n")
    told = report(project)
    assert told.returncode == 1
    assert "Pages: not compared: the changed glossary has" in told.stdout
    assert "concepts/dropout.yml" in told.stdout
    assert "file has errors now: dropout" in told.stdout


def test_a_base_with_errors_is_reported_and_leaves_with_0(tmp_path: Path) -> None:
    folder = committed_glossary(tmp_path / "project", {"concepts/dropout.yml": b"term: Dropout\n"})
    (folder / "concepts/dropout.yml").write_bytes(DROPOUT)
    told = report(folder)
    assert told.returncode == 0
    assert "Pages: not compared: the base has" in told.stdout
    assert "Resolved problems" in told.stdout


def test_a_base_whose_settings_cannot_be_read_is_reported(tmp_path: Path) -> None:
    wrong = b"plugins:\n  - glossary: {runss: frozen}\n"
    folder = committed_glossary(tmp_path / "project", {"mkdocs.yml": wrong})
    (folder / "mkdocs.yml").write_bytes((BASE / "mkdocs.yml").read_bytes())
    told = report(folder)
    assert told.returncode == 0
    assert "the base has 1 error, so its pages cannot be built" in told.stdout


def test_the_first_pull_request_finds_all_of_it_new(tmp_path: Path) -> None:
    folder = new_repository(tmp_path / "project")
    (folder / "README.md").write_text("Soon a glossary.\n")
    empty = commit(folder, "Begin")
    committed = committed_glossary(folder)
    told = report(committed, "--base", empty)
    assert told.returncode == 0
    assert "all new: the base has no glossary" in told.stdout
    assert "new page: /dropout/" in told.stdout


def test_a_glossary_in_a_folder_of_a_repository_is_compared_there(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "whole")
    folder = committed_glossary(repository / "docs" / "words")
    (folder / "concepts/dropout.yml").write_bytes(DROPOUT.replace(b"the same chance", b"an equal chance"))
    told = report(folder, "--base", "HEAD")
    assert "[-the same-]{+an equal+}" in told.stdout


def test_nothing_of_the_revision_is_run(tmp_path: Path) -> None:
    """The example of the base would leave a file behind."""
    seen = tmp_path / "seen"
    script = (BASE / "examples/by_heart.py").read_text("utf-8")
    spying = f'{script}\nopen({str(seen)!r}, "w").close()\n'
    settings = (BASE / "mkdocs.yml").read_bytes().replace(b"frozen", b"refresh")
    folder = committed_glossary(
        tmp_path / "project", {"examples/by_heart.py": spying.encode(), "mkdocs.yml": settings}
    )
    assert report(folder, "--base", "HEAD").returncode == 0
    assert not seen.exists()


def test_it_leaves_nothing_behind(project: Path) -> None:
    before = git(project, "status", "--porcelain", "--ignored")
    report(project)
    assert git(project, "status", "--porcelain", "--ignored") == before
    assert git(project, "worktree", "list").count("\n") == 0


def test_it_speaks_json_and_markdown(project: Path) -> None:
    told = json.loads(report(project, "--format", "json").stdout)
    assert told["base"]["name"] == "main"
    assert "dropout/" in [page["url"] for page in told["pages"]["altered"]]
    markdown = report(project, "--format", "markdown").stdout
    assert "<del>the same</del> <ins>an equal</ins>" in markdown


def test_the_same_change_gives_the_same_report(project: Path) -> None:
    assert report(project, "--format", "json").stdout == report(project, "--format", "json").stdout


def test_a_base_whose_templates_do_not_fit_is_shown_in_those_at_hand(tmp_path: Path) -> None:
    old = b"{{ no_longer_given() }}\n"
    folder = committed_glossary(tmp_path / "project", {"templates/formats/entry.md.j2": old})
    (folder / "templates/formats/entry.md.j2").write_bytes(b'{% extends "formats/_frame.md.j2" %}\n')
    (folder / "concepts/dropout.yml").write_bytes(DROPOUT.replace(b"the same chance", b"an equal chance"))
    told = report(folder)
    assert told.returncode == 0
    assert "The templates of the base do not fit this generator" in told.stdout
    assert "[-the same-]{+an equal+}" in told.stdout
