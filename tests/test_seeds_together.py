"""Several seeds in one run (`seeds = {together = [...]}`): which runs happen, what they measure, and how it is
reported."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import test_execute
from executable_glossary.adapters.word_catalog import english
from executable_glossary.app.store_gc import removal_summary
from executable_glossary.app.tables.forecast_table import forecast_table, why_lines
from executable_glossary.app.tables.problem_list import evidence_line
from executable_glossary.execution import ForkServerRunner, Job, Runner, SubprocessRunner
from executable_glossary.execution.example_parser import read_example
from executable_glossary.execution.records import read_record, write_record
from executable_glossary.execution.store import Store
from executable_glossary.model.evidence import Statistic
from executable_glossary.model.project import ProjectSettings
from executable_glossary.model.run import Run, RunEvent, named_seeds
from executable_glossary.stages.execute import accept, explain
from executable_glossary.stages.render.notebook import notebook
from executable_glossary.stages.unused_runs import Needed, sweep
from glossaries import glossary, lay_out
from test_execute import World

TOGETHER = "seeds = {together = [2, 0, 1]}"
SOLO = '''\
# /// script
# [tool.glossary]
# seeds = {together = [2, 0, 1]}
# outputs = ["all.bin"]
# ///
"""Solo"""

# %% Train
z = 3
'''
NEEDS_SOLO = '''\
# /// script
# [tool.glossary]
# needs = ["solo"]
# seeds = [0, 1]
# ///
"""Reader"""
y = 2
'''


def measured(run: Run, job: Job, folder: Path) -> Run:
    """A run whose metrics differ by seed, as a real runner reports them."""
    by_seed = {seed: {"accuracy": 0.5 + seed / 10, "points": 50} for seed in job.example.together}
    (folder / "all.bin").write_bytes(repr(job.seeds).encode())
    return replace(run, by_seed=by_seed, metrics=by_seed.get(job.seed, run.metrics))


@pytest.fixture
def world(tmp_path: Path) -> World:
    runner = test_execute.FakeRunner(tmp_path, measured)
    world = World(tmp_path, {"solo": SOLO}, runner)
    world.write("examples/_shared.py", "x = 1\n")
    return world


# One run


def test_one_run_measures_all_seeds(world: World) -> None:
    assert world.build() == [("solo", 2)]
    found = world.evidence["solo"]
    assert [(run.seed, run.metrics["accuracy"]) for run in found.runs] == [(2, 0.7), (0, 0.5), (1, 0.6)]
    assert found.metrics["accuracy"] == Statistic((0.7, 0.5, 0.6), together=True, seeds=(2, 0, 1))
    assert [run.seeds for run in found.executions] == [(2, 0, 1)]
    assert world.problems == ()


def test_its_seeds_share_everything_but_their_metrics(world: World) -> None:
    world.build()
    first, *others = world.evidence["solo"].runs
    assert first.figures
    assert first.artifacts
    assert [replace(run, seed=first.seed, metrics=first.metrics) for run in others] == [first, first]


def test_it_is_stored_as_one_run_and_used_again(world: World) -> None:
    world.build()
    before = world.evidence["solo"]
    assert len(Store(world.project.store).inventory().runs) == 1
    assert world.build() == []
    assert world.evidence["solo"] == replace(before, origin="stored")


CHANGES = {
    "nothing": (TOGETHER, []),
    "a longer list": ("seeds = {together = [2, 0, 1, 3]}", [("solo", 2)]),
    "a shorter list": ("seeds = {together = [2, 0]}", [("solo", 2)]),
    "another order": ("seeds = {together = [0, 1, 2]}", [("solo", 0)]),
    "a repetition": ("seeds = {together = [2, 0, 2, 1]}", []),
    "a dotted key": ("seeds.together = [2, 0, 1]", []),
    "a run for each seed": ("seeds = [0, 1]", [("solo", 0), ("solo", 1)]),
    "one seed": ("seeds = {together = [2]}", [("solo", 2)]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_whole_list_determines_the_result(world: World, change: str) -> None:
    world.build()
    new, expected = CHANGES[change]
    world.edit("solo", TOGETHER, new)
    assert sorted(world.build()) == expected
    world.edit("solo", new, TOGETHER)
    assert world.build() == []


REASONS = {
    "seeds = {together = [5, 1]}": "solo, seeds 5, 1: the run now measures seeds 5, 1 instead of seeds 2, 0, 1",
    "seeds = [1]": "solo, seed 1: each seed now has its own run",
    TOGETHER: "solo, seeds 2, 0, 1: nothing changed",
}


@pytest.mark.parametrize("seeds", REASONS)
def test_why_names_the_seeds_and_what_changed_about_them(world: World, seeds: str) -> None:
    world.build()
    world.edit("solo", TOGETHER, seeds)
    found = explain([world.example("solo")], world.project, world.runner, "auto")
    assert why_lines(found) == REASONS[seeds]


def test_why_names_a_run_that_now_measures_all_seeds(world: World) -> None:
    world.edit("solo", TOGETHER, "seeds = [0]")
    world.build()
    world.edit("solo", "seeds = [0]", TOGETHER)
    found = explain([world.example("solo")], world.project, world.runner, "auto")
    assert why_lines(found) == "solo, seeds 2, 0, 1: one run now measures all seeds together"


def test_a_forecast_counts_the_run_and_its_seconds_once(world: World) -> None:
    world.runner.act = lambda run, job, folder: replace(measured(run, job, folder), seconds=20.0)
    world.build()
    world.edit("solo", "z = 3", "z = 4")
    found = explain([world.example("solo")], world.project, world.runner, "auto")
    assert forecast_table(found).splitlines() == [
        "solo  seeds 2, 0, 1  runs, about 20 seconds  cell 1, “Train”, changed",
        "1 run, about 20 seconds if run one after another",
    ]


def test_progress_names_all_seeds_of_the_run(world: World) -> None:
    world.build()
    assert [(event.run, event.outcome) for event in world.events] == [
        ("solo (seeds 2, 0, 1)", None),
        ("solo (seeds 2, 0, 1)", "passed"),
    ]
    assert evidence_line(world.evidence["solo"]) == "solo: 1 run of 3 seeds, executed"


@pytest.mark.parametrize(
    ("seeds", "name"),
    [
        ((4,), "seed 4"),
        ((4, 2), "seeds 4, 2"),
        (tuple(range(8)), "seeds 0, 1, 2, 3, 4, 5, 6, 7"),
        (tuple(range(100)), "seeds 0, 1, 2, ..., 99"),
    ],
)
def test_a_long_list_of_seeds_is_shortened(seeds: tuple[int, ...], name: str) -> None:
    assert named_seeds(seeds) == name
    assert RunEvent("one", seeds[0], None, 0.0, seeds).run == f"one ({name})"


def test_garbage_collection_keeps_the_run(world: World) -> None:
    world.build()
    store = Store(world.project.store)
    (forecast,) = explain([world.example("solo")], world.project, world.runner, "auto")
    needed = Needed(frozenset({(forecast.key, forecast.date)}), frozenset())
    assert sweep(store, 0, needed, 0.0).runs == 0
    assert removal_summary(sweep(store, 0, Needed(frozenset(), frozenset()), 0.0), 0, False).startswith(
        "removed 1 run and "
    )


# Failures


def test_a_failure_is_reported_once(world: World) -> None:
    world.runner.act = lambda run, job, folder: replace(
        run, outcome="raised", message="ValueError: no", line=9
    )
    world.build()
    assert [problem.message for problem in world.problems] == ["solo raised: ValueError: no"]
    assert world.evidence["solo"].failed
    assert len(world.evidence["solo"].executions) == 1
    assert world.build() == [("solo", 2)]


def test_a_skipped_example_has_one_run_in_tables(world: World) -> None:
    world.edit("solo", "# [tool", '# dependencies = ["nonesuch"]\n# [tool')
    world.runner.absent = ("nonesuch",)
    world.build()
    assert [run.outcome for run in world.evidence["solo"].runs] == ["skipped"] * 3
    assert len(world.evidence["solo"].executions) == 1


def test_a_full_disk_is_reported_once(world: World) -> None:
    def full(run: Run, job: Job, folder: Path) -> Run:
        raise OSError(28, "No space left on device")

    world.runner.act = full
    world.build()
    assert world.codes() == ["store-unwritable"]


def test_drift_is_reported_for_the_seed_that_drifted(world: World) -> None:
    world.build()
    accept(world.evidence.values(), world.project)

    def drifted(run: Run, job: Job, folder: Path) -> Run:
        run = measured(run, job, folder)
        return replace(run, by_seed={**run.by_seed, 1: {"accuracy": 0.9, "points": 50}})

    world.runner.act = drifted
    world.build("refresh")
    assert [(drift.metric, drift.seed, drift.now) for drift in world.evidence["solo"].drifts] == [
        ("accuracy", 1, 0.9)
    ]


@pytest.mark.parametrize(
    ("metrics", "warned"),
    [
        (lambda seed: {"accuracy": 0.5, "points": 50}, True),
        (lambda seed: {"accuracy": 0.5 + seed, "points": 50}, False),
        (lambda seed: {}, False),
    ],
)
def test_metrics_that_are_the_same_for_all_seeds_cause_a_warning(
    world: World, metrics: Callable[[int], dict[str, float]], warned: bool
) -> None:
    world.runner.act = lambda run, job, folder: replace(
        measured(run, job, folder), by_seed={seed: metrics(seed) for seed in job.seeds}
    )
    world.build()
    assert world.codes() == ["same-for-all-seeds"] * warned
    world.build()
    assert world.codes() == ["same-for-all-seeds"] * warned


# Examples that need each other


def test_every_run_receives_the_one_file_that_contains_all_seeds(world: World) -> None:
    received: dict[tuple[str, int], bytes] = {}

    def reading(run: Run, job: Job, folder: Path) -> Run:
        received[job.example.name, job.seed] = b"".join(file.read_bytes() for file in job.artifacts.values())
        return measured(run, job, folder)

    world.runner.act = reading
    world.sources["reader"] = NEEDS_SOLO
    world.sources["same"] = NEEDS_SOLO.replace("seeds = [0, 1]", TOGETHER)
    assert world.build() == [("solo", 2), ("reader", 0), ("reader", 1), ("same", 2)]
    assert received["reader", 0] == received["reader", 1] == received["same", 2] == b"(2, 0, 1)"
    assert len(world.evidence["same"].runs) == 3


def test_an_example_above_that_runs_first_is_named_for_every_seed(world: World) -> None:
    world.sources["reader"] = NEEDS_SOLO
    world.build()
    world.edit("solo", "z = 3", "z = 4")
    found = explain([world.example(name) for name in world.sources], world.project, world.runner, "auto")
    assert [forecast.reason for forecast in found][1:] == [
        "nothing changed, unless solo, which runs first, produces different output"
    ] * 2


# Records and files for readers


def test_a_record_says_that_one_run_measured_all_seeds(world: World) -> None:
    world.build()
    accept(world.evidence.values(), world.project)
    assert json.loads((world.project.records / "solo.json").read_text())["together"] is True
    found, problems = read_record(world.project.records, "solo", "")
    assert problems == ()
    assert [(run.seed, run.seeds, run.metrics["accuracy"]) for run in found] == [
        (2, (2, 0, 1), 0.7),
        (0, (2, 0, 1), 0.5),
        (1, (2, 0, 1), 0.6),
    ]
    world.settings = ProjectSettings(runs="frozen")
    world.build("frozen")
    assert evidence_line(world.evidence["solo"]).startswith("solo: 1 run of 3 seeds, recorded")
    assert not world.evidence["solo"].outdated


def test_a_record_of_separate_runs_does_not_mention_it(tmp_path: Path) -> None:
    write_record(tmp_path, [Run("one", 0, "passed", date="2026-01-02T03:04:05+00:00")])
    assert "together" not in json.loads((tmp_path / "one.json").read_text())


def test_a_record_is_outdated_after_the_seeds_change(world: World) -> None:
    world.build()
    accept(world.evidence.values(), world.project)
    world.edit("solo", TOGETHER, "seeds = {together = [2, 0]}")
    world.build("frozen")
    assert world.evidence["solo"].outdated


def test_a_notebook_names_all_seeds(world: World) -> None:
    world.build()
    content = json.loads(notebook(world.example("solo"), world.evidence["solo"], english()))
    said = "*Executed on 1 January 2026 with seeds 2, 0, 1 together, in 0.1 s.*"
    assert said in content["cells"][0]["source"]
    assert content["metadata"]["glossary"]["together"] == [2, 0, 1]


# Real runs


@pytest.fixture(scope="module", params=["new process", "forked"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    runner = SubprocessRunner() if request.param == "new process" else ForkServerRunner(("json",))
    yield runner
    runner.close()


@pytest.fixture
def ran(tmp_path: Path, runner: Runner) -> Callable[..., Run]:
    """Runs the code with these seeds and returns the run."""

    def run(code: str, seeds: str = "{together = [4, 7]}") -> Run:
        root, folder = tmp_path / "project", tmp_path / "work"
        (root / "examples").mkdir(parents=True)
        folder.mkdir()
        text = f'# /// script\n# [tool.glossary]\n# seeds = {seeds}\n# ///\n"""Title"""\n{code}\n'
        (root / "examples/one.py").write_text(text)
        example, problems = read_example("examples/one.py", text)
        assert example is not None, problems
        return runner.run(Job(example, example.seeds[0], root), folder)

    return run


def test_the_environment_lists_the_seeds_and_names_no_single_one(ran: Callable[..., Run]) -> None:
    run = ran("import os\nprint(os.environ['SEEDS'], 'SEED' in os.environ)")
    assert run.outputs[0].text == "4,7 False\n"


def test_a_run_of_one_seed_has_no_list(ran: Callable[..., Run]) -> None:
    run = ran("import os\nprint(os.environ['SEED'], 'SEEDS' in os.environ)", "[4, 7]")
    assert (run.outputs[0].text, run.by_seed, run.seeds) == ("4 False\n", {}, (4,))


ARRAY = """\
class Array:
    def __init__(self, *items):
        self.items, self.ndim = list(items), 1
    def tolist(self):
        return self.items
