"""Which examples would run, and why. The answer comes from the same code as the build, so the two always agree."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest

import test_execute
from executable_glossary.app.tables.forecast_table import forecast_table, why_lines
from executable_glossary.execution.store import RUN, Store
from executable_glossary.model.forecast import Forecast
from executable_glossary.model.project import RunsMode
from executable_glossary.stages.execute import accept, explain
from test_execute import EVERYTHING, RERUNS, World, other_bytes

# The same project and the same fake runner.
world = test_execute.world


def forecasts(world: World, mode: RunsMode = "auto") -> dict[tuple[str, int], Forecast]:
    examples = [world.example(name) for name in world.sources]
    world.runner.ran.clear()
    found = explain(examples, world.project, world.runner, mode)
    assert world.runner.ran == []
    return {(one.example, one.seed): one for one in found}


def why(world: World, example: str, seed: int = 0) -> str:
    return forecasts(world)[example, seed].reason


CHANGES: dict[str, tuple[Callable[[World], None], str, str]] = {
    "nothing": (lambda w: None, "base", "nothing changed"),
    "prose": (lambda w: w.edit("base", "Makes a file.", "Makes one."), "base", "nothing changed"),
    "cell": (lambda w: w.edit("base", "print(x)", "print(-x)"), "base", "cell 2, “Look at it”, changed"),
    "new cell": (lambda w: w.edit("base", "x = 1", "x = 1\n# %% New\n4"), "base", "cell 2, “New”, is new"),
    "last cell": (lambda w: w.edit("alone", "z = 3", "z = 3\n# %% Two\n4"), "alone", "cell 2, “Two”, is new"),
    "no cell": (lambda w: w.edit("base", "x = 1\n", ""), "base", "cell 1 was removed"),
    "module": (lambda w: w.write("examples/_shared.py", "x = 2\n"), "base", "_shared.py changed"),
    "no module": (lambda w: (w.root / "examples/_shared.py").unlink(), "base", "_shared.py was deleted"),
    "data": (lambda w: w.write("examples/data.csv", "3\n"), "base", "data.csv changed"),
    "threads": (lambda w: w.edit("base", "threads = 1", "threads = 2"), "base", "threads 1 → 2"),
    "outputs": (
        lambda w: w.edit("base", '["w.bin"]', '["w.bin", "v.bin"]'),
        *("base", "`outputs` changed from [w.bin] to [v.bin, w.bin]"),
    ),
    "variable": (
        lambda w: w.edit("base", "threads = 1", 'threads = 1\n# env = ["DATA_YEAR"]'),
        *("base", "the environment variable DATA_YEAR is now declared"),
    ),
    "version": (lambda w: setattr(w.runner, "installed", {"numpy": "2.1"}), "base", "numpy 2.0 → 2.1"),
    "gone": (lambda w: setattr(w.runner, "installed", {}), "alone", "numpy 2.0 is no longer installed"),
    "platform": (
        lambda w: setattr(w.runner, "place", "python 3.12, here, cpu"),
        *("alone", "python 3.11, here, cpu → python 3.12, here, cpu"),
    ),
    "missing": (
        lambda w: setattr(w.runner, "absent", ("numpy",)),
        *("base", "skipped: numpy is not installed"),
    ),
    "upstream": (
        lambda w: w.edit("base", "x = 1", "x = 2"),
        *("user", "nothing changed, unless base, which runs first, produces different output"),
    ),
    "upstream's outputs": (
        lambda w: w.edit("base", '["w.bin"]', '["w.bin", "v.bin"]'),
        *("user", "artifact v.bin from base does not exist yet"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_first_difference_in_one_line(world: World, change: str) -> None:
    world.build()
    make, example, expected = CHANGES[change]
    make(world)
    assert why(world, example) == expected


def test_a_seed_that_never_ran(world: World) -> None:
    world.build()
    world.edit("user", "[0, 1]", "[0, 1, 2]")
    assert why(world, "user", 2) == "there is no stored run"
    assert why(world, "user", 1) == "nothing changed"


def test_a_changed_artifact_is_a_reason(world: World) -> None:
    world.build()
    world.edit("base", "x = 1", "x = 2")
    user = world.sources.pop("user")
    world.runner.act = other_bytes
    world.build()
    world.sources["user"] = user
    assert why(world, "user") == "artifact w.bin from base changed"


def test_a_run_of_another_branch_is_no_reason(world: World) -> None:
    """What has changed since then is what differs between the branches."""
    world.build()
    here = (world.root / "examples/_shared.py").read_text()
    world.write("examples/_shared.py", "there = 2\n")
    world.build()
    world.write("examples/_shared.py", here)
    assert why(world, "base") == "nothing changed"
    world.runner.installed = {"numpy": "2.1"}
    assert why(world, "base") == "numpy 2.0 → 2.1"


@pytest.mark.parametrize("change", RERUNS)
def test_the_forecast_matches_the_build(world: World, change: str) -> None:
    world.build()
    RERUNS[change][0](world)
    foretold = forecasts(world)
    expected = sorted(seed for seed, found in foretold.items() if found.runs)
    assert sorted(world.build()) == expected
    for found in foretold.values():
        assert found.runs is not found.reason.startswith("nothing changed")
        assert "older version" not in found.reason


def test_a_forecast_writes_nothing(world: World) -> None:
    forecasts(world)
    assert not [path for path in world.project.store.rglob("*") if path.is_file()]


def test_without_a_store_everything_would_run(world: World) -> None:
    found = forecasts(world)
    assert sorted(seed for seed, one in found.items() if one.runs) == EVERYTHING


def test_a_refresh_is_the_reason(world: World) -> None:
    world.build()
    assert {one.reason for one in forecasts(world, "refresh").values()} == {
        "a run of all examples was requested"
    }


def test_a_run_of_an_older_version_is_reported_as_such(world: World) -> None:
    world.build()
    store = Store(world.project.store)
    old = [replace(run, parts=None) for run in store.every() if run.example == "alone"]
    shutil.rmtree(world.project.store)
    for run in old:
        store.write(run)
    assert why(world, "alone") != "nothing changed"
    world.edit("alone", "z = 3", "z = 4")
    assert why(world, "alone") == "the stored run is from an older version of the generator"


def test_a_stored_run_without_cache_key_parts_can_still_be_read(world: World) -> None:
    world.build()
    run = next(Store(world.project.store).every())
    plain = RUN.dump_python(run)
    del plain["parts"]
    assert RUN.validate_python(plain).parts is None


def test_a_damaged_file_is_a_reason(world: World) -> None:
    world.build()
    shutil.rmtree(world.project.store / "objects")
    assert why(world, "base") == "one of its stored files is missing or damaged"


def test_estimates_come_from_the_records(world: World) -> None:
    world.runner.act = lambda run, job, folder: replace(run, seconds=7.0)
    world.build()
    accept(world.evidence.values(), world.project)
    shutil.rmtree(world.project.store)
    assert {one.seconds for one in forecasts(world).values()} == {7.0}


def test_the_table_ends_with_a_summary() -> None:
    found = [
        Forecast("base", 0, True, "cell 1 changed", 35.0),
        Forecast("user", 0, False, "nothing changed"),
        Forecast("user", 10, True, "there is no stored run"),
    ]
    assert forecast_table(found).splitlines() == [
        "base  seed 0   runs, about 35 seconds  cell 1 changed",
        "user  seed 0   does not run            nothing changed",
        "user  seed 10  runs, duration unknown  there is no stored run",
        "2 runs, about 35 seconds if run one after another, 1 of unknown duration",
    ]
    assert forecast_table(found[1:2]).endswith("nothing would run")
    assert "runs, less than 0.1 seconds" in forecast_table([replace(found[0], seconds=0.01)])
    assert why_lines(found[:1]) == "base, seed 0: cell 1 changed"
