"""End-to-end tests of `glossary report`, each in its own repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from glossaries import BASE, glossary, lay_out
from repositories import IDENTITY, OWN_TEMPLATES, commit, committed_glossary, git, new_repository

DROPOUT = (BASE / "concepts/dropout.yml").read_bytes()
OVERFITTING = (BASE / "concepts/overfitting.yml").read_bytes()


def report(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    with patch.dict(os.environ, IDENTITY):
        return glossary(folder, "report", *arguments)


def report_of_another_process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "executable_glossary", "-C", str(folder), "report", *arguments]
    return subprocess.run(
        command, env={**os.environ, **IDENTITY}, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A branch that changes one sentence of one concept; half of the change is committed."""
    folder = committed_glossary(tmp_path / "project")
    git(folder, "switch", "--quiet", "--create", "work")
    (folder / "concepts/overfitting.yml").write_bytes(OVERFITTING.replace(b"by heart", b"by rote"))
    commit(folder, "Say it otherwise")
    (folder / "concepts/dropout.yml").write_bytes(DROPOUT.replace(b"the same chance", b"an equal chance"))
    return folder


def test_the_working_tree_is_compared_with_its_merge_base_with_main(project: Path) -> None:
    result = report(project)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("Compared with main (")
    assert "out with [-the same-]{+an equal+} chance." in result.stdout
    assert "[-heart-]{+rote+}" in result.stdout


def test_a_different_revision_can_be_given(project: Path) -> None:
    result = report(project, "--base", "HEAD")
    assert "an equal" in result.stdout
    assert "{+rote+}" not in result.stdout


@pytest.mark.parametrize("name", ["no-such-branch", "--exec=x"])
def test_an_unknown_revision_is_wrong_usage(project: Path, name: str) -> None:
    result = report(project, "--base", name)
    assert result.returncode == 2
    assert f'git cannot find the revision "{name}"' in result.stderr


def test_a_folder_without_git_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n")
    result = report(tmp_path)
    assert result.returncode == 2
    assert "nothing to compare with" in result.stderr


def test_a_head_with_errors_is_reported_and_exits_with_1(project: Path) -> None:
    (project / "concepts/dropout.yml").write_bytes(b"term: Dropout\n")
    result = report(project)
    assert result.returncode == 1
    assert "Pages: not compared: the changed glossary has" in result.stdout
    assert "concepts/dropout.yml" in result.stdout
    assert "file has errors now: dropout" in result.stdout


def test_a_base_with_errors_is_reported_and_exits_with_0(tmp_path: Path) -> None:
    folder = committed_glossary(tmp_path / "project", {"concepts/dropout.yml": b"term: Dropout\n"})
    (folder / "concepts/dropout.yml").write_bytes(DROPOUT)
    result = report(folder)
    assert result.returncode == 0
    assert "Pages: not compared: the base has" in result.stdout
    assert "Resolved problems" in result.stdout


def test_a_base_with_unreadable_settings_is_reported(tmp_path: Path) -> None:
    wrong = b"plugins:\n  - glossary: {runss: frozen}\n"
    folder = committed_glossary(tmp_path / "project", {"mkdocs.yml": wrong})
    (folder / "mkdocs.yml").write_bytes((BASE / "mkdocs.yml").read_bytes())
    result = report(folder)
    assert result.returncode == 0
    assert "the base has 1 error, so its pages cannot be built" in result.stdout


def test_in_the_first_pull_request_everything_is_new(tmp_path: Path) -> None:
    folder = new_repository(tmp_path / "project")
    (folder / "README.md").write_text("Soon a glossary.\n")
    empty = commit(folder, "Begin")
    committed = committed_glossary(folder)
    result = report(committed, "--base", empty)
    assert result.returncode == 0
    assert "all new: the base has no glossary" in result.stdout
    assert "new page: /dropout/" in result.stdout


def test_a_glossary_in_a_subfolder_of_a_repository_is_compared(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "whole")
    folder = repository / "docs/words"
    lay_out(folder, OWN_TEMPLATES)
    commit(repository, "Begin")
    (folder / "concepts/dropout.yml").write_bytes(DROPOUT.replace(b"the same chance", b"an equal chance"))
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "docs/about.md").write_text("# About\n")
    (repository / ".gitattributes").write_text("* -diff\n")
    settings = (
        (folder / "mkdocs.yml")
        .read_text()
        .replace("runs: frozen", "runs: frozen\n      may_skip: {by_heart: slow}")
    )
    (folder / "mkdocs.yml").write_text(settings)
    script = (
        (folder / "examples/by_heart.py")
        .read_text()
        .replace("# ///\n", "# [tool.glossary.tolerance]\n# default = 1000.0\n# ///\n", 1)
    )
    (folder / "examples/by_heart.py").write_text(script)
    result = report(folder, "--base", "HEAD")
    assert "[-the same-]{+an equal+}" in result.stdout
    # What no page shows, but decides what a build trusts, is listed.
    for line in (
        "Evidence: no recorded metric, claim, or finding changed; problems: ",
        "Other changes: 2 settings, 1 file that the site publishes, 3 files whose changes no page shows",
        "mkdocs.yml: plugins.glossary.may_skip.by_heart: not set → slow",
        "examples/by_heart.py: tolerance.default: not set → 1000.0",
        "new: ../../.gitattributes",
        "new: docs/about.md",
        "new page: /about/",
    ):
        assert line in result.stdout
    assert "concepts/dropout.yml" not in result.stdout


