"""The store: everything that it returns is intact, even if files in it were damaged."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from executable_glossary.execution.store import ABANDONED, Store
from executable_glossary.model.run import Figure, Output, Run

KEY = "a" * 64
PICTURE, WEIGHTS = b"a picture", b"weights"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def kept(store: Store, tmp_path: Path, date: str = "2026-01-01") -> Run:
    """A run with a figure and an artifact whose files are in the store; the run itself is not saved yet."""
    (tmp_path / "figure.png").write_bytes(PICTURE)
    (tmp_path / "w.bin").write_bytes(WEIGHTS)
    figure = Figure("grid", tmp_path / "figure.png", "caption", "alt", 2, 3)
    output = Output("look", "text\n", value="1", figures=(figure,))
    run = Run("one", 0, "passed", outputs=(output,), metrics={"a": 0.5, "n": 3}, key=KEY, date=date)
    return store.keep(run, tmp_path, ("w.bin", "never-written.bin"))


def test_a_stored_run_is_restored_unchanged(store: Store, tmp_path: Path) -> None:
    run = kept(store, tmp_path)
    store.write(run)
    assert store.runs(KEY) == (run,)
    assert store.runs(KEY)[0].figures[0].file.read_bytes() == PICTURE
    assert isinstance(store.runs(KEY)[0].metrics["n"], int)


def test_artifacts_are_keyed_by_their_hash(store: Store, tmp_path: Path) -> None:
    run = kept(store, tmp_path)
    assert list(run.artifacts) == ["w.bin"]
    file = store.artifact(run.artifacts["w.bin"])
    assert file is not None
    assert file.read_bytes() == WEIGHTS
    assert store.artifact("b" * 64) is None


def test_an_unknown_key_has_no_runs(store: Store) -> None:
    assert store.runs(KEY) == ()


def test_one_key_may_have_several_runs(store: Store, tmp_path: Path) -> None:
    """This happens if a shared module is changed and then changed back."""
    late, early = kept(store, tmp_path, "2026-02-02"), kept(store, tmp_path, "2026-01-01")
    store.write(late)
    store.write(early)
    store.write(early)
    assert store.runs(KEY) == (early, late)


def files(tmp_path: Path, kind: str) -> list[Path]:
    return [path for path in (tmp_path / "store" / kind).rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", ["objects", "runs"])
@pytest.mark.parametrize(
    "harm",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: bytes([content[0] ^ 1]) + content[1:],
        lambda content: b'{"example": "foreign"}',
    ],
    ids=["truncated", "empty", "flipped", "foreign"],
)
def test_a_damaged_file_counts_as_missing_and_is_replaced(
    store: Store, tmp_path: Path, kind: str, harm
) -> None:  # type: ignore[no-untyped-def]
    run = kept(store, tmp_path)
    store.write(run)
    for file in files(tmp_path, kind):
        whole = file.read_bytes()
        file.write_bytes(harm(whole))
        assert store.runs(KEY) == ()
        store.write(kept(store, tmp_path))
        assert store.runs(KEY) == (run,)


def folder_in_place(place: Path) -> None:
    place.mkdir()
    (place / "notes.txt").write_text("mine")


def folders_file_in_place(place: Path) -> None:
    shutil.rmtree(place.parent)
    place.parent.write_text("mine")


def link_to_nowhere(place: Path) -> None:
    place.symlink_to(place.with_name("nowhere"))


def link_to_a_folder(place: Path) -> None:
    place.symlink_to(place.parent.parent.parent.parent)


ODD = (folder_in_place, folders_file_in_place, link_to_nowhere, link_to_a_folder, os.mkfifo)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.__name__)
@pytest.mark.parametrize("kind", ["objects", "runs"])
def test_an_unexpected_object_in_place_of_a_file_is_replaced(
    store: Store, tmp_path: Path, kind: str, odd: Callable[[Path], None]
) -> None:
    run = kept(store, tmp_path)
    store.write(run)
    place = files(tmp_path, kind)[0]
    place.unlink()
    odd(place)
    assert store.runs(KEY) == ()
    assert store.inventory().size > 0
    store.write(kept(store, tmp_path))
    assert store.runs(KEY) == (run,)
    aside = [file.read_text() for file in (tmp_path / "store").glob("aside-*/**/*") if file.is_file()]
    assert aside == (["mine"] if odd in (folder_in_place, folders_file_in_place) else [])


@pytest.mark.parametrize("name", ["objects", "runs", "work"])
def test_a_file_in_place_of_a_folder_is_replaced_and_removed_later(
    store: Store, tmp_path: Path, name: str
) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / name).write_text("mine")
    with store.working_folder():
        store.write(kept(store, tmp_path))
    assert len(store.runs(KEY)) == 1
    (aside,) = (tmp_path / "store").glob("aside-*")
    assert (aside / name).read_text() == "mine"
    assert aside in [file.path for file in store.inventory().rest]
    os.utime(aside, (0, 0))
    with store.working_folder():
        assert not aside.exists()


def test_a_file_that_disappears_while_it_is_measured_has_size_zero(store: Store, tmp_path: Path) -> None:
    store.write(kept(store, tmp_path))
    with store.working_folder() as folder:
        (folder / "gone").symlink_to(folder / "nowhere")
        rest = store.inventory().rest
    assert [file.path for file in rest] == [folder]
    store.remove(rest[0])


def test_a_link_to_a_folder_is_removed_but_not_the_folder(store: Store, tmp_path: Path) -> None:
    store.write(kept(store, tmp_path))
    place = files(tmp_path, "objects")[0]
    place.unlink()
    place.symlink_to(tmp_path)
    store.remove(store.inventory().objects[place.name])
    assert (tmp_path / "w.bin").exists()
    assert not place.is_symlink()


def test_of_runs_with_the_same_date_the_last_written_is_the_latest(store: Store, tmp_path: Path) -> None:
    """Dates have a resolution of one second, and a run may be shorter."""
    runs = [replace(kept(store, tmp_path), metrics={"a": float(number)}) for number in range(5)]
    for number, run in enumerate(runs):
        before = set(files(tmp_path, "runs"))
        store.write(run)
        (new,) = set(files(tmp_path, "runs")) - before
        os.utime(new, (number, number))
    assert list(store.runs(KEY)) == runs
    assert [run.metrics["a"] for run in store.every()] == [0, 1, 2, 3, 4]
    ages = {run.file.modified: run.age for run in store.inventory().runs}
    assert sorted(ages.values()) == [ages[number] for number in range(5)]


def test_a_lost_object_makes_its_run_missing(store: Store, tmp_path: Path) -> None:
    store.write(kept(store, tmp_path))
    files(tmp_path, "objects")[0].unlink()
    assert store.runs(KEY) == ()


def test_a_run_in_an_older_format_counts_as_missing(store: Store, tmp_path: Path) -> None:
    from hashlib import sha256

    content = b'{"example": "one"}'
    folder = tmp_path / "store" / "runs" / KEY
    folder.mkdir(parents=True)
    (folder / f"{sha256(content).hexdigest()}.json").write_bytes(content)
    assert store.runs(KEY) == ()


def test_no_temporary_files_are_left(store: Store, tmp_path: Path) -> None:
    store.write(kept(store, tmp_path))
    assert not [path for path in files(tmp_path, "") if path.name.startswith(".part")]


def test_a_working_folder_is_empty_and_removed_afterward(store: Store) -> None:
    with store.working_folder() as folder, store.working_folder() as other:
        assert folder != other
        assert list(folder.iterdir()) == []
        (folder / "file").write_text("x")
    assert not folder.exists()


def test_a_working_folder_left_by_a_killed_build_is_removed_after_a_day(store: Store) -> None:
    with store.working_folder() as left, store.working_folder() as busy:
        (left / "weights").write_bytes(b"much")
        yesterday = time.time() - ABANDONED - 1
        os.utime(left, (yesterday, yesterday))
        with store.working_folder():
            assert not left.exists()
            assert busy.exists()


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from executable_glossary.model.run import Run
from executable_glossary.execution.store import ABANDONED, Store
store, folder = Store(Path(sys.argv[1])), Path(sys.argv[2])
run = Run("one", 0, "passed", key="a" * 64)
print("ready", flush=True)
for number in range(10**6):
    (folder / "w.bin").write_bytes(str(number).encode() * 20_000)
    store.write(replace(store.keep(run, folder, ("w.bin",)), date=str(number)))
"""


def test_the_store_survives_a_kill_at_any_moment(store: Store, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    command = [sys.executable, "-c", WRITER, str(tmp_path / "store"), str(work)]
    for pause in (0.0, 0.004, 0.013, 0.03, 0.071):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(pause)
            os.kill(writer.pid, signal.SIGKILL)
        for run in store.runs(KEY):
            assert all(store.artifact(hash) for hash in run.artifacts.values())
    run = replace(kept(store, tmp_path), date="9")
    store.write(run)
    assert run in store.runs(KEY)
