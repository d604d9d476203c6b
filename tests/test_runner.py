"""Real child processes: all the ways in which a run can end, and everything that it can read, show, and leave
behind."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from executable_glossary.execution import ForkServerRunner, Job, Runner, SubprocessRunner
from executable_glossary.execution.example_parser import read_example
from executable_glossary.execution.sandbox import run_cells
from executable_glossary.model.example import Example
from executable_glossary.model.run import Run
from patience import eventually, is_gone

MB = 1_000_000
Ran = Callable[..., Run]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """Forks if possible, which takes a tenth of the time. test_forkserver_runner.py checks that forked runs are the
    same."""
    runner = ForkServerRunner(("json",))
    yield runner
    runner.close()


@pytest.fixture
def ran(tmp_path: Path, folder: Path, runner: Runner) -> Ran:
    """Runs a script in the project at `tmp_path / "project"`; the script is given as the code after its docstring."""

    def run(code: str, seed: int = 0, artifacts: dict[str, Path] | None = None, **settings: object) -> Run:
        example = script(tmp_path / "project", code, **settings)
        return runner.run(Job(example, seed, tmp_path / "project", artifacts or {}), folder)

    return run


def script(root: Path, code: str, **settings: object) -> Example:
    (root / "examples").mkdir(parents=True, exist_ok=True)
    head = [f"# {name} = {value!r}" for name, value in settings.items()]
    lines = ["# /// script", "# [tool.glossary]", *head, "# ///", '"""Title"""', code]
    text = "\n".join(lines) + "\n"
    (root / "examples" / "one.py").write_text(text)
    example, problems = read_example("examples/one.py", text)
    assert problems == ()
    assert example is not None
    return example


def line_of(tmp_path: Path, code: str) -> int:
    lines = (tmp_path / "project" / "examples" / "one.py").read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip() == code)


# Output of cells


def test_each_cell_has_its_own_output_in_order(ran: Ran) -> None:
    run = ran("import sys\n# %% One\nprint('a')\nprint('b', file=sys.stderr)\n6 * 7\n# %% Two\nprint('c')")
    assert run.outcome == "passed"
    assert [(o.cell, o.text, o.errors, o.value) for o in run.outputs] == [
        ("start", "", "", ""),
        ("one", "a\n", "b\n", "42"),
        ("two", "c\n", "", ""),
    ]


def test_output_from_below_python_is_captured(ran: Ran) -> None:
    code = (
        "import ctypes, os, subprocess\nctypes.CDLL(None).printf(b'C\\n')\nos.write(1, b'fd\\n')\n"
        "subprocess.run(['/bin/sh', '-c', 'echo shell'])\n# %% Two\nos.write(2, b'late\\n');"
    )
    first, second = ran(code).outputs
    assert sorted(first.text.split()) == ["C", "fd", "shell"]
    assert second.errors == "late\n"


def test_nested_values_are_formatted_and_none_is_not_shown(ran: Ran) -> None:
    run = ran(
        "None\n# %% Dict\n{'b': list(range(30)), 'a': 'x' * 50}\n# %% Object\nobject()\n# %% Text\n'a\\nb'"
    )
    none, nested, thing, text = (output.value for output in run.outputs)
    assert none == ""
    assert nested.startswith("{'b': [0,")
    assert "\n 'a': 'xxx" in nested
    assert thing == "<object object>"
    assert text == "'a\\nb'"


def test_html_is_kept_unchanged(ran: Ran) -> None:
    """The HTML is sanitized when pages are written, because records from other sources must be sanitized as well."""
    code = "class Table:\n    def _repr_html_(self):\n        return '<b onclick=\"x()\">1</b>'\nTable()"
    (output,) = ran(code).outputs
    assert (output.value, output.value_is_html) == ('<b onclick="x()">1</b>', True)


def test_long_output_is_truncated_with_a_note(ran: Ran) -> None:
    (output,) = ran("for _ in range(3000): print('x' * 999)").outputs
    assert len(output.text) < 210_000
    assert output.text.endswith("[2,799,999 more characters]\n")
    assert [(part.what, part.detail) for part in output.missing] == [("rest", "2,799,999")]


def test_binary_output_is_counted(ran: Ran) -> None:
    (output,) = ran("import os\nos.write(1, bytes(range(256)))\nNone").outputs
    assert output.text == "[256 bytes that are not text]\n"


def test_a_few_bytes_that_are_not_text_are_replaced(ran: Ran) -> None:
    (output,) = ran("import os\nos.write(1, 'Größe\\n'.encode('latin-1') + b'one\\ntwo\\n')\nNone").outputs
    assert "one\ntwo\n" in output.text


def test_local_paths_are_not_shown(ran: Ran, tmp_path: Path) -> None:
    run = ran("import os\nprint(__file__, os.getcwd())\nraise ValueError(__file__)")
    assert str(tmp_path) not in run.outputs[0].text + run.outputs[0].errors + run.message
    assert run.message == "ValueError: examples/one.py"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("os.getcwd()", "examples"),
        ("[os.getcwd(), os.getcwd() + '/', Path('a.csv').resolve()]", "['examples', 'examples/', PosixPath('examples/a.csv')]"),
        ("Path(__file__).parent, Path(__file__).parent.parent", "examples ."),
        ("f'Cannot read {os.getcwd()}. Stop.'", "Cannot read examples. Stop."),
        ("os.path.expanduser('~'), os.path.expanduser('~/a.csv')", "~ ~/a.csv"),
    ],
)  # fmt: skip
def test_a_folder_is_shown_by_its_name(ran: Ran, code: str, shown: str) -> None:
    (output,) = ran(f"import os\nfrom pathlib import Path\nprint({code})").outputs
    assert output.text == f"{shown}\n"


def test_a_working_folder_in_the_project_is_shown_as_the_script_folder(
    tmp_path: Path, runner: Runner
) -> None:
    example = script(tmp_path, "import os\nprint(os.getcwd(), os.path.abspath('a.csv'))")
    folder = tmp_path / ".glossary" / "work"
    folder.mkdir(parents=True)
    (output,) = runner.run(Job(example, 0, tmp_path), folder).outputs
    assert output.text == "examples examples/a.csv\n"


def test_warnings_are_reported_once_and_without_a_location(ran: Ran) -> None:
    run = ran("import warnings\nfor _ in range(3):\n    warnings.warn('careful')")
    assert run.warnings == ("UserWarning: careful",)
    assert run.outputs[0].errors == "examples/one.py:7: UserWarning: careful\n  warnings.warn('careful')\n"


def test_future_statements_apply_to_later_cells(ran: Ran) -> None:
    code = "from __future__ import annotations\n# %% Two\ndef f(x: nowhere): ...\nprint(f.__annotations__)"
    assert ran(code).outputs[1].text == "{'x': 'nowhere'}\n"


@pytest.mark.skipif(not importlib.util.find_spec("matplotlib"), reason="matplotlib is not installed")
def test_figures_have_their_cell_and_their_alternative_text(ran: Ran) -> None:
    code = (
        "import matplotlib.pyplot as plt\nplt.figure('grid', figsize=(2, 1), dpi=50)\n"
        "# %% Two\nplt.figure(figsize=(1, 1), dpi=40)\nopen_now = plt.get_fignums()\nprint(len(open_now))\n"
        "figures = {'grid': {'caption': 'A grid.', 'alt': 'Nothing.'}}"
    )
    first, second = ran(code).outputs
    (grid,), (other,) = first.figures, second.figures
    assert (grid.name, grid.width, grid.height) == ("grid", 100, 50)
    assert (grid.caption, grid.alt) == ("A grid.", "Nothing.")
    assert (other.name, other.caption) == ("figure-1", "")
    assert second.text == "1\n"
    picture = grid.file.read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert b"Software" not in picture


# Metrics


def test_metrics_are_flat(ran: Ran) -> None:
    run = ran("metrics = {'a': {'b': {'c': 0.5}}, 'n_images': 3}")
    assert run.metrics == {"a.b.c": 0.5, "n_images": 3}
    assert isinstance(run.metrics["n_images"], int)


@pytest.mark.parametrize(
    ("metric", "name", "reason"),
    [
        ("{'a': 'high'}", "a", "'high' is not a number; its type is str"),
        ("{'a': True}", "a", "True is not a number; its type is bool"),
        ("{'a': None}", "a", "None is not a number; its type is NoneType"),
        ("{'a': [1]}", "a", "[1] is not a number; its type is list"),
        ("{'a': 1j}", "a", "1j is not a number; its type is complex"),
        ("{'a': float('nan')}", "a", "nan is not a finite number"),
        ("{'a': float('-inf')}", "a", "-inf is not a finite number"),
        ("{'fine-tuned': 1}", "fine-tuned", '"fine-tuned" is not a name that an expression can use'),
        ("{'a': {'is': 1}}", "a.is", '"is" is not a name that an expression can use'),
        ("{'_a': 1}", "_a", '"_a" is not a name that an expression can use'),
        ("{'a': {'max': 1}}", "a.max", '"max" is the name of a statistic over seeds'),
        ("{'a': {'b': 1}, 'a.b': 2}", "a.b", "two metrics have this name"),
        ("{3: 1}", "3", '"3" is not a name that an expression can use'),
    ],
)
def test_an_invalid_metric_is_rejected_with_a_reason(ran: Ran, metric: str, name: str, reason: str) -> None:
    run = ran(f"metrics = {metric} | {{'good': 1}}")
    assert run.rejected == {name: reason}
    assert run.metrics == {"good": 1}


def test_numbers_of_any_library_are_accepted(ran: Ran) -> None:
    run = ran("from fractions import Fraction\nmetrics = {'half': Fraction(1, 2)}")
    assert run.metrics == {"half": 0.5}


# A made-up library, so that the test does not need one that is installed.
ARRAY = """
class Array:
    def __init__(self, value, *shape, mask=False):
        self.value, self.shape, self.mask = value, shape, mask
    def item(self):
        return self.value
    def __repr__(self):
        return f'Array({self.value},\\n      {self.shape})'
