"""`glossary build`: the site is replaced completely or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from glossaries import change, glossary, lay_out, own_glossary_without_manual, tree
from patience import PATIENCE


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


@pytest.fixture
def site_project(tmp_path: Path) -> Path:
    """A glossary with everything needed to build its site."""
    return own_glossary_without_manual(tmp_path / "site-project")


@pytest.mark.parametrize("command", [["render"], ["build", "--site-dir"]], ids=["render", "build"])
@pytest.mark.parametrize("name", ["thesis.txt", "mkdocs.yml"])
def test_a_folder_with_other_files_is_left_unchanged(
    good: Path, tmp_path: Path, command: list[str], name: str
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("years of work")
    result = glossary(good, *command, str(tmp_path / "mine"))
    assert result.returncode == 2
    assert "did not write" in result.stderr
    assert (tmp_path / "mine" / name).read_text() == "years of work"


@pytest.mark.parametrize("command", [["render"], ["build", "--site-dir"]], ids=["render", "build"])
def test_the_glossary_itself_is_never_overwritten(good: Path, command: list[str]) -> None:
    before = tree(good)
    assert glossary(good, *command, str(good)).returncode == 2
    assert tree(good) == before


def test_a_failed_build_keeps_the_old_site(site_project: Path) -> None:
    assert glossary(site_project, "build", "--runs", "frozen").returncode == 0
    before = {path: path.read_bytes() for path in (site_project / "site").rglob("*") if path.is_file()}
    (site_project / "concepts/dropout.yml").write_text("term: Dropout\ntermm: x\n")
    result = glossary(site_project, "build", "--runs", "frozen")
    assert result.returncode == 1
    assert "error[unknown-key]" in result.stderr
    assert "Traceback" not in result.stderr
    assert {
        path: path.read_bytes() for path in (site_project / "site").rglob("*") if path.is_file()
    } == before
    assert not list(site_project.glob(".site.*"))


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
def test_a_full_disk_keeps_the_old_site(tmp_path: Path) -> None:
    """The system refuses to write beyond a size, as it does when a disk is full: first the results, then the pages."""
    root = own_glossary_without_manual(tmp_path / "project")
    assert glossary(root, "build", "--runs", "frozen").returncode == 0
    before = tree(root / "site")
    change(root / "concepts/dropout.yml", "Switching units off", "Leaving units out")
    command = [sys.executable, "-m", "executable_glossary", "-C", str(root), "build", "--runs", "frozen"]
    for size in (1_000, 20_000):
        limited = ["prlimit", f"--fsize={size}", *command]
        result = subprocess.run(limited, capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert (result.returncode, "Traceback" in result.stderr) == (2, False)
        assert "File too large" in result.stdout + result.stderr
        assert tree(root / "site") == before
        assert not list(root.glob(".site.*"))


@pytest.mark.parametrize("command", ["build", "serve"])
def test_a_project_without_the_plugin_is_not_built(good: Path, command: str) -> None:
    (good / "mkdocs.yml").write_text("site_name: A small glossary\nplugins: [search]\n", "utf-8")
    result = glossary(good, command)
    assert result.returncode == 1
    assert 'error[bad-setting]: the plugin "glossary" is not listed' in result.stderr
    assert not (good / "site").exists()


def test_builds_of_the_same_site_run_one_after_another(site_project: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "executable_glossary",
        "-C",
        str(site_project),
        "build",
        "--runs",
        "frozen",
    ]
    building = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)
    ]
    result = [process.communicate(timeout=PATIENCE)[1].decode() for process in building]
    assert [process.returncode for process in building] == [0, 0], result
    assert (site_project / "site/overfitting/index.html").is_file()
    assert not list(site_project.glob(".site.*"))
