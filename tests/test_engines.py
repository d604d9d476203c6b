"""The real content under every engine: `glossary build`, plain `mkdocs build`, and Zensical."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from glossaries import REPOSITORY, lay_out

FROZEN = {**os.environ, "GLOSSARY_RUNS": "frozen", "NO_MKDOCS_2_WARNING": "1"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "site"
    arguments = ["build", "--strict", "--runs", "frozen", "--site-dir", str(folder)]
    succeed([sys.executable, "-m", "executable_glossary", "-C", str(REPOSITORY), *arguments])
    return folder


def succeed(command: list[str], **options: object) -> str:
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **options)  # type: ignore[call-overload]
    assert told.returncode == 0, told.stdout + told.stderr
    return str(told.stdout + told.stderr)


def files(folder: Path) -> dict[str, bytes]:
    """All files but sitemaps, which carry the day of the build."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith("sitemap.xml")}


def test_plain_mkdocs_gives_the_same_files_and_bytes(built: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    succeed(command, env=FROZEN, cwd=REPOSITORY)
    ours, theirs = files(built), files(tmp_path / "site")
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_zensical_builds_the_plain_tree_strictly(built: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    succeed(
        [
            sys.executable,
            "-m",
            "executable_glossary",
            "-C",
            str(REPOSITORY),
            "render",
            str(tree),
            "--runs",
            "frozen",
        ]
    )
    zensical = Path(sys.executable).with_name("zensical")
    assert zensical.is_file(), "the test extra installs Zensical"
    succeed([str(zensical), "build", "--strict", "--clean"], cwd=tree)
    pages = {path.relative_to(tree / "site") for path in (tree / "site").rglob("index.html")}
    assert {path.relative_to(built) for path in built.rglob("index.html")} <= pages


def test_rendering_again_writes_nothing(tmp_path: Path) -> None:
    glossary = lay_out(tmp_path / "glossary", {})
    command = [
        sys.executable,
        "-m",
        "executable_glossary",
        "-C",
        str(glossary),
        "render",
        str(tmp_path / "tree"),
    ]
    assert "wrote 0 files" not in succeed(command)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "tree").rglob("*")}
    assert "wrote 0 files" in succeed(command)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "tree").rglob("*")} == before


def test_every_url_of_the_published_data_is_a_page(built: Path) -> None:
    described = json.loads((built / "glossary.json").read_text("utf-8"))
    urls = [page["url"] for concept in described["concepts"] for page in concept["pages"]]
    assert len(urls) == len(set(urls)) >= 45
    assert [url for url in urls if not (built / url / "index.html").is_file()] == []


def test_all_pages_of_the_first_three_concepts_are_published(built: Path) -> None:
    described = json.loads((built / "glossary.json").read_text("utf-8"))
    for concept in ("fine-tuning", "transfer-learning", "pre-trained-model"):
        pages = next(found["pages"] for found in described["concepts"] if found["id"] == concept)
        counts = {
            name: sum(page["format"] == name for page in pages) for name in ("questions", "article", "blog")
        }
        assert counts == {"questions": 9, "article": 1, "blog": 4}


def test_runs_are_published_with_every_seed(built: Path) -> None:
    runs = json.loads((built / "runs.json").read_text("utf-8"))
    assert runs["schema"] == 1
    seeds = {(run["example"], run["seed"]) for run in runs["runs"]}
    assert {("objects", 0), ("flowers", 0), ("flowers", 1), ("flowers", 2)} <= seeds
    ran = [run for run in runs["runs"] if run["example"] != "flowers_real"]
    assert all(run["outcome"] == "passed" and run["metrics"] for run in ran)
    skipped = [run for run in runs["runs"] if run["origin"] == "none"]
    assert all(run["reason"] and not run["metrics"] for run in skipped)


def test_no_page_is_in_the_navigation_but_six(built: Path) -> None:
    page = (built / "fine-tuning/index.html").read_text("utf-8")
    assert page.count('class="md-tabs__link"') == 6


def test_a_bug_of_ours_leaves_with_3_and_the_words_to_report_it(tmp_path: Path) -> None:
    # A filter of ours that raises stands for any bug of ours; what a template does wrong itself is a problem.
    glossary = lay_out(tmp_path / "glossary", {"templates/indexes/glossary.md.j2": b"{{ 5 | fenced }}"})
    shutil.copy(REPOSITORY / "mkdocs.yml", glossary)
    told = subprocess.run(
        [sys.executable, "-m", "executable_glossary", "-C", str(glossary), "build", "--runs", "auto"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert told.returncode == 3
    assert "bug in the generator" in told.stderr