class Scalar:
    ndim = 0
    def tolist(self):
        return 3.5
class Broken:
    ndim = 1
    def tolist(self):
        raise ValueError
"""


def test_a_metric_is_a_number_or_one_number_for_each_seed(ran: Callable[..., Run]) -> None:
    run = ran(f"{ARRAY}metrics = {{'a': [1, 2.5], 'b': {{'c': (3, 4), 'd': Array(5, 6)}}, 'same': 9}}")
    assert (run.outcome, run.rejected) == ("passed", {})
    assert run.by_seed == {
        4: {"a": 1, "b.c": 3, "b.d": 5, "same": 9},
        7: {"a": 2.5, "b.c": 4, "b.d": 6, "same": 9},
    }
    assert run.metrics == run.by_seed[4]
    assert (run.seed, run.seeds) == (4, (4, 7))


def test_arrays_of_numpy_and_tensors_are_metrics(ran: Callable[..., Run]) -> None:
    pytest.importorskip("numpy")
    run = ran(
        "import numpy as np\nmetrics = {'a': np.array([0.5, 1.5]), 'count': np.arange(2), 'f': np.float32([1, 2])}"
    )
    assert run.rejected == {}
    assert list(run.by_seed.values()) == [{"a": 0.5, "count": 0, "f": 1.0}, {"a": 1.5, "count": 1, "f": 2.0}]


OTHER_VALUES = (
    ("[1]", "it has 1 value for 2 seeds"),
    ("[1, 2, 3]", "it has 3 values for 2 seeds"),
    ("[]", "it has 0 values for 2 seeds"),
    ("Array()", "it has 0 values for 2 seeds"),
    ("Broken()", "it has 0 values for 2 seeds"),
    ("[1, None]", "seed 7: None is not a number; its type is NoneType"),
    ("[float('nan'), float('inf')]", "seed 4: nan is not a finite number"),
    ("'ab'", "'ab' is not a number; its type is str"),
    ("{1, 2}", "{1, 2} is not a number; its type is set"),
    ("[[1, 2], [3, 4]]", "seed 4: [1, 2] is not a number; its type is list"),
)


def test_any_other_value_is_rejected(ran: Callable[..., Run]) -> None:
    """One run measures them all."""
    metrics = ", ".join(f"'m{number}': {value}" for number, (value, _) in enumerate(OTHER_VALUES))
    run = ran(f"{ARRAY}metrics = {{{metrics}, 'good': [1, 2]}}")
    assert run.rejected == {f"m{number}": reason for number, (_, reason) in enumerate(OTHER_VALUES)}
    assert [metrics["good"] for metrics in run.by_seed.values()] == [1, 2]


@pytest.mark.parametrize("code", ["pass", "metrics = {}", "metrics = [1, 2]"])
def test_a_run_without_a_mapping_of_metrics_has_none(ran: Callable[..., Run], code: str) -> None:
    run = ran(code)
    assert (run.outcome, run.metrics) == ("passed", {})
    assert all(metrics == {} for metrics in run.by_seed.values())


def test_a_run_that_fails_keeps_its_output(ran: Callable[..., Run]) -> None:
    run = ran("print('begun')\n1 / 0")
    assert (run.outcome, run.outputs[0].text) == ("raised", "begun\n")
    assert [part.outcome for part in run.split((4, 7))] == ["raised", "raised"]


FORGED = """\
import os
result = {{"cells": [], "failure": None, "warnings": [], "opened": [], "loaded": [], "mapped": [], "written": [], "modules": [], "captions": {{}},
          "peak_memory": 0, "metrics": {{}}, "rejected": {{}}, "by_seed": {by_seed}}}
