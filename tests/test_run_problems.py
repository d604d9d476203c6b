"""Injected faults: each has the expected outcome and a clear message, and the store remains intact."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from executable_glossary.execution import ForkServerRunner, Job, Runner, SubprocessRunner
from executable_glossary.execution.store import Store
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project
from executable_glossary.model.run import Run
from executable_glossary.stages.execute import execute
from lasting_runner import LastingRunner
from patience import eventually, is_gone
from test_forkserver_runner import example
from test_isolation import had

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the tests look in /proc for processes that a fault left behind"
)


@dataclass(frozen=True)
class Fault:
    """A faulty example: its code and settings, its outcome, and a pattern for the message."""

    code: str
    outcome: str
    message: str
    settings: tuple[tuple[str, object], ...] = ()
    slow: bool = False


# Other users may be running these tests on the same machine.
NAP = f"77.{os.getpid()}"
SHORT = (("timeout", 0.7),)
SMALL = (("memory", 300),)
FAULTS = {
    "endless loop in a function": Fault(
        "def wait():\n    while True: pass\n\nwait()",
        "timed out",
        r"still running after 0\.7 s, in wait \(line 7\), called on line 9",
        SHORT,
    ),
    "loop that ignores SIGTERM": Fault(
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(1)",
        "timed out",
        r"still running after 0\.7 s, on line 8",
        SHORT,
    ),
    "loop that blocks all signals": Fault(
        "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\ntime.sleep(60)",
        "timed out",
        r"still running after 0\.7 s",
        SHORT,
    ),
    "loop in C code": Fault(
        "sum(range(10**15))", "timed out", r"still running after 0\.7 s, on line 6", SHORT
    ),
    "child left behind": Fault(
        f"import subprocess\nsubprocess.Popen(['/bin/sleep', '{NAP}'])\n1", "passed", ""
    ),
    "child that calls setsid": Fault(
        f"import subprocess\nsubprocess.Popen(['/bin/sleep', '{NAP}'], start_new_session=True)\n1",
        "passed",
        "",
    ),
    "grandchild that nobody waits for": Fault(
        f"import subprocess\nsubprocess.run(['/bin/sh', '-c', 'setsid sleep {NAP} >/dev/null 2>&1 &'])\n1",
        "passed",
        "",
    ),
    "allocation far over the limit": Fault("x = bytearray(10**11)", "out of memory", "MemoryError", SMALL),
    "memory that grows": Fault(
        "x = []\nwhile True: x.append(bytearray(5_000_000)); __import__('time').sleep(0.01)",
        "out of memory",
        r"used more than 300 MB",
        SMALL,
    ),
    "children that hold memory together": Fault(
        "import multiprocessing as m, time\ndef hold(): x = b'x' * 120_000_000; time.sleep(30)\n"
        "children = [m.Process(target=hold) for _ in range(4)]\nfor c in children: c.start()\n"
        "for c in children: c.join()",
        "out of memory",
        r"used more than 300 MB",
        SMALL,
    ),
    "os._exit half-way": Fault(
        "import os\nos._exit(0)\n# %% Two\nprint(2)",
        "killed",
        "exited with code 0 before the last cell finished",
    ),
    "segmentation fault": Fault(
        "import ctypes\ndef crash():\n    ctypes.string_at(0)\ncrash()",
        "killed",
        r"terminated by signal SIGSEGV, in crash \(line 7\), called on line 8",
    ),
    "abort": Fault("import os\nos.abort()", "killed", r"terminated by signal SIGABRT, on line 6"),
    "kills itself": Fault("import os\nos.kill(os.getpid(), 9)", "killed", "terminated by signal SIGKILL"),
    "200 MB of output": Fault(
        "for _ in range(2000): print('x' * 99_999)", "killed", "printed more than 100 MB", slow=True
    ),
    "binary output": Fault("import os\nos.write(1, bytes(range(256)) * 9)\n1", "passed", ""),
    "a thread that still prints": Fault(
        "import threading, time\ndef chat():\n    while True: print('and'); time.sleep(0.01)\n"
        "threading.Thread(target=chat, daemon=True).start()\n# %% Two\ntime.sleep(0.1)",
        "passed",
        "",
    ),
    "too many open files": Fault(
        "files = [open('/dev/null') for _ in range(5000)]", "raised", "OSError.*open files"
    ),
    "a file without end": Fault(
        "import os\nwith open('x', 'wb') as f: os.ftruncate(f.fileno(), 10**13)",
        "raised",
        "OSError.*too large",
    ),
    "its own folder deleted": Fault(
        "import shutil\n# %% Clean up\nfrom pathlib import Path\nfor path in Path('.').iterdir():\n"
        "    if path.is_dir(): shutil.rmtree(path)\n# %% Go on\nmetrics = {'x': 1}",
        "killed",
        r"its results could not be written: the script deleted or moved .* folder \.run in it",
    ),
    "its own folder deleted at the end": Fault(
        "import shutil\nshutil.rmtree('.run')",
        "killed",
        r"its results could not be written: the script deleted or moved",
    ),
    "no permission for its own folder": Fault(
        "import os\nos.chmod('.run', 0)\n1",
        "killed",
        r"its results could not be written: the script changed the permissions",
    ),
    "no permission for its working folder": Fault(
        "import os\nos.chmod('.', 0)\n1",
        "killed",
        r"its results could not be written: the script changed the permissions",
    ),
    "a low limit on open files": Fault(
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))\n# %% Two\n1",
        "killed",
        r"its results could not be written: the script has too many files open, or has lowered the limit",
    ),
    "all files open": Fault(
        "files = []\ntry:\n    while True: files.append(open('/dev/null'))\nexcept OSError: pass",
        "killed",
        r"its results could not be written: the script has too many files open, or has lowered the limit",
    ),
    "a low limit on the size of files": Fault(
        "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (9, 9))\n1",
        "killed",
        r"its results could not be written: the script has lowered the limit on the size of its files",
    ),
    "an exception without a message": Fault(
        "class E(Exception):\n    def __str__(self): return self.missing\nraise E()",
        "raised",
        r"E: ",
    ),
    "an exception whose message exits": Fault(
        "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E()",
        "raised",
        r"E: ",
    ),
    "an exception without standard error": Fault(
        "import sys\nsys.stderr.close()\nsys.stderr = None\nraise KeyError('burnt')",
        "raised",
        r"KeyError: 'burnt'",
    ),
    "a long message": Fault("raise KeyError('x' * 10**6)", "raised", r"KeyError: 'x{1000,2000}$"),
    "a program that fails": Fault(
        "import subprocess\nsubprocess.run('echo no yeast >&2; exit 3', shell=True, check=True)",
        "raised",
        r"subprocess.CalledProcessError.*exit status 3; standard error ended with: no yeast",
    ),
    "a program that fails, captured": Fault(
        "import subprocess\nsubprocess.run('echo no yeast >&2; exit 3', shell=True, check=True, capture_output=True)",
        "raised",
        r"subprocess.CalledProcessError.*exit status 3; standard error ended with: no yeast",
    ),
    "an invalid result": Fault(
        "import os\nopen('.run/result.json', 'w').write('{}')\nos._exit(0)",
        "killed",
        "its results are not valid",
    ),
    "a broken result": Fault(
        "import json\njson.dumps = None\nmetrics = {'x': 1}", "killed", "exited with code 70"
    ),
}


@pytest.fixture(scope="module")
def runners() -> Iterator[dict[str, Runner]]:
    warm = LastingRunner(("json", "multiprocessing"))
    yield {"fresh": SubprocessRunner(), "forked": warm}
    warm.end()


def execute_one(
    tmp_path: Path, runner: Runner, code: str, **settings: object
) -> tuple[Evidence, tuple[Problem, ...]]:
    one = example(tmp_path, code, **settings)
    evidence, problems = execute([one], Project(root=tmp_path), runner, "auto")
    return evidence["one"], problems


@pytest.mark.parametrize("kind", ["fresh", "forked"])
@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[pytest.mark.slow] if FAULTS[name].slow else []) for name in FAULTS]
)
def test_a_fault_is_reported_and_does_no_damage(
    runners: dict[str, Runner], tmp_path: Path, fault: str, kind: str
) -> None:
    """Slow: the fault that prints 200 MB. All others always run."""
    expected = FAULTS[fault]
    found, problems = execute_one(tmp_path, runners[kind], expected.code, **dict(expected.settings))
    (run,) = found.runs
    assert (run.outcome, bool(re.match(expected.message, run.message))) == (expected.outcome, True), (
        run.message
    )
    assert {problem.code for problem in problems} == codes(run)
    assert eventually(lambda: not survivors())
    # The fork server, which all faults share, must still be able to start runs.
    assert good_afterwards(tmp_path, runners["forked"], run)


def codes(run: Run) -> set[str]:
    incomplete = {"output-incomplete" for output in run.outputs if output.missing}
    return incomplete if run.outcome == "passed" else {f"example-{run.outcome.replace(' ', '-')}"}


def survivors() -> list[str]:
    """Command lines of processes that only the faults above start."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if command.startswith((f"/bin/sleep {NAP}", f"sleep {NAP}")):
            found.append(command)
    return found


