"""Shrinking the store: the oldest runs are removed first, and runs that are needed are kept, whatever their size."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import test_execute
from executable_glossary.app.store_gc import removal_summary
from executable_glossary.execution.store import Store
from executable_glossary.model.run import Figure, KeyParts, Output, Run
from executable_glossary.stages.execute import accept, explain
from executable_glossary.stages.unused_runs import GRACE, Needed, Swept, sweep
from test_execute import World

world = test_execute.world
NOTHING = Needed(frozenset(), frozenset())
LATER = time.time() + 10 * GRACE


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def remember(store: Store, folder: Path, name: str, seed: int, date: str, content: bytes = b"") -> Run:
    """A stored run with a figure that all runs share, and its own artifact unless content is given."""
    (folder / "grid.png").write_bytes(b"the same picture")
    (folder / "w.bin").write_bytes(content or f"{name} {seed} {date}".encode() * 100)
    figure = Figure("grid", folder / "grid.png", "", "", 1, 1)
    parts = KeyParts(1, "here", ("a",), 1)
    run = Run(name, seed, "passed", outputs=(Output("a", figures=(figure,)),), key=name * 8, date=date)
    kept = store.keep(replace(run, parts=parts), folder, ("w.bin",))
    store.write(kept)
    return kept


def dates(store: Store) -> list[str]:
    return sorted(run.date for run in store.inventory().runs)


def test_the_inventory_measures_every_file(store: Store, tmp_path: Path) -> None:
    remember(store, tmp_path, "one", 0, "2026-01-01")
    files = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert store.inventory().size == sum(path.stat().st_size for path in files)
    assert Store(tmp_path / "nowhere").inventory().size == 0


def test_the_oldest_runs_are_removed_first_with_files_that_only_they_need(
    store: Store, tmp_path: Path
) -> None:
    for day in ("03", "01", "02"):
        remember(store, tmp_path, "one", int(day), f"2026-01-{day}")
    size = store.inventory().size
    swept = sweep(store, size - 2000, NOTHING, LATER)
    assert dates(store) == ["2026-01-02", "2026-01-03"]
    assert (swept.runs, swept.files, swept.before) == (1, 1, size)
    assert swept.after == store.inventory().size <= size - 2000
    assert all(store.runs(run.key) for run in store.inventory().runs)


def test_of_runs_in_the_same_second_the_last_written_is_kept(store: Store, tmp_path: Path) -> None:
    for number, content in enumerate((b"first", b"second", b"third", b"fourth")):
        before = {run.file.path for run in store.inventory().runs}
        remember(store, tmp_path, "one", 0, "2026-01-01", content)
        (new,) = {run.file.path for run in store.inventory().runs} - before
        os.utime(new, (LATER - 10 + number, LATER - 10 + number))
    sweep(store, 0, Needed(frozenset(), frozenset({("one", 0)})), LATER)
    (left,) = store.inventory().runs
    assert left.file.path == new


def test_a_file_needed_by_another_run_is_kept(store: Store, tmp_path: Path) -> None:
    remember(store, tmp_path, "old", 0, "2026-01-01", b"shared weights")
    new = remember(store, tmp_path, "new", 0, "2026-01-02", b"shared weights")
    sweep(store, 0, Needed(frozenset(), frozenset({("new", 0)})), LATER)
    assert [run.example for run in store.runs(new.key)] == ["new"]
    assert store.artifact(new.artifacts["w.bin"]) is not None


def test_upstream_runs_of_a_needed_run_are_kept(store: Store, tmp_path: Path) -> None:
    base = remember(store, tmp_path, "base", 0, "2026-01-01")
    parts = KeyParts(1, "here", ("a",), 1, needs=("base",), artifacts=base.artifacts)
    store.write(Run("user", 0, "passed", key="u", parts=parts, date="2026-01-02"))
    sweep(store, 0, Needed(frozenset({("u", "2026-01-02")}), frozenset()), LATER)
    assert dates(store) == ["2026-01-02"]
    assert store.artifact(base.artifacts["w.bin"]) is not None


def test_the_latest_run_of_a_needed_seed_is_kept(store: Store, tmp_path: Path) -> None:
    for day in ("01", "02", "03"):
        remember(store, tmp_path, "one", 0, f"2026-01-{day}")
    sweep(store, 0, Needed(frozenset(), frozenset({("one", 0)})), LATER)
    assert dates(store) == ["2026-01-03"]


def test_a_record_from_another_machine_keeps_the_runs_of_its_key(store: Store, tmp_path: Path) -> None:
    run = remember(store, tmp_path, "one", 0, "2026-01-01")
    sweep(store, 0, Needed(frozenset({(run.key, "2025-12-31")}), frozenset()), LATER)
    assert dates(store) == ["2026-01-01"]


def test_nothing_is_removed_from_a_small_store(store: Store, tmp_path: Path) -> None:
    remember(store, tmp_path, "one", 0, "2026-01-01")
    size = store.inventory().size
    assert sweep(store, size, NOTHING, LATER) == Swept(0, 0, size, size)


def test_a_dry_run_reports_the_same_and_removes_nothing(store: Store, tmp_path: Path) -> None:
    for day in ("01", "02", "03"):
        remember(store, tmp_path, "one", int(day), f"2026-01-{day}")
    before = dates(store)
    foretold = sweep(store, 0, NOTHING, LATER, dry=True)
    assert dates(store) == before
    assert sweep(store, 0, NOTHING, LATER) == foretold
    assert store.inventory().size == foretold.after == 0


def test_old_leftovers_of_a_killed_build_are_removed(store: Store, tmp_path: Path) -> None:
    run = remember(store, tmp_path, "one", 0, "2026-01-01")
    root = tmp_path / "store"
    left = [root / "work/folder/file", root / "runs" / run.key / ".part-x", root / "objects/ab/.part-y"]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    needed = Needed(frozenset({(run.key, run.date)}), frozenset())
    sweep(store, 0, needed, time.time())
    assert all(path.exists() for path in left)
    sweep(store, 0, needed, LATER)
    assert not any(path.exists() for path in left)
    assert store.runs(run.key) == (run,)


def test_files_of_a_run_that_is_being_written_are_kept(store: Store, tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(b"weights")
    kept = store.keep(Run("one", 0, "passed", key="k"), tmp_path, ("w.bin",))
    sweep(store, 0, NOTHING, time.time())
    store.write(kept)
    assert store.runs("k") == (kept,)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(most=st.integers(0, 6000), stay=st.sets(st.integers(0, 5)))
def test_no_needed_run_is_ever_removed(
    tmp_path_factory: pytest.TempPathFactory, most: int, stay: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = Store(folder / "store")
    runs = [remember(store, folder, f"e{n % 3}", n, f"2026-01-0{n + 1}") for n in range(6)]
    swept = sweep(
        store, most, Needed(frozenset((runs[n].key, runs[n].date) for n in stay), frozenset()), LATER
    )
    left = {run.date for run in store.inventory().runs}
    assert {runs[n].date for n in stay} <= left
    assert swept.after <= most or left == {runs[n].date for n in stay}
    assert all(run in store.runs(run.key) for run in runs if run.date in left)


def test_a_build_afterward_runs_nothing(world: World) -> None:
    for number in (2, 3, 1):
        world.edit("alone", world.sources["alone"].split("z = ")[1], f"{number}\n")
        world.write("examples/_shared.py", f"x = {number}\n")
        world.build()
    accept(world.evidence.values(), world.project)
    store = Store(world.project.store)
    examples = [world.example(name) for name in world.sources]
    forecasts = explain(examples, world.project, world.runner, "auto")
    needed = Needed(frozenset((one.key, one.date) for one in forecasts), frozenset())
    swept = sweep(store, 0, needed, LATER)
    assert swept.runs > 0
    assert world.build() == []
    assert world.problems == ()


@pytest.mark.parametrize(
    ("swept", "most", "dry", "expected"),
    [
        (Swept(0, 0, 2_000_000, 2_000_000), 3_000_000, False, "nothing to remove; the store contains 2.0 MB"),
        (
            Swept(1, 3, 5_000_000, 2_000_000),
            *(3_000_000, False, "removed 1 run and 3 other files, 3.0 MB; the store now contains 2.0 MB"),
        ),
        (
            Swept(2, 1, 5_000_000, 2_000_000),
            *(
                1,
                True,
                "would remove 2 runs and 1 other file, 3.0 MB; the store would contain 2.0 MB, all of it",
            ),
        ),
    ],
)
def test_summary_of_removed_runs(swept: Swept, most: int, dry: bool, expected: str) -> None:
    assert removal_summary(swept, most, dry).startswith(expected)


def test_an_unreadable_file_is_removed(store: Store, tmp_path: Path) -> None:
    run = remember(store, tmp_path, "one", 0, "2026-01-01")
    (file,) = (tmp_path / "store/runs" / run.key).iterdir()
    file.write_bytes(b"{}")
    os.utime(file, (1, 1))
    sweep(store, 0, NOTHING, LATER)
    assert not file.exists()