"""


@pytest.mark.parametrize(
    ("value", "metrics", "reason"),
    [
        ("Array(2.5)", {"a": 2.5}, ""),
        ("Array(2.5, mask=True)", {}, "it is masked, so it has no value"),
        ("Array(2.5, mask=False)", {"a": 2.5}, ""),
        ("Array(3)", {"a": 3}, ""),
        ("Array(True)", {}, "True is not a number; its type is bool"),
        ("Array(float('nan'))", {}, "nan is not a finite number"),
        ("Array('x')", {}, "'x' is not a number; its type is str"),
        ("Array(2.5, 1)", {}, "Array(2.5, (1,)) is not a number; its type is Array"),
        ("Array", {}, "<class '__main__.Array'> is not a number; its type is type"),
    ],
)
def test_an_array_without_dimensions_is_a_number(
    ran: Ran, value: str, metrics: Mapping[str, float], reason: str
) -> None:
    run = ran(f"{ARRAY}metrics = {{'good': 1, 'a': {value}}}")
    assert run.metrics == {"good": 1, **metrics}
    assert run.rejected == ({"a": reason} if reason else {})
    assert all(type(run.metrics[name]) is type(value) for name, value in metrics.items())


@pytest.mark.parametrize(
    "code",
    [
        "import json as metrics, json as figures",
        "from statistics import mean as metrics",
        "class metrics:\n    accuracy = 1",
        "metrics = {'accuracy': max, 'loss': {'low': min}}\nfigures = {'a': max}",
        "metrics = ['accuracy', 'loss']\nfigures = [1, 2]",
        "metrics = 'euclidean'\nfigures = 'all'",
        "metrics = None\nfigures = None",
        f"{ARRAY}metrics = Array",
        "metrics = []\nmetrics.append(metrics)",
    ],
)
def test_globals_of_the_same_names_are_left_alone(ran: Ran, code: str) -> None:
    run = ran(code)
    assert (run.outcome, run.metrics, run.rejected) == ("passed", {}, {})


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("[0.1]", "[0.1] is not a dict of numbers; its type is list"),
        ("('loss', 0.1)", "('loss', 0.1) is not a dict of numbers; its type is tuple"),
        ("0.1", "0.1 is not a dict of numbers; its type is float"),
        ("Array(0.1)", "Array(0.1, ()) is not a dict of numbers; its type is Array"),
        ("[Array(0.1)]", "[Array(0.1, ())] is not a dict of numbers; its type is list"),
    ],
)
def test_numbers_outside_a_dict_are_reported(ran: Ran, value: str, reason: str) -> None:
    run = ran(f"{ARRAY}metrics = {value}")
    assert (run.metrics, run.rejected) == ({}, {"metrics": reason})


# Outcomes


def test_an_exception_points_to_the_line_in_the_file(ran: Ran, tmp_path: Path) -> None:
    code = "def f():\n    return 1 / 0\n# %% Two\n# Words.\n\nprint('before')\nf()\n# %% Three\nprint(3)"
    run = ran(code)
    assert (run.outcome, run.message) == ("raised", "ZeroDivisionError: division by zero")
    assert run.line == line_of(tmp_path, "return 1 / 0")
    assert [output.cell for output in run.outputs] == ["start", "two"]
    assert run.outputs[1].text == "before\n"
    assert f'File "examples/one.py", line {line_of(tmp_path, "f()")}' in run.outputs[1].errors
    assert "return 1 / 0" in run.outputs[1].errors
    assert "worker" not in run.outputs[1].errors


def test_a_successful_exit_before_the_last_cell_ends_the_script(ran: Ran) -> None:
    run = ran("import atexit\natexit.register(print, 'end')\nprint(1)\nexit(0)\n# %% Two\nprint(2)")
    assert (run.outcome, [output.text for output in run.outputs]) == ("passed", ["1\nend\n"])


@pytest.mark.parametrize("leave", ["sys.exit(1)", "sys.exit('no data')", "sys.exit('')"])
def test_an_exit_with_an_error_code_counts_as_raised(ran: Ran, leave: str) -> None:
    run = ran(f"import sys\n{leave}\n# %% Two\nprint(2)")
    assert run.outcome == "raised"
    assert run.message.startswith("SystemExit")


@pytest.mark.parametrize("leave", ["sys.exit()", "sys.exit(0)", "raise SystemExit"])
def test_a_script_may_end_with_a_successful_exit(ran: Ran, leave: str) -> None:
    run = ran(f"import sys\nprint('before')\n# %% Two\nmetrics = {{'x': 1}}\nprint('last')\n{leave}")
    assert run.outcome == "passed"
    assert [output.text for output in run.outputs] == ["before\n", "last\n"]
    assert run.metrics == {"x": 1}


def test_os_exit_counts_as_killed(ran: Ran, tmp_path: Path) -> None:
    run = ran("import os\nprint('before', flush=True)\n# %% Two\nos._exit(0)\n# %% Three\nprint(3)")
    assert (run.outcome, run.line) == ("killed", line_of(tmp_path, "os._exit(0)"))
    assert run.message == "exited with code 0 before the last cell finished"
    assert run.outputs[0].text == "before\n"
    assert run.metrics == {}


def test_a_crash_is_reported_with_its_signal(ran: Ran) -> None:
    run = ran("import ctypes\nctypes.string_at(0)")
    assert (run.outcome, run.message) == ("killed", "terminated by signal SIGSEGV, on line 6")


@pytest.mark.parametrize(
    "loop",
    [
        "while True: pass",
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)",
    ],
)
def test_a_hanging_run_times_out(ran: Ran, loop: str) -> None:
    run = ran(f"print('before')\n{loop}", timeout=1)
    assert run.outcome == "timed out"
    assert re.fullmatch(r"still running after 1 s, on line \d+", run.message)
    assert run.outputs[0].text == "before\n"


def test_a_remaining_child_process_is_killed(ran: Ran, folder: Path) -> None:
    code = "import subprocess\nprint(subprocess.Popen(['/bin/sleep', '60']).pid)"
    pid = int(ran(code).outputs[0].text)
    assert eventually(lambda: is_gone(pid))


@pytest.mark.parametrize(
    "code", ["x = bytearray(10**10)", "raise MemoryError", "x = b'x' * (5 * 10**8)\nx + x"]
)
def test_exceeding_the_memory_limit(ran: Ran, code: str) -> None:
    assert ran(code, memory=300).outcome == "out of memory"


def test_growing_memory_is_monitored(ran: Ran) -> None:
    code = "import time\nx = []\nfor _ in range(100):\n    x.append(b'x' * 5_000_000)\n    time.sleep(0.01)"
    run = ran(code, memory=150)
    assert (run.outcome, run.message) == ("out of memory", "used more than 150 MB")


def test_peak_memory_is_that_of_the_run(ran: Ran) -> None:
    assert 5 * MB < ran("x = 1").peak_memory < 60 * MB


def test_peak_memory_includes_released_memory(ran: Ran) -> None:
    assert ran("x = b'x' * 100_000_000\ndel x").peak_memory > 100 * MB


def test_stop_ends_a_run(tmp_path: Path, folder: Path) -> None:
    runner, example = SubprocessRunner(), script(tmp_path / "project", "import time\ntime.sleep(600)")
    threading.Timer(0.5, runner.stop).start()
    run = runner.run(Job(example, 0, tmp_path / "project"), folder)
    assert (run.outcome, run.message) == ("killed", "stopped with the build")


BUILDER = """
import sys
from pathlib import Path
from executable_glossary.execution.example_parser import read_example
from executable_glossary.execution.sandbox import run_cells
from executable_glossary.execution import SubprocessRunner, Job, Runner, ForkServerRunner
root, folder = Path(sys.argv[1]), Path(sys.argv[2])
example, _ = read_example("examples/one.py", (root / "examples/one.py").read_text())
SubprocessRunner().run(Job(example, 0, root), folder)
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux notifies a child process when its parent has ended"
)
def test_a_killed_build_leaves_no_run_behind(tmp_path: Path, folder: Path) -> None:
    script(tmp_path / "project", "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(600)")
    command = [sys.executable, "-c", BUILDER, str(tmp_path / "project"), str(folder)]
    with subprocess.Popen(command) as builder:
        assert eventually(lambda: (folder / "pid").is_file() and (folder / "pid").read_text())
        builder.kill()
    pid = int((folder / "pid").read_text())
    assert eventually(lambda: is_gone(pid))


