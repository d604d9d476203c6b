"""Files that a package reads while the fork server imports it count as read by every run that uses the package."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from executable_glossary.execution import ForkServerRunner, Job, forkserver_runner
from executable_glossary.execution.preload_reads import PreloadReads, preload_reads
from executable_glossary.model.run import Run
from lasting_runner import LastingRunner
from test_reads import every_input, example, folder, ran, reasons

__all__ = ["every_input", "folder"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs are forked and traced only on Linux")

PACKAGES = {
    "configured": "from pathlib import Path\nvalue = (Path(__file__).parent / 'settings.txt').read_text()\n",
    "optional": "try:\n    import faster\nexcept ImportError:\n    faster = None\n",
    "plugged": "import os\nvalue = sorted(os.listdir(os.path.dirname(__file__) + '/plugins'))\n",
    "asks_a_program": "import os, subprocess\n"
    "value = subprocess.check_output(['cat', os.path.dirname(__file__) + '/settings.txt'])\n",
    "looks": "import os\nvalue = os.path.exists(os.path.dirname(__file__) + '/switch')\n",
    "reads_through_another": "from configured import value\n",
    "unrelated": "value = 1\n",
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for installed packages in a virtual environment."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return next((folder / "lib").glob("python*")) / "site-packages"


@pytest.fixture
def packages(environment: Path) -> Path:
    lay_out(environment)
    return environment


def lay_out(environment: Path) -> None:
    for name, code in PACKAGES.items():
        (environment / name / "plugins").mkdir(parents=True, exist_ok=True)
        (environment / name / "__init__.py").write_text(code)
        (environment / name / "settings.txt").write_text("1")
        for added in ("switch", "plugins/two.txt"):
            (environment / name / added).unlink(missing_ok=True)
    (environment / "faster.py").unlink(missing_ok=True)


@pytest.fixture
def runner(packages: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForkServerRunner]:
    """Executes examples in the environment, with all packages preloaded."""
    monkeypatch.setattr(sys, "executable", str(packages.parents[2] / "bin/python"))
    runner = LastingRunner(tuple(PACKAGES))
    yield runner
    runner.end()


CHANGES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "a data file": (
        "configured",
        lambda site: (site / "configured/settings.txt").write_text("2"),
        "settings.txt changed",
    ),
    "an optional package": ("optional", lambda site: (site / "faster.py").touch(), "faster.py now exists"),
    "the names in a folder": (
        "plugged",
        lambda site: (site / "plugged/plugins/two.txt").touch(),
        "the list of files in",
    ),
    "a child process's file": (
        "asks_a_program",
        lambda site: (site / "asks_a_program/settings.txt").write_text("2"),
        "settings.txt changed",
    ),
    "existence": ("looks", lambda site: (site / "looks/switch").touch(), "switch now exists"),
    "a file of a package that the package imports": (
        "reads_through_another",
        lambda site: (site / "configured/settings.txt").write_text("2"),
        "settings.txt changed",
    ),
}


def test_a_change_makes_the_runs_stale_that_use_the_package(
    folder: Path, packages: Path, runner: ForkServerRunner
) -> None:
    """Each change is undone before the next one."""
    other = ran(folder, "import unrelated", runner)
    runs = {kind: ran(folder, f"import {package}", runner) for kind, (package, _, _) in CHANGES.items()}
    for kind, (package, change, reason) in CHANGES.items():
        run, code = runs[kind], f"import {package}"
        assert run.isolation["traced"] == "all"
        assert list(reasons(folder, code, run)) == list(reasons(folder, "import unrelated", other)) == []
        change(packages)
        assert any(reason in each for each in reasons(folder, code, run)), kind
        assert list(reasons(folder, "import unrelated", other)) == []
        lay_out(packages)


def test_reads_are_kept_until_one_of_them_changes(
    folder: Path, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, traced = "import configured, optional, plugged", list[int]()
    monkeypatch.setattr(sys, "executable", str(packages.parents[2] / "bin/python"))
    monkeypatch.setattr(
        forkserver_runner, "preload_reads", lambda *how: traced.append(1) or preload_reads(*how)
    )
    for kind in ("", "", "a data file", "an optional package", "the names in a folder", "damage", ""):
        expected = len(traced) + bool(kind) + (not traced)
        if kind == "damage":
            next((tmp_path / "kept").iterdir()).write_text('{"owners": 1}')
        elif kind:
            CHANGES[kind][1](packages)
        runner = ForkServerRunner(("configured", "optional", "plugged"), kept=tmp_path / "kept")
        run = ran(folder, code, runner)
        assert len(traced) == expected, kind
        assert list(reasons(folder, code, run)) == []
    (packages / "configured/settings.txt").write_text("other")
    assert any("settings.txt changed" in each for each in reasons(folder, code, run))


def test_a_dangling_link_that_a_package_looks_at_counts(
    folder: Path, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(packages.parents[2] / "bin/python"))
    place, code, link = tmp_path / "ext", "import linked", tmp_path / "ext/link"
    place.mkdir()
    (tmp_path / "work").mkdir()
    link.symlink_to("nowhere")
    (packages / "linked.py").write_text(f"import os\nvalue = os.readlink({str(link)!r})\n")
    runner = ForkServerRunner(("linked",))
    run = runner.run(Job(example(code), 0, folder.parent, readable=(place,)), tmp_path / "work")
    runner.close()
    assert (run.outcome, run.message) == ("passed", "")
    assert list(reasons(folder, code, run, readable=(str(place),))) == []
    link.unlink()
    link.symlink_to("elsewhere")
    assert any("link" in each for each in reasons(folder, code, run, readable=(str(place),)))


def test_a_module_that_changes_after_it_was_preloaded_is_not_believed(
    folder: Path, packages: Path, runner: ForkServerRunner, tmp_path: Path
) -> None:
    code = "import unrelated\nprint(unrelated.value)"
    for number in (1, 2):
        (packages / "unrelated/__init__.py").write_text(f"value = {number}\n")
        (tmp_path / str(number)).mkdir()
        run = runner.run(Job(example(code), 0, folder.parent), tmp_path / str(number))
        assert run.outputs[0].text == "1\n"
    assert any("modified during the run" in each for each in reasons(folder, code, run))


def test_runs_are_not_believed_if_the_reads_of_the_packages_are_unknown(
    folder: Path, runner: ForkServerRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = PreloadReads(time.time(), ("nobody looked",))
    monkeypatch.setattr(forkserver_runner, "preload_reads", lambda *_: unknown)
    run: Run = ran(folder, "import configured", runner)
    assert run.isolation["traced"] == "python"
    assert any("nobody looked" in each for each in reasons(folder, "import configured", run))


def test_the_paths_of_the_import_itself_do_not_remain(folder: Path, runner: ForkServerRunner) -> None:
    run = ran(folder, "import configured, looks", runner)
    named = [*run.reads.outside, *run.reads.folders, *run.reads.absent, *run.reads.listed]
    assert not [name for name in named if os.path.basename(name).startswith("glossary-")]
    assert not [name for name in run.files if "preload" in name]


# What a package creates on import, and processes forked later would share

CREATING = {
    "drawn": "import random\nfree, fixed = random.Random(), random.Random(1)\n",
    "opened": "file = open(__file__, 'rb', buffering=0)\n",
    "default": "class Generator:\n    def seed(self):\n        self.seeded = True\ndefault_generator = Generator()\n",
}
USING = """
import default, drawn, opened
print(drawn.free.random())
# %% The same in every run
print(drawn.fixed.random(), len(opened.file.read()), default.default_generator.seeded)
"""


def test_runs_do_not_share_what_a_package_creates_on_import(
    folder: Path, environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, code in CREATING.items():
        (environment / f"{name}.py").write_text(code)
    monkeypatch.setattr(sys, "executable", str(environment.parents[2] / "bin/python"))
    runner, runs = ForkServerRunner(tuple(CREATING)), []
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        runs.append(runner.run(Job(example(USING), 0, folder.parent), tmp_path / str(number)))
    assert runner._server is not None
    assert (runner._server.can_fork, runner._modules) == (True, ("drawn", "default"))
    runner.close()
    first, second = ([output.text for output in run.outputs] for run in runs)
    assert first[0] != second[0]
    assert first[1] == second[1] == f"0.13436424411240122 {len(CREATING['opened'])} True\n"


SEEDING = """
import sys
sys.path.append(sys.argv[1])  # the sandbox alone, as in the fork server: nothing else has imported the module `secrets`
from sandbox.inherited_state import UnseededGenerators
generators = UnseededGenerators()
with generators.noted():
    import random
    import numpy.random as numpy
    free = [numpy.default_rng(), numpy.RandomState(), random.Random()]
    fixed = [numpy.default_rng(1), numpy.RandomState(1), random.Random(1)]
    fixed[2].seed(2)

def states(pair):
    return str(pair[0].bit_generator.state), str(pair[1].get_state()), str(pair[2].getstate())

before = states(free), states(fixed)
generators.seed()
print([old != new for old, new in zip(before[0], states(free))], before[1] == states(fixed))
"""


def test_generators_without_a_seed_are_seeded_anew() -> None:
    pytest.importorskip("numpy")
    command = [sys.executable, "-c", SEEDING, Path(forkserver_runner.__file__).parent]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[True, True, True] True\n"
