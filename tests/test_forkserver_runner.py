"""The fork server: its runs start faster than runs in a new process and have the same results."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from executable_glossary.execution import ForkServerRunner, Job, Runner, SubprocessRunner
from executable_glossary.execution.example_parser import read_example
from executable_glossary.model.example import Example
from executable_glossary.model.run import Reads, Run

HELD = ("json.tool", "yaml", "click", "no_such_module")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs are forked only on Linux")


@pytest.fixture(scope="module")
def warm() -> Iterator[ForkServerRunner]:
    runner = ForkServerRunner(HELD)
    yield runner
    runner.close()


def example(root: Path, code: str, **settings: object) -> Example:
    (root / "examples").mkdir(parents=True, exist_ok=True)
    head = "".join(f"# {name} = {str(value).lower()}\n" for name, value in settings.items())
    text = f'# /// script\n# [tool.glossary]\n{head}# ///\n"""Title"""\n{code}\n'
    (root / "examples" / "one.py").write_text(text)
    os.utime(root / "examples" / "one.py", (1e9, 1e9))
    found, problems = read_example("examples/one.py", text)
    assert found is not None, problems
    return found


def ran(
    runner: Runner,
    tmp_path: Path,
    code: str,
    seed: int = 0,
    caches: Mapping[str, Path] = MappingProxyType({}),
    **settings: object,
) -> Run:
    found = example(tmp_path / "project", code, **settings)
    folder = tmp_path / f"work-{time.monotonic_ns()}"
    folder.mkdir()
    return runner.run(Job(found, seed, tmp_path / "project", caches=caches), folder)


def server_of_run(runner: Runner, tmp_path: Path, **settings: object) -> bool:
    """Whether a module that only the fork server can have imported is present in the run's process."""
    run = ran(runner, tmp_path, "import sys\nprint('yaml' in sys.modules)", **settings)
    return run.outputs[0].text == "True\n"


def comparable(run: Run) -> Run:
    figures = run.with_files(lambda file: Path(file.name))
    return replace(figures, seconds=0, peak_memory=0, date="", reads=Reads())


SAME = {
    "plain": "x = 6 * 7\nx",
    "held": "import yaml\nprint(yaml.safe_load('a: 1'))",
    "part of what is held": "from click import echo\necho('said')",
    "not held": "import jinja2\nprint(jinja2.__name__)",
    "uses what is held": "import _mine\nprint(_mine.x)",
    "held, by name": "import importlib\nprint(importlib.import_module('yaml').__name__)",
    "missing": "print(1)\nimport no_such_module",
    "missing, caught": "try:\n    import nowhere\nexcept ImportError:\n    1 / 0",
    "environment": "import os, tempfile\nprint(sorted(os.environ.items()), tempfile.gettempdir(), os.getcwd())",
    "seed": "import os, random\nrandom.seed(int(os.environ['SEED']))\nmetrics = {'x': random.random()}",
    "warning": "import warnings\nwarnings.warn('careful')",
    "order": "print({'a', 'b', 'c', 'd', 'e'})",
    "arguments": "import sys\nprint(sys.argv, sys.flags, sys.path[0], sys.stdin.read(), __name__)",
    "crash": "import ctypes\nctypes.string_at(0)",
    "leaves": "import os\nos._exit(3)",
}


@pytest.mark.parametrize("code", SAME.values(), ids=list(SAME))
def test_a_forked_run_has_the_same_result_as_a_new_process(
    warm: ForkServerRunner, tmp_path: Path, code: str
) -> None:
    (tmp_path / "project" / "examples").mkdir(parents=True)
    (tmp_path / "project" / "examples" / "_mine.py").write_text("import yaml\nx = yaml.__name__\n")
    os.utime(tmp_path / "project" / "examples" / "_mine.py", (1e9, 1e9))
    fresh, forked = (comparable(ran(one, tmp_path, code, seed=3)) for one in (SubprocessRunner(), warm))
    assert forked == fresh


def test_preloaded_modules_count_only_for_examples_that_use_them(
    warm: ForkServerRunner, tmp_path: Path
) -> None:
    assert set(ran(warm, tmp_path, "x = 1").versions) == set()
    assert set(ran(warm, tmp_path, "import yaml").versions) == {"PyYAML"}
    assert set(ran(warm, tmp_path, "def f():\n    import click\nf()").versions) == {"click"}


