"""The hash of data outside the project: what changes it, what does not, and which files are not hashed twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from executable_glossary.execution import external_data
from executable_glossary.execution.external_data import cache_hash

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
    "a file less": lambda lake: (lake / "deep" / "eel.txt").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_different_names_or_content_change_the_hash(lake: Path, tmp_path: Path, change: str) -> None:
    before = cache_hash(lake, tmp_path / "memory")
    CHANGES[change](lake)
    after = cache_hash(lake, tmp_path / "memory")
    assert len(before) == len(after) == 64
    assert before != after


def test_location_and_time_do_not_change_the_hash(lake: Path, tmp_path: Path) -> None:
    before = cache_hash(lake, tmp_path / "memory")
    os.utime(lake / "pike.txt", (LONG_AGO + 9, LONG_AGO + 9))
    moved = lake.rename(tmp_path / "sea")
    assert cache_hash(moved, tmp_path / "memory") == before


def test_a_single_file_can_be_a_cache(lake: Path, tmp_path: Path) -> None:
    assert cache_hash(lake / "pike.txt", tmp_path) not in {
        "",
        cache_hash(lake / "deep" / "eel.txt", tmp_path),
    }


def test_cyclic_links_are_handled(lake: Path, tmp_path: Path) -> None:
    (lake / "deep" / "again").symlink_to(lake)
    assert cache_hash(lake, tmp_path / "memory")


@pytest.mark.parametrize("missing_tool", ["missing", "empty", "broken"])
def test_missing_data_has_no_hash(tmp_path: Path, missing_tool: str) -> None:
    place = tmp_path / missing_tool
    if missing_tool != "missing":
        place.mkdir()
    if missing_tool == "broken":
        (place / "link").symlink_to(tmp_path / "nowhere")
    assert cache_hash(place, tmp_path / "memory") == ""


def test_a_file_is_read_once_and_again_after_a_change(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    digest = external_data.file_digest
    monkeypatch.setattr(
        external_data,
        "file_digest",
        lambda stream, kind: read.append(Path(stream.name).name) or digest(stream, kind),
    )
    cache_hash(lake, tmp_path / "memory")
    assert sorted(read) == ["eel.txt", "pike.txt", "tench.txt"]
    read.clear()
    cache_hash(lake, tmp_path / "memory")
    assert read == []
    (lake / "pike.txt").write_text("PIKE")
    cache_hash(lake, tmp_path / "memory")
    assert read == ["pike.txt"]


def test_a_recently_changed_file_is_read_again(lake: Path, tmp_path: Path) -> None:
    """Two changes within one tick of the clock produce the same size and modification time."""
    file = lake / "pike.txt"
    file.write_text("pikE")
    state = file.stat()
    before = cache_hash(lake, tmp_path / "memory")
    file.write_text("PIKE")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert cache_hash(lake, tmp_path / "memory") != before


@pytest.mark.parametrize("harm", ["", "[]", '{"x": 1}', '{"x": [1]}', "\0"])
def test_damaged_cached_hashes_only_cost_time(lake: Path, tmp_path: Path, harm: str) -> None:
    before = cache_hash(lake, tmp_path / "memory")
    (tmp_path / "memory" / external_data.HASHES).write_text(harm)
    assert cache_hash(lake, tmp_path / "memory") == before
    assert [file.name for file in (tmp_path / "memory").iterdir()] == [external_data.HASHES]