def good_afterwards(tmp_path: Path, runner: Runner, run: Run) -> bool:
    """A failed run is not stored. A correct example runs once, its run is stored, and no files are left behind."""
    store = Store(tmp_path / ".glossary")
    remembered = bool(store.runs(run.key))
    origins = []
    for _ in range(2):
        found, problems = execute_one(tmp_path, runner, "print('good')")
        origins.append((found.origin, problems))
    left = list((tmp_path / ".glossary" / "work").iterdir())
    return (
        remembered == (run.outcome == "passed") and origins == [("executed", ()), ("stored", ())] and not left
    )


LINES = {"its own folder deleted": 7, "its own folder deleted at the end": 5, "a low limit on open files": 5}


@pytest.mark.parametrize("fault", LINES)
def test_a_script_that_harms_its_results_is_reported_at_that_cell(
    runners: dict[str, Runner], tmp_path: Path, fault: str
) -> None:
    _, problems = execute_one(tmp_path, runners["forked"], FAULTS[fault].code)
    assert [(problem.place.line, "that the script has written" in problem.help) for problem in problems] == [
        (LINES[fault], True)
    ]


METRICS = {
    "an empty name": ("{'': 1}", 'metric "": "" is not a name that an expression can use'),
    "an empty name inside": ("{'a': {'': 1}}", 'metric a.: "" is not a name that an expression can use'),
    "a name with a dot": ("{'a\u00b7b': 1}", "is not a name that an expression can use"),
    "a long name": ("{'a' * 100_000: 1}", f"metric {'a' * 60}...: its name is longer than 200 characters"),
    "a name that fails": ("{Name(): 1}", "metrics: reading it raised RuntimeError: no name"),
    "itself": ("ring", "metric ring: it contains itself"),
    "many levels": ("deep", "it is nested more than 50 levels deep"),
    "items that fail": ("Items()", "metrics: reading it raised RuntimeError: no items"),
    "items that fail inside": ("{'a': Items()}", "metric a: reading it raised RuntimeError: no items"),
    "no float": ("{'a': Value(1)}", "metric a: reading it raised RuntimeError: no float"),
    "no representation": ("{'a': Silent()}", "metric a: "),
    "captions": ("{}\nfigures = Items()", "figures: reading it raised RuntimeError: no items"),
}
BROKEN = """
from fractions import Fraction
class Name:
    def __str__(self): raise RuntimeError("no name")
class Items(dict):
    def items(self): raise RuntimeError("no items")
class Value(Fraction):
    def __float__(self): raise RuntimeError("no float")
class Silent:
    def __repr__(self): raise RuntimeError("no text")
ring = {}
ring["ring"] = ring
deep = 1
for _ in range(60): deep = {"a": deep}
"""


