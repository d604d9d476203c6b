"""The hash of data outside the project: what changes it, what does not, and which files are not hashed twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from executable_glossary.execution import file_hashes
from executable_glossary.execution.external_data import cache_hash
from executable_glossary.execution.file_hashes import FileHashes

LONG_AGO = 1_000_000_000


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A folder with two files and a link to a folder outside it."""
    for name in ("lake/pike.txt", "lake/deep/eel.txt", "outside/tench.txt"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(file.stem)
        os.utime(file, (LONG_AGO, LONG_AGO))
    (tmp_path / "lake" / "river").symlink_to(tmp_path / "outside")
    return tmp_path / "lake"


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda lake: (lake / "pike.txt").write_text("PIKE"),
    "content behind a link": lambda lake: (lake / "river" / "tench.txt").write_text("TENCH"),
    "name": lambda lake: (lake / "pike.txt").rename(lake / "perch.txt"),
    "folder": lambda lake: (lake / "deep").rename(lake / "shallow"),
    "a file more": lambda lake: (lake / "empty.txt").touch(),
    "an empty folder more": lambda lake: (lake / "deep" / "empty").mkdir(),
    "a file less": lambda lake: (lake / "deep" / "eel.txt").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_different_names_or_content_change_the_hash(lake: Path, tmp_path: Path, change: str) -> None:
    before = cache_hash(lake, FileHashes(tmp_path / "memory"))
    CHANGES[change](lake)
    after = cache_hash(lake, FileHashes(tmp_path / "memory"))
    assert len(before) == len(after) == 64
    assert before != after


def test_location_and_time_do_not_change_the_hash(lake: Path, tmp_path: Path) -> None:
    before = cache_hash(lake, FileHashes(tmp_path / "memory"))
    os.utime(lake / "pike.txt", (LONG_AGO + 9, LONG_AGO + 9))
    moved = lake.rename(tmp_path / "sea")
    assert cache_hash(moved, FileHashes(tmp_path / "memory")) == before


def test_a_single_file_can_be_a_cache(lake: Path, tmp_path: Path) -> None:
    hashes = FileHashes(tmp_path)
    assert cache_hash(lake / "pike.txt", hashes) not in {"", cache_hash(lake / "deep" / "eel.txt", hashes)}


def test_cyclic_links_are_handled(lake: Path, tmp_path: Path) -> None:
    (lake / "deep" / "again").symlink_to(lake)
    assert cache_hash(lake, FileHashes(tmp_path / "memory"))


@pytest.mark.parametrize("missing_tool", ["missing", "empty", "broken"])
def test_missing_data_has_no_hash(tmp_path: Path, missing_tool: str) -> None:
    place = tmp_path / missing_tool
    if missing_tool != "missing":
        place.mkdir()
    if missing_tool == "broken":
        (place / "link").symlink_to(tmp_path / "nowhere")
    assert cache_hash(place, FileHashes(tmp_path / "memory")) == ""


def test_a_file_is_read_once_and_again_after_a_change(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    digest = file_hashes.file_digest
    monkeypatch.setattr(
        file_hashes,
        "file_digest",
        lambda stream, kind: read.append(Path(stream.name).name) or digest(stream, kind),
    )
    # The files in a test are always new.
    monkeypatch.setattr(file_hashes, "TOO_FRESH", -1)
    for expected in (["eel.txt", "pike.txt", "tench.txt"], [], ["pike.txt"]):
        hashes = FileHashes(tmp_path / "memory")
        cache_hash(lake, hashes)
        hashes.save()
        assert sorted(read) == expected
        read.clear()
        if not expected:
            (lake / "pike.txt").write_text("PIKE")


def test_a_file_with_its_old_size_and_time_is_read_again(lake: Path, tmp_path: Path) -> None:
    """This is the state after `cp -p`."""
    file, hashes = lake / "pike.txt", FileHashes(tmp_path / "memory")
    state = file.stat()
    before = cache_hash(lake, hashes)
    file.write_text("PIKE")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert cache_hash(lake, hashes) != before


@pytest.mark.parametrize("harm", ["", "[]", '{"x": 1}', '{"x": [1]}', "\0"])
def test_damaged_cached_hashes_only_cost_time(
    lake: Path, tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_hashes, "TOO_FRESH", -1)
    hashes = FileHashes(tmp_path / "memory")
    before = cache_hash(lake, hashes)
    hashes.save()
    (tmp_path / "memory" / file_hashes.NAME).write_text(harm)
    again = FileHashes(tmp_path / "memory")
    assert cache_hash(lake, again) == before
    again.save()
    assert [file.name for file in (tmp_path / "memory").iterdir()] == [file_hashes.NAME]
