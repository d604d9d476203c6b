"""Links that leave the project, and files that are none, are reported instead of published or read."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import prepare
from executable_glossary.stages.execute.cache_key import file_hash
from executable_glossary.stages.execute.drift import recorded
from executable_glossary.stages.load.odd_files import odd_files
from glossaries import lay_out

FOLDERS = (
    "docs",
    "docs/assets",
    "templates/theme",
    "examples",
    "examples/data",
    "examples/recorded",
    "concepts",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A glossary beside a secret, a library, and data, which mkdocs.yml names."""
    folder = lay_out(tmp_path / "glossary", {"templates/own": b"so that the templates are a copy"})
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True, parents=True)
    for name in ("secret.txt", "library/code.py", "photographs/a.png", "glossary/.env"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("secret")
    (folder / "mkdocs.yml").write_text(
        "site_name: A glossary\ntheme: {name: material}\nplugins:\n"
        "- glossary: {readable: [../library], caches: {photographs: ../photographs}}\n"
    )
    return folder


def test_a_published_name_that_is_not_utf_8_is_an_error(root: Path) -> None:
    for name in (b"docs/\xff.md", b"docs/assets/\xff/a.css", b"examples/data/\xff"):
        file = Path(os.fsdecode(os.fsencode(root) + b"/" + name))
        file.parent.mkdir(exist_ok=True)
        file.touch()
    assert codes(root) == [("docs/assets/\udcff", "not-utf-8"), ("docs/\udcff.md", "not-utf-8")]


def codes(root: Path) -> list[tuple[str, str]]:
    project, problems = read_project(root, runs="frozen")
    assert project is not None, problems
    return [(problem.place.path, problem.code) for problem in odd_files(project)]


def test_an_ordinary_glossary_has_none(root: Path) -> None:
    (root / "docs/inside.txt").symlink_to("../mkdocs.yml")
    (root / "examples/library").symlink_to("../../library")
    (root / "examples/photographs").symlink_to("../../photographs/a.png")
    (root / "examples/later.bin").symlink_to(".annex/not-downloaded")
    (root / "concepts/.#dropout.yml").symlink_to("an-editor's-lock")
    assert codes(root) == []


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("target", ["../secret.txt", "../../secret.txt", "/etc/passwd", "/etc", ".env"])
def test_a_link_that_leaves_is_reported(root: Path, folder: str, target: str) -> None:
    real = os.path.relpath(root / target, root / folder) if target.startswith(".") else target
    (root / folder / "key.txt").symlink_to(real)
    if os.path.exists(root / folder / "key.txt"):
        assert codes(root) == [(f"{folder}/key.txt", "link-outside")]


def test_a_published_link_to_nothing_is_reported(root: Path) -> None:
    (root / "docs/gone.txt").symlink_to("nowhere")
    (root / "docs/circle.txt").symlink_to("circle.txt")
    assert codes(root) == [("docs/circle.txt", "link-outside"), ("docs/gone.txt", "link-outside")]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def endpoint(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as own:
        # The path of a socket must be short.
        here = os.getcwd()
        os.chdir(path.parent)
        own.bind(path.name)
        os.chdir(here)


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("make", [pipe, endpoint])
def test_a_special_file_is_reported(root: Path, folder: str, make: Callable[[Path], None]) -> None:
    make(root / folder / "odd.txt")
    assert codes(root) == [(f"{folder}/odd.txt", "special-file")]


def test_a_record_that_is_a_pipe_or_a_folder_is_not_read(root: Path) -> None:
    project, _ = read_project(root, runs="frozen")
    assert project is not None
    os.mkfifo(root / "examples/recorded/piped.json")
    (root / "examples/recorded/folder.json").mkdir()
    for name in ("piped", "folder"):
        runs, problems = recorded(project, name)
        assert (runs, [problem.code for problem in problems]) == ((), ["special-file"])
    assert ("examples/recorded/piped.json", "special-file") in {
        (problem.place.path, problem.code) for problem in prepare(project).problems
    }


def test_a_device_has_no_hash() -> None:
    assert file_hash(Path("/dev/zero")) == ""
