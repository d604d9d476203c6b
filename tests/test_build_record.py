"""A build is skipped only if nothing that it depends on has changed, and its site is as it left it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app import build_inputs
from executable_glossary.app.build_record import BuildFacts, LastBuild, facts_of
from executable_glossary.app.pipeline import build
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.project import Project
from glossaries import change, glossary, lay_out, own_glossary_without_manual

FACTS = BuildFacts(report="1 warning")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A glossary with a file in each folder that its site depends on, and a site."""
    root = lay_out(tmp_path / "glossary", {"templates/own": b"so that the templates are a copy"})
    (root / "mkdocs.yml").write_text(
        "site_name: A glossary\ntheme: {name: material}\nplugins:\n- search\n"
        "- glossary: {readable: [../library], inventories: {'https://example.org/': ../objects.inv}}\n"
    )
    for name in (
        "docs/page.md",
        "../library/code.py",
        "../objects.inv",
        "site/index.html",
        "site/a/index.html",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def last_build(root: Path, site: str = "site", **options: Any) -> LastBuild:
    project, problems = read_project(root, runs="frozen")
    assert project is not None, problems
    return LastBuild(project, root / site, options)


def kept(root: Path, facts: BuildFacts = FACTS) -> None:
    last_build(root).keep(facts, time.time() + 1)


def unchanged(root: Path, **options: Any) -> bool:
    return last_build(root, **options).unchanged(SubprocessRunner) == FACTS


def test_a_build_with_the_same_inputs_is_skipped(folder: Path) -> None:
    assert not unchanged(folder)
    kept(folder)
    assert unchanged(folder)


def write(path: str, text: str | None) -> Callable[[Path], None]:
    """A change to a file: its new content, or None to delete it."""

    def change(root: Path) -> None:
        (root / path).unlink() if text is None else (root / path).write_text(text)

    return change


def link(root: Path) -> None:
    """Replaces a page with a link to another file with the same content."""
    page = root / "site/index.html"
    page.rename(root / "page.html")
    page.symlink_to(root / "page.html")


CHANGES: Mapping[str, Callable[[Path], None]] = {
    "entry": lambda root: change(root / "concepts/dropout.yml", "Switching units off", "Leaving units out"),
    "new entry": write("concepts/new.yml", "term: New"),
    "deleted entry": write("concepts/dropout.yml", None),
    "axes": lambda root: change(root / "concepts/_axes.yml", "label", "label "),
    "example": lambda root: change(root / "examples/by_heart.py", "import", "import  "),
    "file that an example may read": write("examples/data.csv", "1"),
    "library": write("../library/code.py", "changed"),
    "inventory": write("../objects.inv", "changed"),
    "page": write("docs/page.md", "changed"),
    "template": write("templates/blocks/definition.md.j2", "changed"),
    "new override": write("templates/theme/partials/footer.html", "changed"),
    "words": write("templates/words/nl.yml", "a: b"),
    "setting": lambda root: change(root / "mkdocs.yml", "A glossary", "Another glossary"),
    "page of the site": write("site/a/index.html", "changed"),
    "deleted page of the site": write("site/a/index.html", None),
    "added page of the site": write("site/b.html", "b"),
    "linked page of the site": link,
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_noticed_and_so_is_its_reversal(folder: Path, name: str) -> None:
    before = {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()}
    kept(folder)
    CHANGES[name](folder)
    assert not unchanged(folder)
    for path in [path for path in folder.parent.rglob("*") if path.is_file() and path not in before]:
        if ".glossary" not in path.parts:
            path.unlink()
    for path, content in before.items():
        path.unlink(missing_ok=True)
        path.write_bytes(content)
    assert unchanged(folder)


def test_an_edit_of_the_same_size_and_time_is_noticed(folder: Path) -> None:
    """The content counts: some editors and `git checkout` restore times."""
    kept(folder)
    page = folder / "docs/page.md"
    times = page.stat().st_atime_ns, page.stat().st_mtime_ns
    page.write_text("docs/PAGE.md")
    os.utime(page, ns=times)
    assert not unchanged(folder)


@pytest.mark.parametrize("options", [{"strict": True}, {"runs": "refresh"}, {"jobs": 2}])
def test_other_options_are_another_build(folder: Path, options: Mapping[str, Any]) -> None:
    kept(folder)
    assert not unchanged(folder, **options)


def test_another_folder_is_another_build(folder: Path) -> None:
    kept(folder)
    (folder / "site").rename(folder / "public")
    assert last_build(folder, "public").unchanged(SubprocessRunner) is None


def test_the_environment_counts_except_what_a_terminal_sets(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(folder)
    monkeypatch.setenv("SHLVL", "7")
    assert unchanged(folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert not unchanged(folder)


@pytest.mark.parametrize("path", ["blocks/how.md.j2", "site/_headers", "theme/main.html"])
def test_packaged_files_count(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The templates, the site's files, and the theme that come with the generator."""
    packaged = tmp_path / "packaged"
    (packaged / path).parent.mkdir(parents=True)
    (packaged / path).write_text("old")
    monkeypatch.setattr(build_inputs, "PACKAGED", packaged)
    kept(folder)
    assert unchanged(folder)
    (packaged / path).write_text("new")
    assert not unchanged(folder)


def test_installed_packages_count(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version, and an edit of a package that MkDocs builds pages with."""
    installed = tmp_path / "installed"
    (installed / "mkdocs").mkdir(parents=True)
    (installed / "mkdocs/__init__.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(installed), *sys.path])
    monkeypatch.delitem(sys.modules, "mkdocs", raising=False)
    kept(folder)
    (installed / "mkdocs/theme.html").write_text("new")
    assert not unchanged(folder)
    kept(folder)
    assert unchanged(folder)
    (installed / "other-2.0.dist-info").mkdir()
    assert not unchanged(folder)


@pytest.mark.parametrize(
    "settings",
    [
        "hooks: [docs/hook.py]",
        "INHERIT: base.yml",
        "plugins: [search, glossary, macros]",
        "plugins: {search: {}, glossary: {}, macros: {}}",
        "plugins: [glossary: {examples: .}]",
        "markdown_extensions: [pymdownx.snippets]",
        "markdown_extensions: [toc, ours.extension]",
        "markdown_extensions: {ours: {}}",
        "extra: {x: !!python/name:ours.thing }",
    ],
)
def test_a_build_that_may_read_unknown_files_is_never_skipped(folder: Path, settings: str) -> None:
    text = (folder / "mkdocs.yml").read_text()
    if settings.startswith("plugins"):
        text = text.partition("plugins:")[0]
    (folder / "mkdocs.yml").write_text(f"{text}{settings}\n")
    kept(folder)
    assert not unchanged(folder)


def test_an_edit_during_the_build_is_noticed_by_the_next(folder: Path) -> None:
    last = last_build(folder)
    change(folder / "concepts/dropout.yml", "Switching units off", "Leaving units out")
    last.keep(FACTS, time.time() + 1)
    assert not unchanged(folder)


def test_files_that_results_depend_on_count(folder: Path) -> None:
    """Records and stored runs name the files of the project that they were produced from, in any folder."""
    data = folder / "data.csv"
    data.write_text("1")
    facts = FACTS.model_copy(update={"files": (str(data),)})
    kept(folder, facts)
    assert last_build(folder).unchanged(SubprocessRunner) == facts
    data.write_text("2")
    assert last_build(folder).unchanged(SubprocessRunner) is None
    last_build(folder).keep(facts, started=0.0)  # edited after the build began
    assert last_build(folder).unchanged(SubprocessRunner) is None


def test_a_run_that_is_no_longer_stored_is_noticed(folder: Path) -> None:
    """With `--runs auto`, the results that would be shown must be those on the site."""
    facts = FACTS.model_copy(update={"can_run": True, "results": ("another result",)})
    kept(folder, facts)
    assert last_build(folder).unchanged(SubprocessRunner) is None


@pytest.mark.parametrize("text", ["", "{", '{"inputs": 1}'])
def test_a_damaged_record_is_ignored(folder: Path, text: str) -> None:
    kept(folder)
    for file in (folder / ".glossary/builds").glob("*.json"):
        file.write_text(text)
    assert not unchanged(folder)


def test_glossary_build_does_nothing_when_nothing_changed(tmp_path: Path) -> None:
    root = own_glossary_without_manual(tmp_path / "glossary")
    first = glossary(root, "build", "--runs", "frozen")
    page = root / "site/index.html"
    state = page.stat()
    second = glossary(root, "build", "--runs", "frozen")
    assert (first.returncode, second.returncode) == (0, 0)
    assert (first.stdout, second.stdout) == (
        "built site/\n",
        "site/ is up to date: nothing has changed since it was built\n",
    )
    assert second.stderr == first.stderr
    assert page.stat() == state
    page.unlink()
    assert glossary(root, "build", "--runs", "frozen").stdout == "built site/\n"
    assert page.is_file()


def test_stored_results_are_shown_again_only_while_a_build_would_show_them(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "glossary", {})
    (root / "mkdocs.yml").write_text("theme: {name: material}\nplugins: [glossary]\n")
    project, _ = read_project(root)
    assert project is not None
    built = build(project, SubprocessRunner(), lambda event: None)
    facts = facts_of(project, built, SubprocessRunner(), "")
    if facts is None:
        pytest.skip("reads cannot be tracked here, so every build runs the example")
    assert facts.can_run
    assert facts.results
    LastBuild(project, root / "site", {}).keep(facts, time.time() + 1)
    assert LastBuild(project, root / "site", {}).unchanged(SubprocessRunner) == facts
    shutil.rmtree(project.store / "runs")
    assert LastBuild(project, root / "site", {}).unchanged(SubprocessRunner) is None


def test_a_build_that_runs_all_examples_is_never_skipped(folder: Path) -> None:
    project, _ = read_project(folder, runs="refresh")
    assert project is not None
    assert facts_of(project, Build(), SubprocessRunner(), "") is None


def test_a_check_is_repeated_only_after_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints the same and ends with the same exit code, whether or not the files are read again."""
    root = lay_out(tmp_path / "glossary", {})
    (root / "mkdocs.yml").write_text("theme: {name: material}\nplugins: [glossary]\n")
    checked: list[Project] = []
    module = import_module("executable_glossary.cli.check")
    prepare = module.prepare

    def counted(project: Project, today: date) -> Build:
        checked.append(project)
        return prepare(project, today)

    monkeypatch.setattr(module, "prepare", counted)

    def check(*options: str) -> tuple[int, str, str, int]:
        checked.clear()
        result = glossary(root, "check", *options)
        return result.returncode, result.stdout, result.stderr, len(checked)

    first = check()
    assert first[3] == 1
    assert check() == (*first[:3], 0)
    change(root / "concepts/dropout.yml", "term: Dropout", "termm: Dropout")
    wrong = check()
    assert (wrong[0], wrong[3]) == (1, 1)
    assert check() == (*wrong[:3], 0)
    assert check("--format", "json")[3] == 1
