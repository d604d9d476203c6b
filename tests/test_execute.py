"""With a fake runner: which examples run, which results are shown for the others, and which problems are reported."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest

from executable_glossary.execution import Job, SubprocessRunner
from executable_glossary.execution.example_parser import read_example
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import Example
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project, ProjectSettings, RunsMode
from executable_glossary.model.run import Figure, Output, Pulse, Run, RunEvent
from executable_glossary.stages.execute import Capacity, accept, execute
from patience import PATIENCE

BASE = '''\
# /// script
# dependencies = ["numpy"]
# [tool.glossary]
# outputs = ["w.bin"]
# data = ["data.csv"]
# threads = 1
# timeout = 60
# ///
"""Base

Makes a file.
"""

# %% Make it
# Some words.
x = 1

# %% Look at it
print(x)
'''

USER = '''\
# /// script
# [tool.glossary]
# needs = ["base"]
# seeds = [0, 1]
# ///
"""User"""

# %% Use it
y = 2
'''

ALONE = '"""Alone"""\n# %% One\nz = 3\n'


@dataclass
class FakeRunner:
    """Gives every run the result of `act`, and records which runs were requested."""

    root: Path
    act: Callable[[Run, Job, Path], Run] = lambda run, job, folder: run
    absent: tuple[str, ...] = ()
    installed: Mapping[str, str] = field(default_factory=lambda: {"numpy": "2.0"})
    place: str = "python 3.11, here, cpu"
    ran: list[tuple[str, int]] = field(default_factory=list)
    walls: Mapping[str, str] = field(
        default_factory=lambda: {
            "network": "off",
            "processes": "namespace",
            "files": "refused",
            "reads": "limited",
        }
    )
    expected: list[list[str]] = field(default_factory=list)
    stopped: bool = False
    closed: int = 0

    def platform(self) -> str:
        return self.place

    def missing(self, requirements: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in requirements if name in self.absent)

    def versions(self, distributions: Iterable[str]) -> Mapping[str, str]:
        return {name: self.installed[name] for name in distributions if name in self.installed}

    def run(self, job: Job, folder: Path) -> Run:
        self.ran.append((job.example.name, job.seed))
        for name in job.example.settings.outputs:
            (folder / name).write_bytes(b"weights")
        (folder / "figure.png").write_bytes(b"\x89PNG\r\n\x1a\npicture")
        figure = Figure("grid", folder / "figure.png", "caption", "alt", 1, 1)
        outputs = [Output(cell.name, text=f"{cell.name}\n") for cell in job.cells]
        outputs[0] = replace(outputs[0], figures=(figure,))
        run = Run(
            *(job.example.name, job.seed, "passed"),
            outputs=tuple(outputs),
            metrics={"accuracy": 0.5 + job.seed / 10},
            files={path: sha256((self.root / path).read_bytes()).hexdigest() for path in self.read(job)},
            versions=dict(self.installed),
            seconds=0.1,
            date="2026-01-01",
            isolation={"traced": "all"},
        )
        return self.act(run, job, folder)

    def isolation(self) -> Mapping[str, str]:
        return self.walls

    def expect(self, root: Path, examples: Iterable[Example]) -> None:
        self.expected.append(sorted(example.name for example in examples))

    def read(self, job: Job) -> Iterable[str]:
        """The project's files that a run read; the tests of the runner check how they are detected."""
        own = {"base": "examples/opened.csv", "alone": "examples/_below.py"}.get(job.example.name)
        return ("examples/_shared.py", *([own] if own else []))

    def stop(self) -> None:
        self.stopped = True

    def close(self) -> None:
        self.closed += 1


