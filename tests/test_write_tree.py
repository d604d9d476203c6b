"""Writing documents as files: only changed files are written, and outdated ones are removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_glossary.model.page import Document
from executable_glossary.stages.write_tree import write

PAGE = Document("dough/index.md", "# Dough – flour and water\n")
PICTURE = Document("assets/dough.png", b"\x89PNG\r\n")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_text_is_written_as_utf_8_and_bytes_are_unchanged(tmp_path: Path) -> None:
    assert write([PAGE, PICTURE], tmp_path / "new" / "tree") == 2
    assert files(tmp_path / "new" / "tree") == {
        "dough/index.md": b"# Dough \xe2\x80\x93 flour and water\n",
        "assets/dough.png": b"\x89PNG\r\n",
    }


def test_unchanged_documents_are_not_written(tmp_path: Path) -> None:
    write([PAGE, PICTURE], tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert write([PAGE, PICTURE], tmp_path) == 0
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_only_changed_documents_are_written(tmp_path: Path) -> None:
    write([PAGE, PICTURE], tmp_path)
    assert write([Document(PAGE.path, "# Dough\n"), PICTURE], tmp_path) == 1
    assert files(tmp_path)[PAGE.path] == b"# Dough\n"


def test_outdated_files_are_removed_with_their_empty_folders(tmp_path: Path) -> None:
    write([PAGE, PICTURE], tmp_path)
    write([PICTURE], tmp_path)
    assert files(tmp_path) == {"assets/dough.png": b"\x89PNG\r\n"}
    assert not (tmp_path / "dough").exists()


@pytest.mark.parametrize("pair", [("dough", "dough/index.md"), ("dough/index.md", "dough")])
def test_a_file_can_replace_a_folder_and_vice_versa(tmp_path: Path, pair: tuple[str, str]) -> None:
    first, second = pair
    write([Document(first, "old")], tmp_path)
    write([Document(second, "new")], tmp_path)
    assert files(tmp_path) == {second: b"new"}


def test_no_temporary_file_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "dough").mkdir()
    (tmp_path / "dough" / ".index.md.4711").write_text("half")
    write([PAGE], tmp_path)
    assert list(files(tmp_path)) == [PAGE.path]


def test_without_documents_the_folder_is_empty(tmp_path: Path) -> None:
    write([PAGE], tmp_path)
    assert write([], tmp_path) == 0
    assert list(tmp_path.iterdir()) == []