open(".run/result.json", "w").write(__import__("json").dumps(result))
os._exit(0)
"""


@pytest.mark.parametrize(
    ("by_seed", "outcome", "expected"),
    [
        ('[{"a": 1}]', "passed", {4: {"a": 1}}),
        ('[{"a": 1}, {"a": 2}, {"a": 3}]', "passed", {4: {"a": 1}, 7: {"a": 2}}),
        ('[{"<b>": 1}, {"a": 2}]', "killed", {}),
        ('[{"a": 1e101}, {"a": 2}]', "killed", {}),
    ],
)
def test_a_forged_result_has_no_other_seeds_and_no_other_values(
    ran: Callable[..., Run], by_seed: str, outcome: str, expected: dict[int, dict[str, float]]
) -> None:
    run = ran(FORGED.format(by_seed=by_seed))
    assert (run.outcome, run.by_seed) == (outcome, expected)
    assert [part.seed for part in run.split((4, 7))] == [4, 7]


# By hand


BY_HAND = """\
# /// script
# [tool.glossary]
# seeds = {together = [3, 4]}
# ///
\"\"\"An egg\"\"\"
import os
print(os.environ.get("SEEDS"), os.environ.get("SEED"))
metrics = {"seed": [int(seed) for seed in os.environ["SEEDS"].split(",")]}
"""


@pytest.mark.parametrize(
    ("arguments", "seed", "printed"),
    [
        ((), None, "3,4 None\n"),
        (("--seed", "4"), None, "4 None\n"),
        ((), "3", "3 None\n"),
    ],
)
def test_an_example_run_by_hand_receives_all_seeds_or_the_one_requested(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    seed: str | None,
    printed: str,
) -> None:
    root = lay_out(tmp_path, {"examples/egg.py": BY_HAND.encode()})
    monkeypatch.setenv("SEEDS", "8,9")
    monkeypatch.setenv("SEED", seed) if seed else monkeypatch.delenv("SEED", raising=False)
    assert glossary(root, "run", "egg", "--here", *arguments).stdout == printed


def test_commands_list_the_seeds_of_the_run(tmp_path: Path) -> None:
    root = lay_out(tmp_path, {"examples/egg.py": BY_HAND.encode()})
    options = ("run", "egg", "--runs", "auto", "--format", "json")
    (forecast,) = json.loads(glossary(root, *options, "--explain").stdout)
    assert (forecast["seed"], forecast["together"]) == (3, [3, 4])
    ran = json.loads(glossary(root, *options).stdout)["examples"][0]["runs"]
    assert [(run["seed"], run["together"]) for run in ran] == [(3, [3, 4]), (4, [3, 4])]