@dataclass
class World:
    """A project on disk with minimal examples, and a runner."""

    root: Path
    sources: dict[str, str]
    runner: FakeRunner
    capacity: Capacity = field(default_factory=lambda: Capacity(1, 8192, 1))
    events: list[RunEvent] = field(default_factory=list)
    pulses: list[Pulse] = field(default_factory=list)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    settings: ProjectSettings = field(default_factory=ProjectSettings)

    @property
    def project(self) -> Project:
        return Project(root=self.root, settings=self.settings)

    def build(self, mode: RunsMode = "auto") -> list[tuple[str, int]]:
        """The runs of a build."""
        self.runner.ran.clear()
        examples = [self.example(name) for name in self.sources]
        self.evidence, self.problems = execute(
            examples, self.project, self.runner, mode, self.see, self.capacity
        )
        return list(self.runner.ran)

    def see(self, event: RunEvent | Pulse) -> None:
        if isinstance(event, RunEvent):
            self.events.append(event)
        else:
            self.pulses.append(event)

    def example(self, name: str) -> Example:
        example, problems = read_example(f"examples/{name}.py", self.sources[name])
        assert example is not None, problems
        return example

    def edit(self, name: str, old: str, new: str) -> None:
        assert old in self.sources[name]
        self.sources[name] = self.sources[name].replace(old, new)

    def write(self, path: str, content: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(content)

    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, {"base": BASE, "user": USER, "alone": ALONE}, FakeRunner(tmp_path))
    world.write("examples/_shared.py", "x = 1\n")
    world.write("examples/_unrelated.py", "x = 1\n")
    world.write("examples/_below.py", "x = 1\n")
    world.write("examples/opened.csv", "1,2\n")
    world.write("examples/data.csv", "1,2\n")
    return world


EVERYTHING = [("alone", 0), ("base", 0), ("user", 0), ("user", 1)]
USERS = [("user", 0), ("user", 1)]


# When examples run


def other_bytes(run: Run, job: Job, folder: Path) -> Run:
    for name in job.example.settings.outputs:
        (folder / name).write_bytes(b"other weights")
    return run


RERUNS: dict[str, tuple[Callable[[World], None], list[tuple[str, int]]]] = {
    "nothing": (lambda w: None, []),
    "code cell": (lambda w: w.edit("alone", "z = 3", "z = 4"), [("alone", 0)]),
    "code of an upstream, same bytes": (lambda w: w.edit("base", "x = 1", "x = 2"), [("base", 0)]),
    "a code cell more": (lambda w: w.edit("alone", "z = 3", "z = 3\n# %% Two\n4"), [("alone", 0)]),
    "imported module": (lambda w: w.write("examples/_shared.py", "x = 2\n"), EVERYTHING),
    "declared data": (lambda w: w.write("examples/data.csv", "3,4\n"), [("base", 0)]),
    "threads": (lambda w: w.edit("base", "threads = 1", "threads = 2"), [("base", 0)]),
    "version": (lambda w: setattr(w.runner, "installed", {"numpy": "2.1"}), EVERYTHING),
    "distribution gone": (lambda w: setattr(w.runner, "installed", {}), EVERYTHING),
    "platform": (lambda w: setattr(w.runner, "place", "python 3.12"), EVERYTHING),
    "a seed more": (lambda w: w.edit("user", "[0, 1]", "[0, 1, 2]"), [("user", 2)]),
    "a seed less": (lambda w: w.edit("user", "[0, 1]", "[1]"), []),
    "an output more": (lambda w: w.edit("base", '["w.bin"]', '["w.bin", "v.bin"]'), [("base", 0), *USERS]),
    "opened data file": (lambda w: w.write("examples/opened.csv", "3,4\n"), [("base", 0)]),
    "transitively imported module": (lambda w: w.write("examples/_below.py", "x = 2\n"), [("alone", 0)]),
    "isolated": (lambda w: w.edit("base", "timeout = 60", "isolated = true"), []),
    "claims and prose": (lambda w: w.write("concepts/x.yml", "term: X\n"), []),
    "template": (lambda w: w.write("templates/x.md.j2", "x\n"), []),
    "docstring": (lambda w: w.edit("base", "Makes a file.", "Makes one file,\n\nand says so."), []),
    "Markdown cell": (lambda w: w.edit("base", "# Some words.", "# Some\n# other words."), []),
    "Markdown cell more": (lambda w: w.edit("base", "# %% Look", "# %% Between\n# Words.\n\n# %% Look"), []),
    "title of a cell": (lambda w: w.edit("base", "# %% Look at it", "# %% See it"), []),
    "empty lines": (lambda w: w.edit("base", "x = 1\n", "\n\nx = 1\n\n\n"), []),
    "time limit": (lambda w: w.edit("base", "timeout = 60", "timeout = 90"), []),
    "memory limit": (lambda w: w.edit("base", "timeout = 60", "memory = 900"), []),
    "tolerance": (lambda w: w.edit("base", '# ///\n"', '# tolerance = {"*" = 0.1}\n# ///\n"'), []),
    "dependency named": (lambda w: w.edit("base", '["numpy"]', '["numpy", "torch"]'), []),
    "unrelated module": (lambda w: w.write("examples/_unrelated.py", "x = 2\n"), []),
    "order of examples": (lambda w: setattr(w, "sources", dict(reversed(w.sources.items()))), []),
}