WARNS = """
import sys
sys.path.insert(0, sys.argv[1])
from executable_glossary.execution.sandbox import import_trace
from executable_glossary.execution.sandbox.warning_capture import capture_warnings
imports = import_trace.ImportTrace()
# As from the parent's own file: what that imports, no run uses.
exec(compile("imports.preload(('warns', 'relies', 'other'))", import_trace.__file__, "exec"))
told = capture_warnings()
exec(sys.argv[2])
print(imports.warnings(), told)
"""


@pytest.mark.parametrize(
    ("code", "warning"),
    [
        ("x = 1", "[] []"),
        ("import warns", "['UserWarning: careful'] []"),
        ("from relies import x", "['UserWarning: careful'] []"),
        ("import warns; warns.warn()", "['UserWarning: careful'] ['UserWarning: careful']"),
        ("import other", "['FutureWarning: soon'] []"),
    ],
)
def test_an_import_warning_reaches_the_runs_that_use_the_module(
    tmp_path: Path, code: str, warning: str
) -> None:
    """The fork server imports the module once for all runs; each run reports the warning once."""
    warns = "import warnings\ndef warn():\n    warnings.warn('careful')\nwarn()\n"
    (tmp_path / "warns.py").write_text(warns)
    (tmp_path / "relies.py").write_text("from warns import warn as x\n")
    (tmp_path / "other.py").write_text("import warnings\nwarnings.warn('soon', FutureWarning)\n")
    command = [sys.executable, "-c", WARNS, str(tmp_path), code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"{warning}\n"


def test_one_run_does_not_affect_the_next(warm: ForkServerRunner, tmp_path: Path) -> None:
    code = "import os, yaml\nprint(hasattr(yaml, 'mark'), 'MARK' in os.environ)\nyaml.mark = os.environ['MARK'] = 'x'"
    for _ in range(2):
        assert ran(warm, tmp_path, code).outputs[0].text == "False False\n"


def test_every_run_has_its_own_random_state(warm: ForkServerRunner, tmp_path: Path) -> None:
    drawn = {ran(warm, tmp_path, "import random\nrandom.random()").outputs[0].value for _ in range(2)}
    assert len(drawn) == 2


def test_examples_that_must_run_alone_or_need_threads_are_not_forked(
    warm: ForkServerRunner, tmp_path: Path
) -> None:
    assert server_of_run(warm, tmp_path)
    assert not server_of_run(warm, tmp_path, isolated=True)
    assert not server_of_run(warm, tmp_path, threads=2)
    assert not server_of_run(ForkServerRunner(()), tmp_path)


def test_a_fork_server_with_threads_forks_nothing(tmp_path: Path) -> None:
    runner = ForkServerRunner(HELD)
    assert server_of_run(runner, tmp_path)
    assert runner._server is not None
    runner._server.can_fork = False
    assert not server_of_run(runner, tmp_path)
    runner.close()


def test_a_run_with_little_memory_is_not_forked_from_a_large_process(tmp_path: Path) -> None:
    """The memory used by the fork server's imports would count toward the run's limit."""
    runner = ForkServerRunner(HELD)
    assert server_of_run(runner, tmp_path)
    assert runner._server is not None
    assert 0 < runner._server.state.data < 10**9
    assert runner._server.state.failed == ("no_such_module",)
    runner._server.state = replace(runner._server.state, data=150_000_000)
    assert not server_of_run(runner, tmp_path, memory=299)
    assert server_of_run(runner, tmp_path, memory=300)
    runner.close()


def test_a_dead_fork_server_is_replaced(warm: ForkServerRunner, tmp_path: Path) -> None:
    assert server_of_run(warm, tmp_path)
    assert warm._server is not None
    warm._server._process.kill()
    warm._server._process.wait()
    assert ran(warm, tmp_path, "x = 1").outcome == "passed"
    assert server_of_run(warm, tmp_path)


def test_the_fork_server_starts_with_the_first_run_and_ends_with_the_build(tmp_path: Path) -> None:
    runner = ForkServerRunner(HELD)
    assert runner._server is None
    ran(runner, tmp_path, "x = 1")
    assert runner._server is not None
    process = runner._server._process
    runner.close()
    assert process.returncode is not None
    assert ran(runner, tmp_path, "x = 1").outcome == "passed"
    runner.close()


def test_stop_ends_a_forked_run(tmp_path: Path) -> None:
    import threading

    runner = ForkServerRunner(HELD)
    threading.Timer(1.0, runner.stop).start()
    run = ran(runner, tmp_path, "import time\ntime.sleep(60)")
    assert (run.outcome, run.message) == ("killed", "stopped with the build")
    runner.close()


USES = {"uses": "import _over\nmetrics = {'x': _over.x}", "does_not": "metrics = {'x': 0}"}


def test_a_changed_dependency_triggers_a_new_run(tmp_path: Path) -> None:
    """The dependency is an indirectly imported module, an opened file, or a distribution that the fork server
    imported."""
    from executable_glossary.model.project import Project
    from executable_glossary.stages.execute import execute

    files = {"_over.py": "import _under\nimport yaml\nx = _under.x\n", "_under.py": UNDER, "numbers.txt": "1"}
    (tmp_path / "examples").mkdir()
    for name, text in files.items():
        settled(tmp_path / "examples" / name, text)
    named = {name: replace(example(tmp_path, code), name=name) for name, code in USES.items()}
    runner = ForkServerRunner(HELD)

    def origins() -> list[str]:
        evidence, problems = execute(list(named.values()), Project(root=tmp_path), runner, "auto")
        assert problems == ()
        return [evidence[name].origin for name in USES]

    assert [origins(), origins()] == [["executed", "executed"], ["stored", "stored"]]
    settled(tmp_path / "examples" / "_under.py", UNDER + "x += 1\n")
    assert [origins(), origins()] == [["executed", "stored"], ["stored", "stored"]]
    settled(tmp_path / "examples" / "numbers.txt", "2")
    assert [origins(), origins()] == [["executed", "stored"], ["stored", "stored"]]
    installed = runner.versions
    runner.versions = lambda names: {name: f"{v}.1" for name, v in installed(names).items()}  # type: ignore[method-assign]
    assert origins() == ["executed", "stored"]


UNDER = "import os\nx = int(open(os.path.dirname(__file__) + '/numbers.txt').read())\n"


def settled(file: Path, text: str) -> None:
    """Sets a modification time so long ago that no run can have seen the file half-written."""
    file.write_text(text)
    os.utime(file, (1e9, 1e9))


@pytest.mark.parametrize(("before", "is_preloaded"), [("", True), ("os.environ['X_MODE'] = '1'", False)])
def test_environment_variables_set_before_an_import_reach_the_package(
    warm: ForkServerRunner, tmp_path: Path, before: str, is_preloaded: bool
) -> None:
    """Packages read them while they are imported, which has already happened in the fork server."""
    run = ran(warm, tmp_path, f"import os, sys\n{before}\nimport yaml\nprint('click' in sys.modules)")
    assert (run.outcome, run.outputs[0].text) == ("passed", f"{is_preloaded}\n")


def test_an_object_that_poses_as_a_module_does_not_disturb_the_end(
    warm: ForkServerRunner, tmp_path: Path
) -> None:
    """The `lib` of a module that cffi compiled is one."""
    code = (
        "import sys, types\nclass Lib:\n    __slots__ = ()\n    __class__ = types.ModuleType\nsys.modules['lib'] = Lib()\n"
        "class Object:\n    def __del__(self): print('deleted')\nkept = Object()"
    )
    for runner in (warm, SubprocessRunner()):
        run = ran(runner, tmp_path, code)
        assert (run.outcome, run.outputs[0].text) == ("passed", "deleted\n"), run


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="torch is not installed")
def test_a_forked_run_of_a_large_library_has_the_same_result(tmp_path: Path) -> None:
    """Slow: imports torch, Matplotlib, and scikit-learn twice."""
    code = (
        "import torch, matplotlib.pyplot as plt\ntorch.manual_seed(0)\nw = torch.randn(64, 64)\n"
        "metrics = {'sum': (w @ w).sum().item()}\n# %% Draw\nplt.figure('w')\nplt.imshow(w)"
    )
    runner = ForkServerRunner(("torch", "matplotlib.pyplot", "sklearn.datasets"))
    fresh, forked = (ran(one, tmp_path, code) for one in (SubprocessRunner(), runner))
    pictures = [[figure.file.read_bytes() for figure in run.figures] for run in (fresh, forked)]
    assert pictures[0] == pictures[1]
    # One of its compiled modules registers itself without being noticed, so it counts for every run.
    unseen = {name: version for name, version in forked.versions.items() if name == "charset-normalizer"}
    assert comparable(forked) == replace(comparable(fresh), versions={**fresh.versions, **unseen})
    assert "scikit-learn" not in forked.versions
    runner.close()
