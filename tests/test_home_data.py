"""`home` in mkdocs.yml: data that a library has downloaded, where an unchanged script's library looks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

import test_readable
from executable_glossary.execution import Job, Runner, SubprocessRunner
from executable_glossary.model.project import Project, ProjectSettings
from executable_glossary.model.run import Run
from executable_glossary.stages.execute import execute
from executable_glossary.stages.execute.rerun_reason import explain
from executable_glossary.stages.execute.run_problems import run_problems
from test_forkserver_runner import example
from test_isolation import had
from test_readable import problems, written

# As a library does it: the cache folder of the user, or a folder in the home directory.
READ = (
    "import os\nfrom pathlib import Path\ncache = Path(os.environ.get('XDG_CACHE_HOME', Path.home() / '.cache'))\n"
    "print((cache / 'ovens/heat.txt').read_text(), (Path.home() / 'oven_data/rye').read_text())"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    written(tmp_path / "mine/.cache/ovens/heat.txt", "220")
    written(tmp_path / "mine/oven_data/rye", "brown")
    written(tmp_path / "mine/secret", "s")
    written(tmp_path / "project/examples/other.txt", "")
    return tmp_path


# Each test runs in a new process and in a forked one.
runner = test_readable.runner


def project_in(data: Path, **home: str | None) -> Project:
    both = {".cache/ovens": "../mine/.cache/ovens", "oven_data": "../mine/oven_data", **home}
    return Project(root=data / "project", settings=ProjectSettings(home=both))


def ran(runner: Runner, data: Path, code: str, project: Project | None = None) -> Run:
    project, folder = project or project_in(data), data / "work"
    folder.mkdir()
    return runner.run(Job(example(project.root, code), 0, project.root, home=project.home), folder)


def test_a_library_finds_its_data_in_the_home_directory(runner: Runner, data: Path) -> None:
    run = ran(runner, data, READ)
    assert (run.message, run.outputs[0].text) == ("", "220 brown\n")
    assert {"../mine/.cache/ovens/heat.txt", "../mine/oven_data/rye"} <= set(run.files)


@had("reads", "limited")
def test_only_this_data_can_be_read(runner: Runner, data: Path) -> None:
    run = ran(runner, data, f"open({str(data / 'mine/secret')!r})")
    # In /tmp, what cannot be read is not visible either.
    assert run.message.startswith(("PermissionError", "FileNotFoundError"))


@had("files", "refused")
def test_the_data_cannot_be_changed(runner: Runner, data: Path) -> None:
    run = ran(runner, data, "from pathlib import Path\n(Path.home() / 'oven_data/rye').write_text('x')")
    assert "Read-only file system" in run.message
    assert (data / "mine/oven_data/rye").read_text() == "brown"


def test_modules_are_not_imported_from_the_data(runner: Runner, data: Path) -> None:
    written(data / "mine/oven_data/rye.py", "x = 1")
    assert ran(runner, data, "import rye").message.startswith("ModuleNotFoundError")


def test_pages_do_not_show_where_the_data_is(runner: Runner, data: Path) -> None:
    code = "from pathlib import Path\nplace = Path.home() / 'oven_data'\nprint(place)\nprint(place.resolve())"
    assert ran(runner, data, code).outputs[0].text == "~/oven_data\n../mine/oven_data\n"


def test_a_change_of_the_data_runs_the_example_again(data: Path) -> None:
    project, runner = project_in(data), SubprocessRunner()
    found = example(project.root, READ)

    def built(project: Project = project) -> tuple[str, str]:
        reason = explain([found], project, runner, "auto")[0].reason
        return execute([found], project, runner, "auto")[0]["one"].origin, reason

    assert built()[0] == "executed"
    assert built()[0] == "stored"
    written(data / "mine/oven_data/spelt", "gray")
    assert built()[0] == "stored"
    written(data / "mine/oven_data/rye", "black")
    assert built() == ("executed", "../mine/oven_data/rye changed")
    assert "`home` changed" in built(project_in(data, oven_data=None))[1]


def test_data_that_this_machine_does_not_have_is_left_out(data: Path) -> None:
    project = project_in(data, oven_data="../mine/missing", other=None)
    assert list(project.home) == [".cache/ovens"]
    assert ran(SubprocessRunner(), data, READ, project).message.startswith("FileNotFoundError")


def test_a_path_can_begin_with_the_home_directory(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(data / "mine"))
    project = Project(root=data / "project", settings=ProjectSettings(home={"oven_data": "~/oven_data"}))
    assert project.home == {"oven_data": data / "mine/oven_data"}


def test_a_download_that_fails_is_explained(data: Path) -> None:
    code = "raise ConnectionError('Tried to download a dataset')"
    run = ran(SubprocessRunner(), data, code)
    (problem,) = run_problems(example(data / "project", code), [run])
    assert "`home` in mkdocs.yml" in problem.help


def test_wrong_paths_are_reported_at_their_place(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(data / "mine"))
    root = data / "project"
    options = "      home:\n        all: ~\n        oven_data: ../mine/oven_data\n        oven_data/rye: /etc/hosts\n"
    assert problems(root, options.replace("~", '"~"')) == [
        ("all", 4, 'home: "all" contains your home directory'),
        ("oven_data/rye", 6, 'home: "oven_data/rye" is inside "oven_data"'),
    ]
    for path in ("../x", "/x", "x/../y", ""):
        ((_, line, _),) = problems(root, f"      home: {{{path!r}: /etc/hosts}}\n")
        assert line == 3
