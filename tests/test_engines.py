"""Builds the real content with every engine: `glossary build`, plain `mkdocs build`, and Zensical."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from executable_glossary.cli import cli
from glossaries import REPOSITORY, change, lay_out, own_glossary
from published_site import SETTINGS, run_module


def files(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items()}


def test_plain_mkdocs_builds_a_small_glossary_with_identical_files(tmp_path: Path) -> None:
    """The manual, which makes up most of the pages, is left out here. The slow test below includes it."""
    own, theirs = (own_glossary(tmp_path / name) for name in ("own", "theirs"))
    for folder in (own, theirs):
        leave_out_manual(folder)
    run_module("executable_glossary", "build", "--strict", folder=own, settings=SETTINGS)
    run_module("mkdocs", "build", "--strict", folder=theirs, settings=SETTINGS)
    assert_same_files(own / "site", theirs / "site")


@pytest.mark.slow
def test_plain_mkdocs_builds_identical_files(published: Path, tmp_path: Path) -> None:
    """Slow: builds every page of the repository's site a second time."""
    run_module("mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site"), settings=SETTINGS)
    assert_same_files(published, tmp_path / "site")


def leave_out_manual(glossary: Path) -> None:
    change(glossary / "mkdocs.yml", "manual: true", "manual: false")
    change(glossary / "mkdocs.yml", "  - Docs: docs/index.md\n", "")


def assert_same_files(folder: Path, other: Path) -> None:
    ours, theirs = files(folder), files(other)
    assert len(ours) > 10
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


@pytest.mark.slow
def test_zensical_builds_the_plain_tree_strictly(published: Path, tmp_path: Path) -> None:
    """Slow: builds every page of the repository's site with a second engine. (test_init builds a small site.)"""
    tree = tmp_path / "tree"
    run_module("executable_glossary", "render", "--runs", "frozen", str(tree), settings=SETTINGS)
    zensical = Path(sys.executable).with_name("zensical")
    assert zensical.is_file(), "the test extra installs Zensical"
    built = subprocess.run(
        [zensical, "build", "--strict", "--clean"], cwd=tree, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    pages = {path.relative_to(tree / "site") for path in (tree / "site").rglob("index.html")}
    assert {path.relative_to(published) for path in published.rglob("index.html")} <= pages


def test_rendering_again_writes_nothing(tmp_path: Path) -> None:
    glossary = lay_out(tmp_path / "glossary", {})
    assert "wrote 0 files" not in render(glossary, tmp_path / "tree")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "tree").rglob("*")}
    assert "wrote 0 files" in render(glossary, tmp_path / "tree")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "tree").rglob("*")} == before


def render(glossary: Path, tree: Path) -> str:
    result = CliRunner().invoke(cli, ["-C", str(glossary), "render", str(tree)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_every_url_in_the_published_data_is_a_page(published: Path) -> None:
    described = json.loads((published / "glossary.json").read_text("utf-8"))
    urls = [page["url"] for concept in described["concepts"] for page in concept["pages"]]
    assert len(urls) == len(set(urls)) >= 45
    assert [url for url in urls if not (published / url / "index.html").is_file()] == []


def test_all_pages_of_the_first_three_concepts_are_published(published: Path) -> None:
    described = json.loads((published / "glossary.json").read_text("utf-8"))
    for concept in ("fine-tuning", "transfer-learning", "pre-trained-model"):
        pages = next(found["pages"] for found in described["concepts"] if found["id"] == concept)
        counts = {
            name: sum(page["format"] == name for page in pages) for name in ("questions", "article", "blog")
        }
        assert counts == {"questions": 9, "article": 1, "blog": 4}


def test_runs_are_published_with_every_seed(published: Path) -> None:
    runs = json.loads((published / "runs.json").read_text("utf-8"))
    assert runs["schema"] == 1
    seeds = {(run["example"], run["seed"]) for run in runs["runs"]}
    assert {("objects", 0), ("flowers", 0), ("flowers", 1), ("flowers", 2)} <= seeds
    ran = [run for run in runs["runs"] if run["example"] != "flowers_real"]
    assert {run["outcome"] for run in ran} == {"passed"}
    without_metrics = {run["example"] for run in ran if not run["metrics"]}
    assert all(name.startswith("minimal_") for name in without_metrics)
    skipped = [run for run in runs["runs"] if run["origin"] == "none"]
    assert all(run["reason"] and not run["metrics"] for run in skipped)


def test_the_navigation_has_only_seven_pages(published: Path) -> None:
    page = (published / "fine-tuning/index.html").read_text("utf-8")
    assert page.count('class="md-tabs__link"') == 7


def test_an_internal_error_exits_with_3_and_a_request_to_report_it(tmp_path: Path) -> None:
    # A filter that raises an exception stands in for a bug in our code. A template error would be reported as a
    # problem.
    glossary = lay_out(tmp_path / "glossary", {"templates/indexes/glossary.md.j2": b"{{ 5 | fenced }}"})
    shutil.copy(REPOSITORY / "mkdocs.yml", glossary)
    leave_out_manual(glossary)
    process = subprocess.run(
        [sys.executable, "-m", "executable_glossary", "-C", str(glossary), "build", "--runs", "frozen"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert process.returncode == 3
    assert "bug in the generator" in process.stderr