@pytest.mark.parametrize("change", RERUNS)
def test_what_runs_again_after_a_change(world: World, change: str) -> None:
    assert sorted(world.build()) == EVERYTHING
    make, expected = RERUNS[change]
    make(world)
    assert sorted(world.build()) == sorted(expected)
    assert world.problems == ()
    assert world.build() == []


def test_a_changed_upstream_output_reruns_its_users(world: World) -> None:
    world.build()
    world.edit("base", "x = 1", "x = 2")
    world.runner.act = other_bytes
    assert world.build() == [("base", 0), *USERS]


def seeded_bytes(run: Run, job: Job, folder: Path) -> Run:
    for name in job.example.settings.outputs:
        (folder / name).write_bytes(job.seed.to_bytes())
    return replace(run, metrics={"given": sum(file.read_bytes()[0] for file in job.artifacts.values())})


def test_each_seed_receives_the_output_of_the_same_seed(world: World) -> None:
    world.runner.act = seeded_bytes
    world.edit("base", "threads = 1", "seeds = [2, 1, 0]")
    world.edit("user", "seeds = [0, 1]", "seeds = [1, 2]")
    world.build()
    assert [(run.seed, run.metrics["given"]) for run in world.evidence["user"].runs] == [(1, 1), (2, 2)]


def test_a_changed_output_of_one_seed_reruns_only_users_with_that_seed(world: World) -> None:
    world.edit("base", "threads = 1", "seeds = [0, 1]")
    world.build()
    world.edit("base", "x = 1", "x = 2")
    world.runner.act = lambda run, job, folder: other_bytes(run, job, folder) if job.seed == 1 else run
    assert world.build() == [("base", 0), ("base", 1), ("user", 1)]


def test_a_failed_upstream_seed_prevents_that_seed_downstream(world: World) -> None:
    world.edit("base", "threads = 1", "seeds = [0, 1]")
    world.runner.act = lambda run, job, folder: (
        replace(run, outcome="raised") if (run.example, run.seed) == ("base", 1) else run
    )
    assert sorted(world.build()) == [("alone", 0), ("base", 0), ("base", 1)]
    assert world.evidence["user"].reason == "it needs base, which did not run"


def test_a_reverted_change_runs_nothing(world: World) -> None:
    world.build()
    world.write("examples/_shared.py", "x = 2\n")
    world.build()
    world.write("examples/_shared.py", "x = 1\n")
    assert world.build() == []


def test_refresh_runs_everything(world: World) -> None:
    world.build()
    assert sorted(world.build("refresh")) == EVERYTHING
    assert {found.origin for found in world.evidence.values()} == {"executed"}


def test_after_a_refresh_the_latest_run_is_shown(world: World) -> None:
    """Even if nothing that counts has changed, for example because the script measures a time."""
    for number in (1, 2, 3):
        world.runner.act = lambda run, job, folder, number=number: replace(run, metrics={"accuracy": number})
        world.build("refresh")
        assert world.build() == []
        assert world.evidence["alone"].runs[0].metrics["accuracy"] == number


def test_a_stored_run_is_equivalent_to_a_new_one(world: World) -> None:
    world.build()
    before = world.evidence
    world.build()
    assert {name: found.runs for name, found in before.items()} == {
        name: found.runs for name, found in world.evidence.items()
    }
    assert {found.origin for found in world.evidence.values()} == {"stored"}


def test_outputs_follow_a_renamed_cell(world: World) -> None:
    world.build()
    world.edit("base", "# %% Look at it", "# %% See it")
    assert world.build() == []
    assert [output.cell for output in world.evidence["base"].runs[0].outputs] == ["make-it", "see-it"]


def test_a_deleted_store_only_costs_time(world: World) -> None:
    import shutil

    world.build()
    shutil.rmtree(world.project.store)
    assert sorted(world.build()) == EVERYTHING