def test_changed_pages_and_styles_of_the_authors_are_reported(tmp_path: Path) -> None:
    written = {"docs/about.md": b"# About\n\nCall us.\n", "docs/assets/own.css": b"a {}\n"}
    folder = committed_glossary(tmp_path / "project", written)
    (folder / "docs/about.md").write_text("# About\n\nCall [us](https://evil.example).\n")
    (folder / "docs/assets/own.css").write_text("body { display: none }\n")
    text = report(folder).stdout
    for line in (
        "Pages: 1 altered (site-wide pages 1)",
        "Call us{+ (https://evil.example)+}.",
        "Files that the site publishes",
        "  changed: docs/about.md",
        "  changed: docs/assets/own.css",
    ):
        assert line in text


def test_a_change_of_settings_is_not_called_invisible(tmp_path: Path) -> None:
    folder = committed_glossary(tmp_path / "project")
    with (folder / "mkdocs.yml").open("a") as file:
        file.write("nav: [{Home: https://evil.example}]\n")
    text = report(folder).stdout
    assert "Readers: no text changes, but what readers see may" in text
    assert "mkdocs.yml: nav: not set" in text or "mkdocs.yml: nav.Home: not set" in text


def test_no_code_of_the_base_revision_runs(tmp_path: Path) -> None:
    """If the base's example ran, it would leave a file behind."""
    seen = tmp_path / "seen"
    script = (BASE / "examples/by_heart.py").read_text("utf-8")
    spying = f'{script}\nopen({str(seen)!r}, "w").close()\n'
    settings = (BASE / "mkdocs.yml").read_bytes().replace(b"frozen", b"refresh")
    folder = committed_glossary(
        tmp_path / "project", {"examples/by_heart.py": spying.encode(), "mkdocs.yml": settings}
    )
    assert report(folder, "--base", "HEAD").returncode == 0
    assert not seen.exists()


def test_no_files_are_left_behind(project: Path) -> None:
    before = git(project, "status", "--porcelain", "--ignored")
    report(project)
    assert git(project, "status", "--porcelain", "--ignored") == before
    assert git(project, "worktree", "list").count("\n") == 0


def test_json_and_markdown_are_available(project: Path) -> None:
    result = json.loads(report(project, "--format", "json").stdout)
    assert result["base"]["name"] == "main"
    assert "dropout/" in [page["url"] for page in result["pages"]["altered"]]
    markdown = report(project, "--format", "markdown").stdout
    assert "<del>the same</del> <ins>an equal</ins>" in markdown


def test_the_same_change_produces_the_same_report(project: Path) -> None:
    """Also in a process in which sets have another order."""
    first, again = (reporter(project, "--format", "json") for reporter in (report, report_of_another_process))
    assert first.stdout == again.stdout
    assert first.stdout


@pytest.mark.parametrize("format", ["text", "json", "markdown"])
def test_a_name_that_is_not_utf_8_is_listed(project: Path, format: str) -> None:
    """Also if the terminal accepts nothing but UTF-8."""
    Path(os.fsdecode(os.fsencode(project) + b"/\xff\xfe")).touch()
    with patch.dict(os.environ, {"PYTHONIOENCODING": "utf-8:strict"}):
        result = report_of_another_process(project, "--format", format)
    assert (result.returncode, result.stderr) == (0, "")
    assert "dcff" in result.stdout.casefold()


def test_a_base_with_incompatible_templates_is_rendered_with_the_current_ones(tmp_path: Path) -> None:
    old = b"{{ no_longer_given() }}\n"
    folder = committed_glossary(tmp_path / "project", {"templates/formats/entry.md.j2": old})
    (folder / "templates/formats/entry.md.j2").write_bytes(b'{% extends "formats/_frame.md.j2" %}\n')
    (folder / "concepts/dropout.yml").write_bytes(DROPOUT.replace(b"the same chance", b"an equal chance"))
    result = report(folder)
    assert result.returncode == 0
    assert "The base revision's templates do not work with this generator" in result.stdout
    assert "[-the same-]{+an equal+}" in result.stdout