@pytest.mark.parametrize("kind", METRICS)
@pytest.mark.parametrize("together", [False, True])
def test_metrics_that_cannot_be_read_are_reported(
    runners: dict[str, Runner], tmp_path: Path, kind: str, together: bool
) -> None:
    written, message = METRICS[kind]
    settings = {"seeds": "{together = [0, 1]}"} if together else {}
    code = f"{BROKEN}metrics = {written}\n"
    one = example(tmp_path, code, **settings)
    _, problems = execute([one], Project(root=tmp_path), runners["forked"], "auto")
    found = [problem for problem in problems if problem.code == "metric"]
    assert [message in problem.message for problem in found] == [True], problems
    assert len(found[0].message) < 300


OUTPUTS = {
    "a symbolic link": "open('real', 'w').write('1')\nos.symlink('real', 'out.txt')",
    "a folder": "os.mkdir('out.txt')",
    "a pipe": "os.mkfifo('out.txt')",
}


@pytest.mark.parametrize("kind", OUTPUTS)
def test_an_output_that_is_not_a_file_is_named(runners: dict[str, Runner], tmp_path: Path, kind: str) -> None:
    _, problems = execute_one(
        tmp_path, runners["forked"], f"import os\n{OUTPUTS[kind]}", outputs='["out.txt"]'
    )
    assert [problem.message for problem in problems] == [f'"out.txt" is {kind}; an output must be a file']