def test_a_damaged_artifact_is_produced_again(world: World) -> None:
    world.build()
    hash = world.evidence["base"].runs[0].artifacts["w.bin"]
    (world.project.store / "objects" / hash[:2] / hash).write_bytes(b"")
    assert world.build() == [("base", 0)]


# Faults


FAULTS: dict[str, tuple[Callable[[Run], Run], str, int, str]] = {
    "raised": (
        lambda run: replace(run, outcome="raised", message="ValueError: no", line=16),
        *("example-raised", 16, "base raised: ValueError: no"),
    ),
    "timed out": (
        lambda run: replace(run, outcome="timed out", message="still running after 60 s", line=16),
        *("example-timed-out", 16, "base timed out: still running after 60 s"),
    ),
    "out of memory": (
        lambda run: replace(run, outcome="out of memory", message="used more than 2048 MB", line=16),
        *("example-out-of-memory", 16, "base out of memory: used more than 2048 MB"),
    ),
    "killed": (
        lambda run: replace(run, outcome="killed", message="exited with code 0", line=19),
        *("example-killed", 19, "base killed: exited with code 0"),
    ),
    "metric": (
        lambda run: replace(run, rejected={"x": "'1' is not a number; its type is str"}),
        *("metric", 19, "metric x: '1' is not a number; its type is str"),
    ),
    "figure": (
        lambda run: replace(
            run, outputs=(replace(run.outputs[0], figures=(replace(run.figures[0], name="a/b"),)),)
        ),
        *("figure-name", 1, '"a/b" is not a valid file name'),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_a_location_and_is_never_stored(world: World, fault: str) -> None:
    spoil, code, line, message = FAULTS[fault]
    world.runner.act = lambda run, job, folder: spoil(run) if run.example == "base" else run
    for _ in range(2):
        assert ("base", 0) in world.build()
        (problem,) = (one for one in world.problems if one.code == code)
        assert (problem.place.path, problem.place.line) == ("examples/base.py", line)
        assert (problem.message, problem.severity) == (message, "error")
        assert problem.help
    world.runner.act = lambda run, job, folder: run
    assert ("base", 0) in world.build()
    assert world.problems == ()


def test_a_missing_output_is_reported(world: World) -> None:
    def forget(run: Run, job: Job, folder: Path) -> Run:
        (folder / "w.bin").unlink(missing_ok=True)
        return run

    world.runner.act = forget
    world.build()
    (problem,) = world.problems
    assert (problem.code, problem.place.line) == ("output-missing", 4)
    assert world.evidence["base"].failed


def test_a_dependency_of_a_failed_example_does_not_run_and_adds_no_message(world: World) -> None:
    world.runner.act = lambda run, job, folder: (
        replace(run, outcome="raised") if run.example == "base" else run
    )
    assert sorted(world.build()) == [("alone", 0), ("base", 0)]
    assert world.codes() == ["example-raised"]
    assert {run.outcome for run in world.evidence["user"].runs} == {"skipped"}
    assert "it needs base, which did not run" in world.evidence["user"].reason


def test_a_fault_of_one_seed_names_it_and_a_fault_of_all_is_reported_once(world: World) -> None:
    world.runner.act = lambda run, job, folder: (
        replace(run, outcome="raised", message="E: x") if job.seed == 1 else run
    )
    world.build()
    assert [problem.message for problem in world.problems] == ["user raised: E: x (seed 1)"]
    world.runner.act = lambda run, job, folder: (
        replace(run, outcome="raised", message="E: x") if run.example == "user" else run
    )
    world.build("refresh")
    assert [problem.message for problem in world.problems] == ["user raised: E: x"]


def test_a_figure_without_alternative_text_is_a_persistent_warning(world: World) -> None:
    def silent(run: Run, job: Job, folder: Path) -> Run:
        figures = (replace(run.figures[0], alt=""),)
        return replace(run, outputs=(replace(run.outputs[0], figures=figures), *run.outputs[1:]))

    world.runner.act = silent
    for expected in (EVERYTHING, []):
        assert sorted(world.build()) == expected
        assert {(one.code, one.severity) for one in world.problems} == {("figure-without-alt", "warning")}


def test_two_figures_with_the_same_name_are_rejected(world: World) -> None:
    world.runner.act = lambda run, job, folder: replace(
        run, outputs=(replace(run.outputs[0], figures=run.figures * 2), *run.outputs[1:])
    )
    world.build()
    assert set(world.codes()) == {"figure-name"}


# Records


def test_recorded_runs_are_shown_if_nothing_runs(world: World) -> None:
    world.build()
    accept(world.evidence.values(), world.project)
    metrics = {name: found.metrics for name, found in world.evidence.items()}
    assert world.build("frozen") == []
    assert world.problems == ()
    assert {name: found.metrics for name, found in world.evidence.items()} == metrics
    for found in world.evidence.values():
        assert (found.origin, found.reproduced) == ("recorded", None)
        assert found.reason == "no examples were run"
    assert world.evidence["base"].runs[0].figures[0].file.read_bytes() == b"\x89PNG\r\n\x1a\npicture"


@pytest.mark.parametrize(
    ("edit", "outdated"),
    [
        (lambda w: None, set()),
        (lambda w: w.edit("base", "Makes a file.", "Makes one file."), set()),
        (lambda w: w.edit("alone", "z = 3", "z = 4"), {"alone"}),
        (lambda w: w.edit("base", "x = 1", "x = 2"), {"base", "user"}),
        (lambda w: w.write("examples/_shared.py", "x = 2\n"), {"alone", "base", "user"}),
        (lambda w: w.write("examples/_unrelated.py", "x = 2\n"), set()),
    ],
    ids=["nothing", "words", "code", "code of what another one needs", "imported module", "other module"],
)
def test_a_record_is_outdated_after_the_code_has_changed(
    world: World, edit: Callable[[World], None], outdated: set[str]
) -> None:
    world.build()
    accept(world.evidence.values(), world.project)
    edit(world)
    world.build("frozen")
    assert {name for name, found in world.evidence.items() if found.outdated} == outdated


def test_frozen_without_a_record_skips_everything(world: World) -> None:
    assert world.build("frozen") == []
    assert world.problems == ()
    assert all(found.skipped and not found.reported for found in world.evidence.values())


@pytest.mark.parametrize(
    ("hinder", "reason"),
    [
        (lambda w: setattr(w.runner, "absent", ("numpy",)), "numpy is not installed"),
        (lambda w: (w.root / "examples/data.csv").unlink(), "data.csv is missing"),
    ],
)
def test_an_example_that_cannot_run_shows_its_record_and_so_do_its_dependents(
    world: World, hinder: Callable[[World], None], reason: str
) -> None:
    world.build()
    accept(world.evidence.values(), world.project)
    hinder(world)
    assert world.build("refresh") == [("alone", 0)]
    assert world.problems == ()
    assert world.evidence["base"].reason == reason
    assert world.evidence["user"].origin == "recorded"
    assert world.evidence["user"].reason == "it needs base, which did not run"


def test_an_example_that_cannot_run_and_has_no_record_has_a_reason(world: World) -> None:
    world.runner.absent = ("numpy",)
    world.build()
    assert world.problems == ()
    assert world.evidence["base"].reason == "numpy is not installed"
    assert [run.outcome for run in world.evidence["base"].runs] == ["skipped"]


@pytest.mark.parametrize("recorded", [True, False])
def test_in_strict_mode_an_example_that_cannot_run_is_an_error_even_with_a_record(
    world: World, recorded: bool
) -> None:
    world.settings = ProjectSettings(strict_examples=True)
    if recorded:
        world.build()
        accept(world.evidence.values(), world.project)
    world.runner.absent = ("numpy",)
    world.build()
    (problem,) = world.problems
    assert (problem.code, str(problem.place)) == ("example-skipped", "examples/base.py:2:3")
    assert world.evidence["base"].reported
    assert world.evidence["user"].reported


def test_in_strict_mode_a_requested_record_is_not_an_error(world: World) -> None:
    world.settings = ProjectSettings(strict_examples=True)
    world.build("frozen")
    assert world.problems == ()


# Data outside the project


@pytest.fixture
def lake(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the project that `alone` reads; its files are old enough for their hashes to be cached."""
    folder = tmp_path_factory.mktemp("lake")
    (folder / "fish").mkdir()
    (folder / "fish" / "pike.txt").write_text("pike")
    os.utime(folder / "fish" / "pike.txt", (1, 1))
    world.sources["alone"] = '# /// script\n# [tool.glossary]\n# cache = ["lake"]\n# ///\n' + ALONE
    world.settings = ProjectSettings(caches={"lake": str(folder)})
    return folder


def test_a_cache_is_passed_to_the_run_and_its_content_is_part_of_the_cache_key(
    world: World, lake: Path
) -> None:
    given = []
    world.runner.act = lambda run, job, folder: given.append(job.caches) or run  # type: ignore[func-returns-value]
    assert sorted(world.build()) == EVERYTHING
    assert {"lake": lake} in given
    assert world.build() == []
    (lake / "fish" / "pike.txt").write_text("perch")
    assert world.build() == [("alone", 0)]
    (lake / "bream.txt").write_text("bream")
    assert world.build() == [("alone", 0)]


def test_the_same_content_in_a_different_location_is_equivalent(world: World, lake: Path) -> None:
    world.build()
    lake.rename(lake.with_name("moved"))
    world.settings = ProjectSettings(caches={"lake": str(lake.with_name("moved"))})
    assert world.build() == []


@pytest.mark.parametrize(
    ("caches", "reason"),
    [
        ({}, "the cache lake is not configured"),
        ({"lake": ""}, "the cache lake is not configured"),
        ({"lake": None}, "the cache lake is not configured"),
        ({"lake": "no/such/folder"}, "the cache lake is missing"),
    ],
)
def test_without_its_cache_an_example_is_skipped(
    world: World, lake: Path, caches: Mapping[str, str | None], reason: str
) -> None:
    world.settings = ProjectSettings(caches=caches)
    assert ("alone", 0) not in world.build()
    assert world.problems == ()
    assert world.evidence["alone"].skipped
    assert world.evidence["alone"].reason == reason


def test_runs_are_compared_with_the_record(world: World) -> None:
    world.build()
    assert world.evidence["alone"].reproduced is None
    accept(world.evidence.values(), world.project)
    world.build()
    assert world.evidence["alone"].reproduced is True


def test_drift_is_a_warning_for_stored_runs_as_well(world: World) -> None:
    world.build()
    accept(world.evidence.values(), world.project)
    world.runner.act = lambda run, job, folder: replace(run, metrics={"accuracy": 0.1})
    world.edit("alone", "z = 3", "z = 4")
    for expected in ([("alone", 0)], []):
        assert world.build() == expected
        (problem,) = world.problems
        assert (problem.code, problem.severity) == ("metric-drifted", "warning")
        assert "accuracy was 0.5 and is now 0.1 (seed 0, tolerance 0.02)" in problem.message
        assert world.evidence["alone"].reproduced is False
    accept(world.evidence.values(), world.project)
    world.build()
    assert world.problems == ()


def test_a_failed_run_is_not_accepted_and_does_not_drift(world: World) -> None:
    world.build()
    accept(world.evidence.values(), world.project)
    before = (world.project.records / "alone.json").read_bytes()
    world.runner.act = lambda run, job, folder: replace(run, outcome="raised", metrics={})
    world.edit("alone", "z = 3", "z = 4")
    world.build()
    assert world.codes() == ["example-raised"]
    accept(world.evidence.values(), world.project)
    assert (world.project.records / "alone.json").read_bytes() == before


def test_a_broken_record_is_reported_and_does_not_stop_the_run(world: World) -> None:
    world.write("examples/recorded/alone.json", "<<<<<<<")
    assert sorted(world.build()) == EVERYTHING
    assert world.codes() == ["record-unreadable"]


# Concurrency


def test_progress_reports_start_and_end(world: World) -> None:
    world.build()
    progress = [(event.example, event.seed, event.outcome) for event in world.events]
    assert progress[:2] == [("alone", 0, None), ("alone", 0, "passed")]
    assert len(progress) == 2 * len(EVERYTHING)
    # The runs that have not started: those of `user` wait for `base`.
    waiting = [[name for name, _ in event.waiting] for event in world.events]
    assert waiting == [["base", "user", "user"]] * 2 + [["user", "user"]] * 2 + [["user"]] * 2 + [[]] * 2
    assert world.pulses == [Pulse.ENDED]
    world.events.clear()
    world.build()
    assert world.events == []
    assert world.pulses == [Pulse.ENDED]


def test_the_longest_example_runs_first(world: World) -> None:
    world.runner.act = lambda run, job, folder: replace(run, seconds=9.0 if run.example == "base" else 1.0)
    world.build()
    accept(world.evidence.values(), world.project)
    world.events.clear()
    assert world.build("refresh")[0] == ("base", 0)
    waiting = (("alone", 1.0), ("user", 1.0), ("user", 1.0))
    assert world.events[0] == RunEvent("base", 0, None, 9.0, waiting=waiting)


@dataclass
class Meter:
    """Counts simultaneous runs. The first ones wait until the expected number of runs have started."""

    expected: int
    now: int = 0
    most: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, run: Run, job: Job, folder: Path) -> Run:
        with self.changed:
            self.now += 1
            self.most = max(self.most, self.now)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.most >= self.expected, PATIENCE)
        # Long enough for an extra run to start, if that were possible.
        time.sleep(0.05)
        with self.changed:
            self.now -= 1
        return run


@pytest.mark.parametrize(
    ("capacity", "most"),
    [
        (Capacity(1, 9000, 9), 1),
        (Capacity(2, 9000, 9), 2),
        (Capacity(9, 9000, 2), 2),
        (Capacity(2, 3000, 9), 1),
        (Capacity(2, 100, 9), 1),
    ],
)
def test_runs_share_cores_and_memory(world: World, capacity: Capacity, most: int) -> None:
    world.capacity, world.runner.act = capacity, (meter := Meter(most))
    assert sorted(world.build()) == EVERYTHING
    assert meter.most == most


def test_the_runner_learns_which_runs_are_to_come(world: World) -> None:
    """The runs of examples that wait for others are announced too. If nothing runs, nothing is announced."""
    world.build()
    world.build()
    world.edit("alone", "z = 3", "z = 4")
    world.build()
    assert world.runner.expected == [["alone", "base", "user", "user"], ["alone"]]


def test_an_interruption_stops_all_runs(world: World) -> None:
    def interrupt(event: RunEvent | Pulse) -> None:
        world.see(event)
        if isinstance(event, RunEvent):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute([world.example("alone")], world.project, world.runner, "auto", interrupt)
    assert world.runner.stopped
    assert world.pulses == [Pulse.ENDED]


def test_working_folders_are_removed_afterward(world: World) -> None:
    world.build()
    assert list((world.project.store / "work").iterdir()) == []


def test_two_builds_may_share_a_store(world: World) -> None:
    other = World(world.root, dict(world.sources), FakeRunner(world.root))
    threads = [threading.Thread(target=one.build) for one in (world, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.problems == other.problems == ()
    assert world.build() == []


def test_real_processes_pass_on_artifacts_and_run_once(tmp_path: Path) -> None:
    sources = {
        "first": '# /// script\n# [tool.glossary]\n# outputs = ["w.txt"]\n# ///\n"""First"""\n'
        "from pathlib import Path\nfrom _shared import answer\nPath('w.txt').write_text(str(answer))\n",
        "second": '# /// script\n# [tool.glossary]\n# needs = ["first"]\n# ///\n"""Second"""\n'
        "metrics = {'answer': int(open('w.txt').read())}\n",
    }
    examples = tmp_path / "examples"
    examples.mkdir()
    (examples / "_shared.py").write_text("answer = 42\n")
    for name, text in sources.items():
        (examples / f"{name}.py").write_text(text)
    time.sleep(0.01)
    parsed = [read_example(f"examples/{name}.py", text)[0] for name, text in sources.items()]
    known = [example for example in parsed if example]
    origins = []
    for _ in range(2):
        evidence, problems = execute(known, Project(root=tmp_path), SubprocessRunner(), "auto")
        assert problems == ()
        assert evidence["second"].metrics["answer"].mean == 42
        origins.append(evidence["second"].origin)
    assert origins == ["executed", "stored"]
    (examples / "_shared.py").write_text("answer = 43\n")
    evidence, _ = execute(known, Project(root=tmp_path), SubprocessRunner(), "auto")
    assert evidence["second"].metrics["answer"].mean == 43
