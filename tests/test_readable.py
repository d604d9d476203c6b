"""`readable` in mkdocs.yml: libraries and files outside the project that examples import and read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.preview.evidence_cache import LastEvidence
from executable_glossary.execution import ForkServerRunner, Job, Runner, SubprocessRunner
from executable_glossary.model.project import Project, ProjectSettings
from executable_glossary.model.run import Run
from executable_glossary.stages.execute import execute
from executable_glossary.stages.execute.rerun_reason import explain
from glossaries import glossary, lay_out
from test_forkserver_runner import example
from test_isolation import had

OVENS = "from ovens import heat\nmetrics = {'heat': heat.DEGREES}"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (1e9, 1e9))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A repository with a library in src, data, and private files; the glossary's project is in docs/glossary."""
    written(tmp_path / "src/ovens/__init__.py", "")
    written(tmp_path / "src/ovens/heat.py", "DEGREES = 220\n")
    written(tmp_path / "src/.token", "secret")
    written(tmp_path / "data/loaves.csv", "rye\nspelt\n")
    written(tmp_path / "other.txt", "other")
    written(tmp_path / "docs/glossary/.env", "secret")
    return tmp_path


@pytest.fixture(params=["fresh", "forked"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    runner = ForkServerRunner(("json",)) if request.param == "forked" else SubprocessRunner()
    yield runner
    runner.close()


def project_in(home: Path, *readable: str) -> Project:
    return Project(root=home / "docs/glossary", settings=ProjectSettings(readable=readable))


def ran(runner: Runner, home: Path, code: str, *readable: str) -> Run:
    project = project_in(home, *readable)
    folder = home / "work"
    folder.mkdir()
    job = Job(example(project.root, code), 0, project.root, readable=project.readable)
    return runner.run(job, folder)


def test_a_library_beside_the_project_is_imported_and_recorded(runner: Runner, home: Path) -> None:
    run = ran(runner, home, OVENS, "../../src")
    assert (run.outcome, run.message, run.metrics) == ("passed", "", {"heat": 220})
    assert list(run.files) == ["../../src/ovens/__init__.py", "../../src/ovens/heat.py"]
    assert all(run.files.values())


def test_a_module_beside_the_script_takes_precedence(runner: Runner, home: Path) -> None:
    written(home / "docs/glossary/examples/ovens/heat.py", "DEGREES = 90\n")
    written(home / "docs/glossary/examples/ovens/__init__.py", "")
    run = ran(runner, home, OVENS, "../../src")
    assert run.metrics == {"heat": 90}
    assert list(run.files) == ["examples/ovens/__init__.py", "examples/ovens/heat.py"]


@had("reads", "limited")
def test_only_named_folders_can_be_read(runner: Runner, home: Path) -> None:
    places = [
        "../../src/ovens/heat.py",
        "../../data/loaves.csv",
        "../../other.txt",
        "../../src/.token",
        ".env",
    ]
    code = (
        f"from pathlib import Path\nroot = Path(__file__).parents[1]\nfor place in {places!r}:\n"
        "    try:\n        print((root / place).read_text().split()[0])\n    except OSError as error:\n        print(error.errno)"
    )
    run = ran(runner, home, code, "../../src", "../../other.txt")
    # In /tmp, what cannot be read is not visible either.
    found = run.outputs[0].text.replace("\n2\n", "\n13\n")
    assert found.split() == ["DEGREES", "13", "other", "13", "13"]
    assert {"../../other.txt", "../../src/ovens/heat.py"} <= set(run.files)


@had("reads", "limited")
def test_a_folder_that_contains_the_project_does_not_reveal_its_hidden_files(
    runner: Runner, home: Path
) -> None:
    places = ["data/loaves.csv", "docs/glossary/.env", "docs/notes.txt"]
    written(home / "docs/notes.txt", "notes")
    code = (
        f"from pathlib import Path\nroot = Path(__file__).parents[3]\nfor place in {places!r}:\n"
        "    try:\n        print((root / place).read_text().split()[0])\n    except OSError as error:\n        print(error.errno)"
    )
    run = ran(runner, home, code, "../..")
    assert run.outputs[0].text.split() == ["rye", "13", "notes"]
    assert {"../../data/loaves.csv", "../notes.txt"} <= set(run.files)
    assert not any(name.endswith(".env") for name in run.files)


@had("files", "refused")
def test_a_readable_folder_cannot_be_changed(runner: Runner, home: Path) -> None:
    run = ran(runner, home, f"open({str(home / 'src/ovens/heat.py')!r}, 'a').write('x')", "../../src")
    assert "Read-only file system" in run.message
    assert (home / "src/ovens/heat.py").read_text() == "DEGREES = 220\n"


def test_pages_do_not_show_where_a_readable_folder_is(runner: Runner, home: Path) -> None:
    run = ran(runner, home, "from ovens import heat\nprint(heat.__file__)\nheat.missing", "../../src")
    assert run.outputs[0].text == "../../src/ovens/heat.py\n"
    assert str(home) not in run.message + run.outputs[0].errors


def test_worker_processes_can_import_the_library(home: Path) -> None:
    code = (
        "import multiprocessing\ndef heat(_):\n    from ovens.heat import DEGREES\n    return DEGREES\n"
        "if __name__ == '__main__':\n    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        metrics = {'heat': pool.map(heat, [0])[0]}"
    )
    assert ran(SubprocessRunner(), home, code, "../../src").metrics == {"heat": 220}


def test_a_change_of_the_library_runs_the_example_again(home: Path) -> None:
    project = project_in(home, "../../src")
    found = example(project.root, OVENS)
    runner = ForkServerRunner(("json", "ovens.heat"))

    def built() -> tuple[str, object, str]:
        reason = explain([found], project, runner, "auto")[0].reason
        result = execute([found], project, runner, "auto")[0]["one"]
        return result.origin, result.runs[0].metrics.get("heat"), reason

    assert built()[:2] == ("executed", 220)
    assert built()[:2] == ("stored", 220)
    written(home / "src/ovens/heat.py", "DEGREES = 180\n")
    assert built() == ("executed", 180, "../../src/ovens/heat.py changed")
    written(home / "src/ovens/rack.py", "x = 1\n")
    assert built()[:2] == ("stored", 180)
    (home / "src/ovens/heat.py").unlink()
    assert explain([found], project, runner, "auto")[0].reason == "../../src/ovens/heat.py was deleted"
    project = project_in(home, "../../src", "../../data")
    assert "`readable` changed" in explain([found], project, runner, "auto")[0].reason
    runner.close()


def test_a_preview_notices_a_change_of_the_library(home: Path) -> None:
    project = project_in(home, "../../src")
    examples = {"one": example(project.root, OVENS)}
    last = LastEvidence(lambda project: SubprocessRunner(), lambda event: None)

    def heat() -> object:
        evidence, _ = last.evidence(project, examples, "auto")
        return evidence["one"].runs[0].metrics["heat"]

    assert heat() == 220
    (home / "src/ovens/heat.py").write_text("DEGREES = 90  # a new length and time\n")
    assert heat() == 90


@pytest.mark.skipif(sys.platform != "linux", reason="runs are forked only on Linux")
def test_the_fork_server_never_holds_a_module_that_can_change(home: Path) -> None:
    project = project_in(home, "../../src")
    runner = ForkServerRunner(("json.tool", "ovens.heat"))
    found = example(
        project.root, "import sys\nprint('ovens' in sys.modules, 'json.tool' in sys.modules)\n" + OVENS
    )
    for degrees in (220, 150):
        written(home / "src/ovens/heat.py", f"DEGREES = {degrees}\n")
        folder = home / f"work-{degrees}"
        folder.mkdir()
        run = runner.run(Job(found, 0, project.root, readable=project.readable), folder)
        assert (run.outputs[0].text, run.metrics) == ("False True\n", {"heat": degrees})
    runner.close()


@pytest.mark.parametrize("modules", [("ovens",), ("ovens.heat",), ("bakery",)])
def test_modules_from_a_readable_folder_are_not_preloaded(home: Path, modules: tuple[str, ...]) -> None:
    """`bakery` is installed, but it imports a module that is not."""
    written(home / "installed/bakery.py", "import ovens.heat\n")
    code = (
        "import sys\nsys.path += [sys.argv[1], sys.argv[2]]\nfrom executable_glossary.execution.sandbox import fork_parent\n"
        "import json, os, socket\nours, theirs = socket.socketpair()\nos.dup2(theirs.fileno(), 0)\nours.shutdown(socket.SHUT_WR)\n"
        "fork_parent.main(json.dumps([sys.argv[1]]), *sys.argv[3:])\nprint(ours.recv(999).decode())"
    )
    command = [sys.executable, "-c", code, str(home / "src"), str(home / "installed"), *modules]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    state = json.loads(done.stdout)
    assert (state["threads"], state["outdated"]) == (1, modules == ("bakery",))


# A library in editable mode

FINDER = """
import sys
from importlib.util import spec_from_file_location
MAPPING = {mapping}
NAMESPACES = {{}}
class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in MAPPING:
            end = "/__init__.py" if name == "ovens" else ".py"
            return spec_from_file_location(name, MAPPING[name] + end)
def install():
    sys.meta_path.append(Finder)
"""
RUN_IN_ENVIRONMENT = """
import json, sys
from pathlib import Path
from tempfile import TemporaryDirectory
from executable_glossary.execution import Job, SubprocessRunner
from executable_glossary.execution.example_parser import read_example
from executable_glossary.model.project import Project
from executable_glossary.stages.execute.stale_reads import Inputs, changed_reads
project = Project(root=Path(sys.argv[1]))
found, _ = read_example("examples/one.py", '\"\"\"T\"\"\"\\n' + sys.argv[2])
runner = SubprocessRunner()
with TemporaryDirectory() as work:
    run = runner.run(Job(found, 0, project.root), Path(work))
before = list(changed_reads(run, found, Inputs.of(project, runner)))
for path in sys.argv[3:]:
    Path(path).write_text("DEGREES = 90")
print(json.dumps([run.outcome, run.message, before, list(changed_reads(run, found, Inputs.of(project, runner)))]))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site-packages folder of an environment in which this package can be imported."""
    place = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    (site,) = place.glob("lib/python*/site-packages")
    sources = (path for path in sys.path if path.endswith(("site-packages", "generator")))
    (site / "more.pth").write_text("\n".join(sources))
    return site


def run_in(environment: Path, home: Path, code: str, *changed: Path) -> list[object]:
    python = environment.parents[2] / "bin" / "python"
    written(home / "docs/glossary/examples/one.py", code)
    command = [python, "-c", RUN_IN_ENVIRONMENT, home / "docs/glossary", code, *changed]
    # The tests share the environment and rewrite its modules within a second, which Python's compiled modules do not notice.
    uncompiled = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=uncompiled)
    found: list[object] = json.loads(done.stdout)
    return found


@had("reads", "limited")
@pytest.mark.parametrize("changed", ["src/ovens/heat.py", "src/bakery.py", "finder"])
def test_a_library_installed_with_a_finder_is_read(home: Path, environment: Path, changed: str) -> None:
    """setuptools installs a library this way in editable mode if the library's folder also contains other files."""
    written(home / "src/bakery.py", "DEGREES = 1")
    mapping = {"ovens": str(home / "src/ovens"), "bakery": str(home / "src/bakery")}
    finder = written(environment / "__editable___ovens_1_0_finder.py", FINDER.format(mapping=mapping))
    written(environment / "__editable__.ovens-1.0.pth", f"import {finder.stem}; {finder.stem}.install()")
    code = "import bakery\n" + OVENS
    path = finder if changed == "finder" else home / changed
    outcome, message, before, after = run_in(environment, home, code, path)
    assert (outcome, message, before) == ("passed", "", [])
    assert path.name in str(after)


@had("reads", "limited")
def test_a_library_installed_as_links_is_read(home: Path, environment: Path) -> None:
    """setuptools installs a library this way in strict editable mode."""
    source = written(home / "src/linked/__init__.py", "DEGREES = 1")
    folder = home / "build/__editable__.linked-1.0"
    (folder / "linked").mkdir(parents=True)
    (folder / "linked/__init__.py").symlink_to(source)
    written(environment / "__editable__.linked-1.0.pth", str(folder))
    outcome, message, before, after = run_in(
        environment, home, "import linked\nprint(linked.DEGREES)", source
    )
    assert (outcome, message, before) == ("passed", "", [])
    assert "linked/__init__.py" in str(after)


# The setting in mkdocs.yml


def problems(root: Path, options: str) -> list[tuple[str, int, str]]:
    (root / "mkdocs.yml").write_text(f"plugins:\n  - glossary:\n{options}")
    found = read_project(root)[1]
    return [(problem.place.excerpt[problem.place.column - 1 :][: problem.place.length], problem.place.line, problem.message) for problem in found]  # fmt: skip


def test_a_wrong_path_is_reported_at_its_place(home: Path) -> None:
    root = home / "docs/glossary"
    assert problems(root, "      readable: [../../src, ../../sources]\n") == [
        ("../../sources", 3, 'readable: "../../sources" does not exist')
    ]
    assert problems(
        root, "      strict: true\n      readable:\n        - ../../src\n        - ../data\n"
    ) == [("../data", 6, 'readable: "../data" does not exist')]
    assert problems(root, "      readable: ../../src\n") == [("readable", 3, "readable: must be a list")]


def test_private_folders_are_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home / "docs"))
    written(home / ".ssh/key", "secret")
    root = home / "docs/glossary"
    assert problems(root, "      readable: [/, .., ../.., ../../.ssh, .env]\n") == [
        ("/", 3, 'readable: "/" contains your home directory'),
        ("..", 3, 'readable: ".." contains your home directory'),
        ("../..", 3, 'readable: "../.." contains your home directory'),
        ("../../.ssh", 3, 'readable: "../../.ssh" is hidden, so it may contain private files'),
        (".env", 3, 'readable: ".env" is hidden, so it may contain private files'),
    ]


def test_a_path_from_an_unset_environment_variable_is_ignored(home: Path) -> None:
    root = home / "docs/glossary"
    assert problems(root, '      readable: [!ENV [NO_SUCH_LIBRARY, ""], ../../src]\n') == []
    project, _ = read_project(root)
    assert project is not None
    assert project.readable == (home / "src",)


def test_modules_of_a_readable_folder_cannot_be_listed_under_preload(home: Path) -> None:
    root = home / "docs/glossary"
    message = 'preload: "ovens.heat" is a module in examples/ or ../../src/, so the preloaded version would be outdated after an edit'
    found = problems(root, "      readable: [../../src]\n      preload: [json, ovens.heat]\n")
    assert found == [("ovens.heat", 4, message)]


def test_a_run_by_hand_can_import_the_library(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lay_out(home / "docs/bakery", {})
    example(root, OVENS + "\nprint(metrics)")
    written(root / "mkdocs.yml", "plugins:\n  - glossary:\n      readable: [../../src]\n")
    monkeypatch.chdir(root)
    done = glossary(root, "run", "one", "--here")
    assert (done.returncode, done.stdout) == (0, "{'heat': 220}\n"), done.stderr