@had("reads", "limited")
@pytest.mark.parametrize(
    ("code", "help"),
    [
        ("open(__file__ + '/../../.gitignore')", "hidden files"),
        ("import subprocess\nsubprocess.check_output(['git', 'describe'])", "cannot read .git"),
        ("open('/etc/shadow')", "under `readable`"),
    ],
)
def test_the_help_says_what_a_run_cannot_read(
    runners: dict[str, Runner], tmp_path: Path, code: str, help: str
) -> None:
    (tmp_path / ".gitignore").write_text("x")
    (tmp_path / ".git").mkdir()
    code = code.replace("__file__ + '/..", "__file__.removesuffix('/one.py') + '")
    _, problems = execute_one(tmp_path, runners["forked"], code)
    assert [help in problem.help for problem in problems] == [True], problems


@had("processes", "namespace")
@pytest.mark.parametrize("kind", ["fresh", "forked"])
def test_a_fork_bomb_is_stopped(runners: dict[str, Runner], tmp_path: Path, kind: str) -> None:
    code = (
        "import os, time\nfor _ in range(200):\n    if os.fork() == 0:\n        os.setsid()\n"
        "        time.sleep(60)\n        os._exit(0)\ntime.sleep(60)"
    )
    before = len(list(Path("/proc").glob("[0-9]*")))
    found, problems = execute_one(tmp_path, runners[kind], code, timeout=20)
    assert (found.runs[0].outcome, found.runs[0].message) == ("killed", "started more than 100 processes")
    assert "fewer processes" in problems[0].help
    assert eventually(lambda: len(list(Path("/proc").glob("[0-9]*"))) < before + 60)
    assert good_afterwards(tmp_path, runners[kind], found.runs[0])