# The environment of a run


def test_the_environment_is_cleared(ran: Ran, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    run = ran("import os\nfor pair in sorted(os.environ.items()): print(*pair)", seed=7, threads=3)
    environment = dict(line.split(" ", 1) for line in run.outputs[0].text.splitlines())
    assert {"SECRET_TOKEN", "USER"}.isdisjoint(environment)
    assert environment["PYTHONPATH"] != "/nowhere"
    assert (environment["SEED"], environment["OMP_NUM_THREADS"]) == ("7", "3")
    assert (environment["PYTHONHASHSEED"], environment["MPLBACKEND"]) == ("0", "Agg")
    assert {environment["HOME"], environment["TMPDIR"]} == {"~"}
    assert (folder / ".run" / "home").is_dir()


def test_the_working_folder_contains_the_files_of_needed_examples(
    ran: Ran, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "stored").write_bytes(b"weights")
    code = (
        "from pathlib import Path\nprint(*sorted(p.name for p in Path().glob('[!.]*')))\n"
        "Path('out.bin').write_bytes(Path('w.bin').read_bytes() + b'!')"
    )
    run = ran(code, artifacts={"w.bin": tmp_path / "stored"})
    assert run.outputs[0].text == "one.py w.bin\n"
    assert (folder / "out.bin").read_bytes() == b"weights!"
    assert (tmp_path / "stored").read_bytes() == b"weights"


def test_an_example_is_main_and_can_import_its_neighbors(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "project" / "examples").mkdir(parents=True)
    (tmp_path / "project" / "examples" / "_shared.py").write_text("answer = 42\n")
    code = (
        "import sys\nfrom _shared import answer\nclass C: ...\n"
        "print(__name__, __doc__.strip(), answer, C.__module__, sys.modules['__main__'].answer)"
    )
    assert ran(code).outputs[0].text == "__main__ Title 42 __main__ 42\n"


def test_none_of_our_modules_are_imported(ran: Ran) -> None:
    code = "import sys\nprint([m for m in sys.modules if m.partition('.')[0] not in sys.stdlib_module_names])"
    loaded = ran(code).outputs[0].text
    assert "executable_glossary" not in loaded
    assert "pydantic" not in loaded


def test_our_modules_do_not_hide_others(ran: Ran) -> None:
    run = ran("import importlib.util\nprint(importlib.util.find_spec('runner'))")
    assert run.outputs[0].text == "None\n"


# Observed dependencies


def test_project_files_are_observed(ran: Ran, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "examples").mkdir(parents=True)
    written = {
        "examples/_one.py": b"import _two\n",
        "examples/_two.py": b"x = 2\n",
        "examples/_three.py": b"x = 3\n",
        "data.csv": b"1,2\n",
    }
    for path, content in written.items():
        (project / path).write_bytes(content)
        os.utime(project / path, (1e9, 1e9))
    code = "import _one\nopen(__file__).close()\nopen(__file__.rsplit('/', 2)[0] + '/data.csv').close()"
    run = ran(code)
    assert run.outcome == "passed", run.message
    expected = ("data.csv", "examples/_one.py", "examples/_two.py")
    assert run.files == {path: sha256(written[path]).hexdigest() for path in expected}


def test_imported_distributions_are_observed(ran: Ran) -> None:
    run = ran("import click")
    assert run.versions["click"] == SubprocessRunner().versions(["click"])["click"]
    assert "pydantic" not in run.versions


def test_python_s_startup_modules_are_not_distributions_of_the_example(ran: Ran) -> None:
    assert ran("import json").versions == {}


def test_versions_and_missing_distributions_are_known_without_importing() -> None:
    runner = SubprocessRunner()
    needed = [
        "click>=8",
        "no-such-thing[extra]>=1; python_version>'3'",
        "PyYAML",
        "other; python_version<'3'",
    ]
    assert runner.missing([*needed, "click>=800"]) == (needed[1], "click>=800")
    assert list(runner.versions(["click", "no-such-thing"])) == ["click"]
    assert runner.platform().startswith(f"python {sys.version_info.major}.{sys.version_info.minor}, ")


def test_the_same_seed_produces_the_same_run(tmp_path: Path) -> None:
    example = script(
        tmp_path / "project",
        "import os, random\nrandom.seed(int(os.environ['SEED']))\nmetrics = {'x': random.random()}\n"
        "print({'a', 'b', 'c', 'd'})",
    )
    runs = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        runs.append(SubprocessRunner().run(Job(example, seed, tmp_path / "project"), tmp_path / name))
    first, again, other = runs
    assert (first.metrics, first.outputs) == (again.metrics, again.outputs)
    assert first.metrics != other.metrics


@pytest.mark.skipif(sys.dont_write_bytecode, reason="Python stores no compiled modules here")
def test_the_modules_of_the_sandbox_are_compiled_only_once() -> None:
    """A run takes half as long again if it compiles them itself."""
    assert SubprocessRunner().probe()
    modules = list(Path(run_cells.__file__).parent.rglob("*.py"))
    assert [module.name for module in modules if not Path(cache_from_source(str(module))).exists()] == []
