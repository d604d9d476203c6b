"""A pickle is detected by its name or its content, and other files are not mistaken for pickles."""

from __future__ import annotations

import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from executable_glossary.execution.pickles import has_pickle_name, is_pickle


@pytest.mark.parametrize("name", ["weights.pkl", "a.b.PICKLE", "model.joblib"])
def test_names_of_pickles(name: str) -> None:
    assert has_pickle_name(name)


@pytest.mark.parametrize("name", ["weights.safetensors", "pickle", "pkl.csv", "model.pt", "w.bin"])
def test_names_of_other_files(name: str) -> None:
    assert not has_pickle_name(name)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("thing", [None, {"a": [1, 2.5]}, list(range(5000)), b"x" * 10**6], ids=type)
def test_a_pickle_is_detected(tmp_path: Path, protocol: int, thing: object) -> None:
    (tmp_path / "w.bin").write_bytes(pickle.dumps(thing, protocol=protocol))
    assert is_pickle(tmp_path / "w.bin")


def test_archives_and_arrays_that_contain_pickles_are_detected(tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "objects.npz", a=np.zeros(3), b=np.array([{}], dtype=object))
    with zipfile.ZipFile(tmp_path / "torch.bin", "w") as archive:
        archive.writestr("archive/data.pkl", b"")
    assert [file.name for file in sorted(tmp_path.iterdir()) if not is_pickle(file)] == []


def test_a_file_saved_by_torch_is_detected(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.save({"w": torch.zeros(3)}, tmp_path / "new.pt")
    torch.save({"w": torch.zeros(3)}, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    assert is_pickle(tmp_path / "new.pt")
    assert is_pickle(tmp_path / "old.pt")


def test_safe_formats_are_not_detected(tmp_path: Path) -> None:
    np.save(tmp_path / "numbers.npy", np.zeros(3))
    np.savez(tmp_path / "numbers.npz", a=np.zeros(3), b=np.array(["text"]))
    (tmp_path / "table.csv").write_text("a,b\n0.5,1\n")
    (tmp_path / "words.json").write_text('{"a": "cos\\nsystem."}')
    (tmp_path / "nothing").touch()
    assert [file.name for file in sorted(tmp_path.iterdir()) if is_pickle(file)] == []


def test_a_file_saved_by_safetensors_is_not_detected(tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.numpy")
    safetensors.save_file({"w": np.zeros(3)}, tmp_path / "w.safetensors")
    assert not is_pickle(tmp_path / "w.safetensors")


@given(st.binary(max_size=60))
def test_any_bytes_can_be_inspected(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.bin"
    file.write_bytes(b"\x80\x04" + content)
    assert is_pickle(file) in (True, False)


def archive(folder: Path, damage: Callable[[bytes], bytes] = lambda content: content) -> Path:
    """An archive with a text and a pickle, after damage."""
    with zipfile.ZipFile(folder / "w.zip", "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("a.txt", "a" * 999)
        files.writestr("b.bin", pickle.dumps({}))
    (folder / "w.zip").write_bytes(damage((folder / "w.zip").read_bytes()))
    return folder / "w.zip"


@pytest.mark.parametrize("place", range(0, 220, 3))
def test_a_damaged_archive_can_be_inspected(tmp_path: Path, place: int) -> None:
    file = archive(tmp_path, lambda content: content[:place] + b"\xff\x00\xff" + content[place + 3 :])
    assert is_pickle(file) in (True, False)


def test_a_damaged_text_does_not_hide_a_pickle(tmp_path: Path) -> None:
    assert is_pickle(archive(tmp_path, lambda content: content[:36] + b"\xff\x00\xff" + content[39:]))


@pytest.mark.parametrize("before", [b"", b"PK\x03\x04"], ids=["pickle", "archive"])
def test_a_file_of_which_a_large_part_must_be_read_is_refused_in_little_memory(
    tmp_path: Path, before: bytes
) -> None:
    """The beginning of an object of 1 GB, or the end of an archive whose table of contents is that long."""
    size = 1_000_000_000
    end = b"PK\x05\x06" + bytes(8) + struct.pack("<2LH", size, 4, 0) if before else b""
    with (tmp_path / "w.bin").open("wb") as file:
        file.write(before or b"\x80\x04B" + struct.pack("<L", size))
        file.truncate(size + 4 + (0 if before else 100))
        file.seek(0, 2)
        file.write(end)
    tracemalloc.start()
    try:
        assert is_pickle(tmp_path / "w.bin")
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