def test_the_full_stack_of_a_hanging_run_is_shown_with_its_cell(tmp_path: Path) -> None:
    found, _ = execute_one(
        tmp_path, SubprocessRunner(), "import time\ndef nap():\n    time.sleep(60)\nnap()", timeout=0.7
    )
    errors = found.runs[0].outputs[0].errors
    assert 'File "examples/one.py", line 8 in nap\n' in errors
    assert errors.startswith("Still running; the stack was (most recent call first):\n")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """An 8 MB file system; the test is skipped where mounting is not allowed."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_during_the_run(small_disk: Path) -> None:
    code = "x = open('large', 'wb')\nfor _ in range(100):\n    x.write(bytes(10**6))\n    x.flush()"
    found, problems = execute_one(small_disk, SubprocessRunner(), code)
    assert found.runs[0].outcome in ("raised", "killed")
    assert re.search("No space left|the disk is full", found.runs[0].message)
    assert codes(found.runs[0]) == {problem.code for problem in problems}
    assert good_afterwards(small_disk, SubprocessRunner(), found.runs[0])


def test_a_full_disk_of_the_store(small_disk: Path) -> None:
    code = "open('w.bin', 'wb').write(b'x' * 5_000_000)\nx = 1"
    found, problems = execute_one(small_disk, SubprocessRunner(), code, outputs=["w.bin"])
    assert [problem.code for problem in problems] == ["store-unwritable"]
    assert "No space left" in problems[0].message
    assert not Store(small_disk / ".glossary").runs(found.runs[0].key)
    small, problems = execute_one(
        small_disk, SubprocessRunner(), code.replace("5_000_000", "50"), outputs=["w.bin"]
    )
    assert (small.origin, problems) == ("executed", ())


@pytest.mark.parametrize("harm", ["truncated", "flipped", "foreign", "gone"])
@pytest.mark.parametrize("kind", ["objects", "runs"])
def test_a_damaged_store_costs_only_one_run(
    runners: dict[str, Runner], tmp_path: Path, kind: str, harm: str
) -> None:
    code = "open('w.bin', 'wb').write(b'weights')\nmetrics = {'x': 1}"
    execute_one(tmp_path, runners["forked"], code, outputs=["w.bin"])
    for file in [path for path in (tmp_path / ".glossary" / kind).rglob("*") if path.is_file()]:
        spoil(file, harm)
    origins = []
    for _ in range(2):
        found, problems = execute_one(tmp_path, runners["forked"], code, outputs=["w.bin"])
        assert problems == ()
        assert found.metrics["x"].mean == 1
        origins.append(found.origin)
    assert origins == ["executed", "stored"]


def spoil(file: Path, harm: str) -> None:
    content = file.read_bytes()
    file.unlink()
    if harm == "truncated":
        file.write_bytes(content[:-1])
    elif harm == "flipped":
        file.write_bytes(content[:3] + bytes([content[3] ^ 1]) + content[4:])
    elif harm == "foreign":
        file.write_bytes(b"something else")


BUILDER = """
import sys
from pathlib import Path
from executable_glossary.model.project import Project
from executable_glossary.stages.execute import execute
from executable_glossary.execution.example_parser import read_example
from executable_glossary.execution import ForkServerRunner
root = Path(sys.argv[1])
files = sorted((root / "examples").glob("*.py"))
examples = [read_example(f"examples/{file.name}", file.read_text())[0] for file in files]
print("ready", flush=True)
evidence, problems = execute(examples, Project(root=root), ForkServerRunner(("json",)), "auto")
assert not problems, problems
print(*[f"{name}:{found.metrics['x'].mean:g}" for name, found in sorted(evidence.items())])
"""
MANY = "open('w.bin', 'wb').write(b'{0}' * 300_000)\nmetrics = {{'x': {0}}}\n"


def project_of_four(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    head = '# /// script\n# [tool.glossary]\n# outputs = ["w.bin"]\n# ///\n"""Title"""\n'
    for number in range(4):
        (tmp_path / "examples" / f"one_{number}.py").write_text(head + MANY.format(number))


def builder(tmp_path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", BUILDER, str(tmp_path)], stdout=subprocess.PIPE)


RIGHT = b"one_0:0 one_1:1 one_2:2 one_3:3\n"


@pytest.mark.slow
def test_a_builder_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    """Slow: starts and kills twenty builders. test_kills.py kills them at every change to the store."""
    project_of_four(tmp_path)
    moments = random.Random(0)
    for _ in range(20):
        with builder(tmp_path) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(moments.uniform(0, 0.6))
            process.kill()
        # Objects and runs are deleted, so every round writes them again.
        forget(tmp_path / ".glossary", moments)
    with builder(tmp_path) as process:
        assert process.communicate()[0] == b"ready\n" + RIGHT
        assert process.returncode == 0
    with builder(tmp_path) as process:
        assert process.communicate()[0] == b"ready\n" + RIGHT


def forget(store: Path, moments: random.Random) -> None:
    """Deletes some of the stored runs."""
    for run in sorted((store / "runs").glob("*/*.json")):
        if moments.random() < 0.7:
            run.unlink()


def test_two_builders_can_share_a_store(tmp_path: Path) -> None:
    project_of_four(tmp_path)
    with builder(tmp_path) as first, builder(tmp_path) as second:
        said = [process.communicate()[0] for process in (first, second)]
    assert said == [b"ready\n" + RIGHT] * 2
    assert (first.returncode, second.returncode) == (0, 0)


def test_a_killed_builder_leaves_no_process(tmp_path: Path) -> None:
    example(tmp_path, "import os, time\nopen('pid', 'w').write('x')\ntime.sleep(600)")
    with builder(tmp_path) as process:
        assert eventually(lambda: list((tmp_path / ".glossary").rglob("pid")))
        family = descendants(process.pid)
        assert len(family) >= 4
        process.kill()
    assert eventually(lambda: all(is_gone(pid) for pid in family))


def descendants(pid: int) -> list[int]:
    from executable_glossary.execution.sandbox.process_tree import descendants

    return list(descendants(pid))


def test_an_interruption_ends_all_runs(tmp_path: Path) -> None:
    one = example(tmp_path, "import time\nopen('began', 'w').close()\ntime.sleep(600)")

    def interrupt() -> None:
        assert eventually(lambda: list((tmp_path / ".glossary").rglob("began")))
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    runner = Remembering(("json",))
    with pytest.raises(KeyboardInterrupt):
        execute([one], Project(root=tmp_path), runner, "auto")
    assert runner.ended == [("killed", "stopped with the build")]


class Remembering(ForkServerRunner):
    """Remembers how its runs ended, including those whose results are no longer needed."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        super().__init__(modules)
        self.ended: list[tuple[str, str]] = []

    def run(self, job: Job, folder: Path) -> Run:
        run = super().run(job, folder)
        self.ended.append((run.outcome, run.message))
        return run
