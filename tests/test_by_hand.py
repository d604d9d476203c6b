"""A run behaves like a manual run of the script: worker processes, sockets, temporary files, and files next to the
script."""

from __future__ import annotations

import glob
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from executable_glossary.execution import (
    ForkServerRunner,
    Runner,
    SubprocessRunner,
    short_home,
    subprocess_runner,
)
from executable_glossary.execution.sandbox import supervisor
from executable_glossary.execution.sandbox.held_memory import HeldMemory
from executable_glossary.execution.sandbox.supervisor import Monitor
from patience import eventually
from test_forkserver_runner import ran
from test_isolation import had

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the limits on paths and the isolation are specific to Linux"
)

with_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")


@pytest.fixture(scope="module")
def forked() -> Iterator[Runner]:
    runner = ForkServerRunner(("json", "multiprocessing.pool"))
    yield runner
    runner.close()


@pytest.fixture(params=["fresh", "forked"])
def runner(request: pytest.FixtureRequest, forked: Runner) -> Runner:
    return forked if request.param == "forked" else SubprocessRunner()


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder whose path has 200 characters, on a machine with an equally deep temporary folder."""
    place = tmp_path / ("d" * 60) / ("e" * (200 - len(str(tmp_path)) - 62))
    (place / "temporary").mkdir(parents=True)
    assert len(str(place)) == 200
    monkeypatch.setattr(tempfile, "tempdir", str(place / "temporary"))
    monkeypatch.setenv("TMPDIR", tempfile.gettempdir())
    return place


# Worker processes, and sockets, whose paths can have at most 108 characters

POOL = """
import multiprocessing, os

def grown(weight):
    return weight * 1.5, os.path.basename(os.getcwd())

if __name__ == "__main__":
    here = os.path.basename(os.getcwd())
    with multiprocessing.get_context({kind!r}).Pool(2) as pool:
        results = pool.map(grown, [2, 4])
    print([weight for weight, _ in results], {{folder for _, folder in results}} == {{here}})
"""


@pytest.mark.parametrize("kind", ["fork", "spawn", "forkserver"])
def test_pools_work_under_a_long_path(runner: Runner, deep: Path, kind: str) -> None:
    run = ran(runner, deep, POOL.format(kind=kind), timeout=60)
    assert (run.outcome, run.message, run.outputs[0].text) == ("passed", "", "[3.0, 6.0] True\n")


MANAGER = """
import multiprocessing

def shelve(shelf, name):
    shelf[name] = len(name)

with multiprocessing.get_context("fork").Manager() as manager:
    shelf = manager.dict()
    workers = [multiprocessing.get_context("fork").Process(target=shelve, args=(shelf, name)) for name in ("rye", "spelt")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(sorted(shelf.items()))
"""
EXECUTOR = """
from concurrent.futures import ProcessPoolExecutor
from math import isqrt

if __name__ == "__main__":
    with ProcessPoolExecutor(2) as executor:
        print(list(executor.map(isqrt, [81, 144])))
"""
SERVER = """
import asyncio, os, tempfile

async def main():
    with tempfile.TemporaryDirectory() as folder:
        place = os.path.join(folder, "baker.sock")
        async def answer(reader, writer):
            writer.write((await reader.readline()).upper())
            writer.close()
        async with await asyncio.start_unix_server(answer, place):
            reader, writer = await asyncio.open_unix_connection(place)
            writer.write(b"two loaves\\n")
            print((await reader.read()).decode().strip())

asyncio.run(main())
"""
FILES = """
import os, tempfile
from pathlib import Path

with tempfile.NamedTemporaryFile("w+") as file:
    file.write("dough")
    file.seek(0)
    print(file.read(), Path(tempfile.gettempdir()) == Path.home(), Path.home().is_dir())
(Path.home() / ".oven").write_text("hot")
print((Path("~/.oven").expanduser()).read_text())
"""


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (MANAGER, "[('rye', 3), ('spelt', 5)]\n"),
        (EXECUTOR, "[9, 12]\n"),
        (SERVER, "TWO LOAVES\n"),
        (FILES, "dough True True\nhot\n"),
    ],
    ids=["manager", "executor", "server", "files"],
)
def test_sockets_and_temporary_files_work_under_a_long_path(
    runner: Runner, deep: Path, code: str, text: str
) -> None:
    run = ran(runner, deep, code, timeout=60)
    assert (run.outcome, run.message, run.outputs[0].text) == ("passed", "", text)


LOADER = """
import torch
from torch.utils.data import DataLoader, Dataset

class Loaves(Dataset):
    def __len__(self):
        return 6
    def __getitem__(self, number):
        return torch.full((3,), float(number))

if __name__ == "__main__":
    batches = DataLoader(Loaves(), batch_size=2, num_workers=2, multiprocessing_context={kind!r})
    print(sum(float(batch.sum()) for batch in batches))
"""


@with_torch
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["fork", "spawn"])
def test_data_loaders_work_under_a_long_path(deep: Path, kind: str) -> None:
    run = ran(SubprocessRunner(), deep, LOADER.format(kind=kind), timeout=120, memory=4000)
    assert (run.outcome, run.message, run.outputs[0].text) == ("passed", "", "45.0\n")


def test_a_run_leads_its_own_process_group_as_in_a_shell(runner: Runner, tmp_path: Path) -> None:
    code = (
        "import os, signal\nos.setpgrp()\nprint(os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid())\n"
        "signal.signal(signal.SIGTERM, lambda *_: print('terminated'))\nos.killpg(0, signal.SIGTERM)"
    )
    run = ran(runner, tmp_path, code)
    assert (run.outcome, run.message, run.outputs[0].text) == ("passed", "", "True False\nterminated\n")


# The home directory, which is the temporary folder


def homes(place: Path) -> list[str]:
    """The short paths that lead to a folder at this location."""
    links = (entry.path for entry in os.scandir("/tmp") if entry.is_symlink())
    return [link for link in links if os.path.realpath(link).startswith(str(place))]


def test_pages_do_not_show_where_the_home_directory_is(runner: Runner, deep: Path) -> None:
    code = "import os, tempfile\nprint(os.environ['HOME'], tempfile.gettempdir() + '/loaf', os.path.realpath('/proc/self/cwd'))\nos.path.realpath(os.environ['HOME'])"
    (output,) = ran(runner, deep, code).outputs
    assert (output.text, output.value) == ("~ ~/loaf examples\n", "'~'")


def test_the_home_directory_is_empty_private_and_gone_afterwards(runner: Runner, deep: Path) -> None:
    code = (
        "import os\nhome = os.environ['HOME']\nprint(len(home) < 40, os.listdir(home), oct(os.stat(home).st_mode & 0o022))\n"
        "print(os.path.realpath(home).endswith('/.run/home'))"
    )
    run = ran(runner, deep, code)
    assert run.outputs[0].text == "True [] 0o0\nTrue\n"
    assert homes(deep) == []


ABSOLUTE = """
import ctypes, os, subprocess
for name in ("/tmp/NAME", "/var/tmp/NAME/loaf"):
    print(os.path.exists(name), end=" ")
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "x") as file:
        file.write("rye")
    print(name, open(name).read(), os.path.realpath(name) == name)
subprocess.run(["/bin/sh", "-c", "cat /tmp/NAME > /tmp/NAME-copy && rm /tmp/NAME"], check=True)
os.symlink("/tmp/NAME-copy", "/tmp/NAME")
print(os.listdir("/tmp/").count("NAME"), open("/tmp/NAME").read(), ctypes.CDLL(None).tmpfile() != 0)
open("/tmp/NAME.sh", "w").write("#!/bin/sh\\necho baked")
os.chmod("/tmp/NAME.sh", 0o700)
print(subprocess.run("/tmp/NAME.sh", capture_output=True, text=True).stdout, end="")
"""


@had("processes", "namespace")
@had("files", "refused")
@pytest.mark.parametrize("elsewhere", [False, True], ids=["in /tmp", "elsewhere"])
def test_temporary_files_with_absolute_paths_are_the_runs_own(
    runner: Runner, tmp_path: Path, elsewhere: bool
) -> None:
    name = f"glossary-test-{os.getpid()}"
    expected = f"False /tmp/{name} rye True\nFalse /var/tmp/{name}/loaf rye True\n1 rye True\nbaked\n"
    cache = Path(__file__).parents[1] / ".pytest_cache"
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as other:
        place = Path(other) if elsewhere else tmp_path
        theirs = Path("/tmp", name)
        theirs.write_text("of another program")
        for _ in range(2):
            run = ran(runner, place, ABSOLUTE.replace("NAME", name))
            assert (run.outcome, run.message, run.outputs[0].text) == ("passed", "", expected)
            assert name not in f"{run.reads} {run.files} {run.impure}"
        assert theirs.read_text() == "of another program"
        theirs.unlink()
    assert not glob.glob(f"/tmp/{name}*") + glob.glob(f"/var/tmp/{name}*")


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from executable_glossary.execution import SubprocessRunner
from test_forkserver_runner import ran
ran(SubprocessRunner(), Path({place!r}), "import time\\nopen('started', 'w').close()\\ntime.sleep(60)")
"""


def test_a_killed_build_leaves_no_home_directory(tmp_path: Path) -> None:
    code = KILLED.format(tests=str(Path(__file__).parent), place=str(tmp_path))
    builder = subprocess.Popen([sys.executable, "-c", code])
    try:
        assert eventually(lambda: any(tmp_path.glob("work-*/started")))
        assert homes(tmp_path)
    finally:
        builder.send_signal(signal.SIGKILL)
        builder.wait()
    assert eventually(lambda: homes(tmp_path) == [])


def test_links_of_killed_builds_are_deleted_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short_home, "BASES", (str(tmp_path),))
    monkeypatch.setenv("HOME", str(tmp_path))
    old, new, alive = (tmp_path / f"glossary-{name}" for name in ("old", "new", "alive"))
    for link, target in ((old, "gone"), (new, "gone"), (alive, ".")):
        link.symlink_to(tmp_path / target)
    for link in (old, alive):
        os.utime(link, (1e9, 1e9), follow_symlinks=False)
    (tmp_path / ("home" * 40)).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with short_home.short_path(tmp_path / ("home" * 40)) as home:
        assert home.is_symlink()
    assert [link.is_symlink() for link in (home, old, new, alive)] == [False, False, True, True]


def test_without_a_short_folder_the_home_directory_keeps_its_own_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "symlink_to", refuse)
    (tmp_path / ("home" * 40)).mkdir()
    with short_home.short_path(tmp_path / ("home" * 40)) as home:
        assert home == tmp_path / ("home" * 40)
    assert home.is_dir()


# Errors in worker processes, and runs that wait forever

BURNS = "    raise KeyError('burnt')"
FAILS = {
    "pool": """
import multiprocessing
def bake(loaf):
    if loaf == 2:
        raise KeyError('burnt')
if __name__ == "__main__":
    with multiprocessing.get_context({kind!r}).Pool(2) as pool:
        pool.map(bake, range(4))
""",
    "executor": """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
def bake(loaf):
    if loaf == 2:
        raise KeyError('burnt')
if __name__ == "__main__":
    with ProcessPoolExecutor(2, multiprocessing.get_context({kind!r})) as executor:
        list(executor.map(bake, range(4)))
""",
    "joblib": """
from joblib import Parallel, delayed
def bake(loaf):
    if loaf == 2:
        raise KeyError('burnt')
if __name__ == "__main__":
    Parallel(2)(delayed(bake)(loaf) for loaf in range(4))
""",
    "loader": """
from torch.utils.data import DataLoader
class Loaves(list):
    def __getitem__(self, loaf):
        raise KeyError('burnt')
if __name__ == "__main__":
    next(iter(DataLoader(Loaves([1, 2]), num_workers=1)))
""",
}


def raising_line(place: Path) -> int:
    lines = (place / "project" / "examples" / "one.py").read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip() == BURNS.strip())


@pytest.mark.parametrize("kind", ["fork", "spawn"])
@pytest.mark.parametrize("library", ["pool", "executor"])
def test_an_error_in_a_worker_is_reported_at_its_line(deep: Path, library: str, kind: str) -> None:
    run = ran(SubprocessRunner(), deep, FAILS[library].format(kind=kind), timeout=60)
    assert (run.outcome, run.message, run.line) == ("raised", "KeyError: 'burnt'", raising_line(deep))


@pytest.mark.slow
@pytest.mark.parametrize("library", ["joblib", "loader"])
def test_an_error_in_the_worker_of_a_library_is_reported_at_its_line(deep: Path, library: str) -> None:
    pytest.importorskip({"joblib": "joblib", "loader": "torch"}[library])
    run = ran(SubprocessRunner(), deep, FAILS[library], timeout=120, memory=4000)
    assert (run.outcome, run.message, run.line) == ("raised", "KeyError: 'burnt'", raising_line(deep))


def test_an_error_that_a_worker_caused_is_reported_where_it_was_raised(deep: Path) -> None:
    code = (
        "from concurrent.futures import ProcessPoolExecutor\ndef bake():\n    raise KeyError('burnt')\n"
        "with ProcessPoolExecutor(1) as executor:\n    try:\n        executor.submit(bake).result()\n"
        "    except KeyError as error:\n        raise ValueError('no bread') from error"
    )
    run = ran(SubprocessRunner(), deep, code)
    assert (run.outcome, run.message, run.line) == ("raised", "ValueError: no bread", raising_line(deep) + 5)


THREAD = """
import threading, time

def work():
    time.sleep(0.2)
    print("worker is done")

threading.Thread(target=work).start()
print("main")
"""
PROCESS = """
import atexit, multiprocessing, time

def work():
    time.sleep(0.2)
    print("child")

if __name__ == "__main__":
    atexit.register(print, "bye")
    multiprocessing.get_context("fork").Process(target=work).start()
"""
POSTPONED = """
from concurrent.futures import ThreadPoolExecutor
import time

ThreadPoolExecutor(1).submit(lambda: (time.sleep(0.2), print("done")))
metrics = {"x": 1}
"""


@pytest.mark.parametrize("code", [THREAD, PROCESS, POSTPONED], ids=["thread", "process", "executor"])
def test_what_happens_when_a_script_ends_happens_in_a_run(runner: Runner, tmp_path: Path, code: str) -> None:
    (tmp_path / "script.py").write_text(code)
    by_hand = subprocess.run(
        [sys.executable, "-u", "script.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    run = ran(runner, tmp_path, code)
    # Exit functions that a preloaded package registered are called last.
    assert (run.outcome, sorted(run.outputs[-1].text)) == ("passed", sorted(by_hand.stdout))


ENDS = {
    "exit": ("os._exit(0)", ""),
    "in a function": (
        "import threading\nthread = threading.Thread(target=os._exit, args=(0,))\nthread.start()\nthread.join()",
        "",
    ),
    "program": ("os.execvp('echo', ['echo', 'baked'])", "baked\n"),
    "program that is missing": ("try: os.execv('/gone', ['gone'])\nexcept OSError: print('gone')", "gone\n"),
}


@pytest.mark.parametrize("kind", ENDS)
def test_a_script_can_end_its_own_process_in_the_last_cell(runner: Runner, tmp_path: Path, kind: str) -> None:
    code, text = ENDS[kind]
    run = ran(
        runner,
        tmp_path,
        f"import os\nprint('dough')\n# %% End\nmetrics = {{'x': 1}}\nprint('loaf', flush=True)\n{code}",
    )
    assert (run.outcome, run.message, dict(run.metrics)) == ("passed", "", {"x": 1})
    assert [output.text for output in run.outputs] == ["dough\n", f"loaf\n{text}"]


@pytest.mark.parametrize(
    "code", ["os._exit(3)", "os.execvp('false', ['false'])", "os._exit(0)\n# %% Next\n1"]
)
def test_any_other_early_end_is_a_failure(runner: Runner, tmp_path: Path, code: str) -> None:
    run = ran(runner, tmp_path, f"import os\n{code}")
    assert (run.outcome, "before the last cell finished" in run.message) == ("killed", True)


OPEN = """
f = open("out.txt", "w")
f.write("41 loaves")
"""
OPEN_BESIDE = """
import _shelf
_shelf.log.write("41 loaves")
"""
OPEN_IN_CYCLE = """
class Log:
    def __init__(self):
        self.file, self.me = open("out.txt", "w"), self
        self.file.write("41 loaves")
def log(log=Log()):
    return log
import json
json.keeps = log
"""
OPEN_IN_CHILD = """
import os
if os.fork() == 0:
    f = open("out.txt", "w")
    f.write("41 loaves")
    raise SystemExit
os.wait()
"""
OPEN_IN_WORKER = """
import subprocess, sys
subprocess.run([sys.executable, "-c", "f = open('out.txt', 'w'); f.write('41 loaves')"])
"""


@pytest.mark.parametrize(
    "code",
    [OPEN, OPEN_BESIDE, OPEN_IN_CYCLE, OPEN_IN_CHILD, OPEN_IN_WORKER],
    ids=["script", "module", "cycle", "child", "worker"],
)
def test_a_file_that_is_still_open_is_written(runner: Runner, tmp_path: Path, code: str) -> None:
    beside(tmp_path, "_shelf.py", "log = open('out.txt', 'w')\n")
    run = ran(runner, tmp_path, f"{code}\nmetrics = {{'x': 1}}", outputs='["out.txt"]')
    (folder,) = tmp_path.glob("work-*")
    assert (run.outcome, dict(run.metrics)) == ("passed", {"x": 1})
    assert (folder / "out.txt").read_text() == "41 loaves"


def beside(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / "project" / "examples").mkdir(parents=True)
    (tmp_path / "project" / "examples" / name).write_text(content)


DELETED = """
import atexit, os, _shelf

class Log:
    def __init__(self, name):
        self.name = name
    def __del__(self):
        print("closed", self.name, os.path.basename("a/b"))

first, second = Log("first"), Log("second")
_private = Log("private")
atexit.register(print, "exit function")
ring = [Log("ring")]
ring.append(ring)
"""
KEPT = """
import os, json

class Log:
    def __init__(self, name):
        self.name = name
    def __del__(self):
        print("closed", self.name)

log = Log("kept")
def read():
    return log
json.read = read
"""
PLOTS = """
import os
import matplotlib.pyplot as plt

class Log:
    def __del__(self):
        print("closed", os.path.basename("a/b"), flush=True)

log = Log()
plt.plot([1])
"""
RAISES_AT_END = """
class Log:
    def __del__(self):
        raise KeyError("burnt")
log = Log()
"""
FORKS = """
import atexit, os
atexit.register(print, "bye", flush=True)
if os.fork() == 0:
    print("child", flush=True)
    raise SystemExit(3)
print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""
FALLS_THROUGH = """
import os, sys
child = os.fork() == 0
if not child:
    os.wait()
# %% Both
print("child" if child else "parent", flush=True)
metrics = {"child": int(child)}
"""
RAISES_IN_CHILD = """
import os
if os.fork() == 0:
    raise KeyError("burnt")
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.mark.parametrize(
    "code",
    [DELETED, KEPT, PLOTS, RAISES_AT_END, FORKS, FALLS_THROUGH, RAISES_IN_CHILD],
    ids=["deleted", "kept", "plots", "raises", "forks", "falls-through", "raises-in-child"],
)
def test_objects_are_deleted_at_the_end_as_by_hand(runner: Runner, tmp_path: Path, code: str) -> None:
    if code == PLOTS:
        pytest.importorskip("matplotlib")
    beside(tmp_path, "_shelf.py", "class Shelf:\n    def __del__(self): print('shelf')\nshelf = Shelf()\n")
    (tmp_path / "project" / "examples" / "script.py").write_text(code)
    command = [sys.executable, "-u", "script.py"]
    place = tmp_path / "project" / "examples"
    by_hand = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    run = ran(runner, tmp_path, code)
    lines = "".join(output.text for output in run.outputs).splitlines()
    # The order in which the garbage collector finalizes objects is not defined.
    assert (run.outcome, lines[:1], sorted(lines)) == (
        "passed",
        by_hand.stdout.splitlines()[:1],
        sorted(by_hand.stdout.splitlines()),
    )
    assert ("burnt" in run.outputs[-1].errors) is ("burnt" in by_hand.stderr)
    assert run.metrics.get("child", 0) == 0


def test_a_thread_that_is_still_running_keeps_its_variables(runner: Runner, tmp_path: Path) -> None:
    code = (
        "import threading, time\ndef chat():\n    while True: time.sleep(0.001); print('and')\n"
        "threading.Thread(target=chat, daemon=True).start()\nf = open('out.txt', 'w')\nf.write('x')"
    )
    run = ran(runner, tmp_path, code)
    (folder,) = tmp_path.glob("work-*")
    assert (run.outcome, run.outputs[0].errors, (folder / "out.txt").read_text()) == ("passed", "", "x")


def test_an_error_in_an_exit_function_is_shown_and_does_no_harm(runner: Runner, tmp_path: Path) -> None:
    run = ran(runner, tmp_path, "import atexit\natexit.register(lambda: 1 / 0)\nmetrics = {'x': 1}")
    assert (run.outcome, dict(run.metrics)) == ("passed", {"x": 1})
    assert "ZeroDivisionError" in run.outputs[-1].errors


TRACER = """
import atexit, sys

class Dough:
    def __repr__(self): return "dough"

def baked(): return Dough()

def report(frame, event, argument):
    print(event, frame.f_code.co_name)
    return report

atexit.register(baked)
baked()
sys.SET(report)
baked()
# %% Bake again
baked()
# %% Leave nothing
assert (sys.gettrace() or sys.getprofile()) is report
baked()
"""
FINDER = """
import sys

class Finder:
    @staticmethod
    def find_spec(name, path, target=None):
        print("looks for", name)

sys.meta_path.insert(0, Finder)
sys.path_hooks.insert(0, lambda path: print("looks into", path))
"""
IMPORTER = """
import builtins

def report(name, *rest, imported=builtins.__import__):
    print("imports", name)
    return imported(name, *rest)

builtins.__import__ = report
"""


@pytest.mark.parametrize(
    "code",
    [TRACER.replace("SET", "settrace"), TRACER.replace("SET", "setprofile"), FINDER, IMPORTER],
    ids=["trace", "profile", "finder", "import"],
)
def test_hooks_of_a_script_see_only_what_they_see_by_hand(runner: Runner, tmp_path: Path, code: str) -> None:
    (tmp_path / "script.py").write_text(code)
    command = [sys.executable, "script.py"]
    by_hand = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    run = ran(runner, tmp_path, code)
    # The end of each cell is the end of a module to a profiling function.
    seen, expected = (
        [line for line in text.splitlines() if line != "return <module>"]
        for text in ("".join(output.text for output in run.outputs), by_hand.stdout)
    )
    errors = "".join(output.errors for output in run.outputs)
    assert (run.outcome, seen, errors) == ("passed", expected, by_hand.stderr)


VARIABLES = """
import sys
print(sorted(globals()))
print(type(__builtins__), type(__loader__), __loader__.name, __spec__, __package__)
print([type(__builtins__.print), __loader__.get_source("__main__") == open(__file__).read()])
"""
DEPTH = """
def deepest(level=1):
    try:
        return deepest(level + 1)
    except RecursionError:
        return level
print(deepest())
"""
STARTS_AGAIN = """
import subprocess, sys
if "child" in sys.argv:
    print("child")
else:
    run = subprocess.run([*sys.orig_argv, "child"], capture_output=True, text=True)
    print(run.returncode, run.stdout, run.stderr)
"""
NOT_SHOWN = """
class Lazy:
    def __repr__(self):
        raise RuntimeError("not computed yet")
print("here")
Lazy()
"""


@pytest.mark.parametrize(
    "code",
    [VARIABLES, DEPTH, STARTS_AGAIN, NOT_SHOWN],
    ids=["variables", "depth", "starts-again", "not-shown"],
)
def test_a_script_finds_itself_as_by_hand(runner: Runner, tmp_path: Path, code: str) -> None:
    run = ran(runner, tmp_path, code)
    place = tmp_path / "project" / "examples"
    by_hand = subprocess.run(
        [sys.executable, "one.py"], cwd=place, capture_output=True, text=True, check=True
    )
    assert (run.outcome, run.message, run.outputs[0].text) == ("passed", "", by_hand.stdout)


def test_a_value_that_cannot_be_shown_is_named(runner: Runner, tmp_path: Path) -> None:
    (output,) = ran(runner, tmp_path, NOT_SHOWN).outputs
    assert output.value == "<Lazy, which cannot be shown: RuntimeError: not computed yet>"


def test_the_time_limit_counts_from_the_start_of_the_script(tmp_path: Path) -> None:
    job = {"timeout": 1.0, "memory": 10**6}
    monitor = Monitor(job, tmp_path, os.getpid(), None, HeldMemory())  # type: ignore[arg-type]
    monitor._began -= 5
    monitor._started -= 5
    assert monitor._exceeded_limit() is None
    (tmp_path / "cell").touch()
    assert monitor._exceeded_limit() is None
    (tmp_path / "cell").unlink()
    monitor._started -= 2
    assert monitor._exceeded_limit() == ("timed out", "still running after 1 s")
    never = Monitor(job, tmp_path, os.getpid(), None, HeldMemory())  # type: ignore[arg-type]
    never._started -= supervisor.LONGEST_START + 2
    assert never._exceeded_limit() == ("timed out", "still running after 1 s")
    assert supervisor.LONGEST_START < subprocess_runner.GRACE


def test_a_time_out_quotes_the_end_of_standard_error(runner: Runner, tmp_path: Path) -> None:
    code = (
        "import sys, time\nprint('first', file=sys.stderr)\n# %% Wait\n"
        "print('1\\n2\\n\\n10%\\r90%\\nno yeast in', __file__, 'x' * 999, file=sys.stderr, flush=True)\ntime.sleep(60)"
    )
    run = ran(runner, tmp_path, code, timeout=1.5)
    assert run.outcome == "timed out"
    assert run.message.startswith(
        "still running after 1.5 s, on line 10; standard error ended with: 10% | 90% | no yeast in examples/one.py xxx"
    )
    assert len(run.message) < 400


def test_a_run_that_does_not_end_after_an_error_reports_the_error(runner: Runner, tmp_path: Path) -> None:
    code = "class Worker:\n    def __del__(self):\n        while True: pass\n# %% Fail\ndef fail(worker): raise KeyError('flour')\nfail(Worker())"
    run = ran(runner, tmp_path, code, timeout=1.5)
    assert (run.outcome, run.line) == ("timed out", 10)
    assert run.message == "KeyError: 'flour'; after this error: still running after 1.5 s"


@had("reads", "limited")
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="calls can be changed only on this architecture")
def test_opening_the_standard_streams_keeps_what_was_printed(runner: Runner, tmp_path: Path) -> None:
    """By hand, they are a terminal or a pipe, which cannot be emptied."""
    code = """
import subprocess, sys
print("first")
print("warned", file=sys.stderr)
subprocess.run("echo shell > /dev/stdout; echo problem > /dev/stderr", shell=True)
with open("/dev/stdout", "w") as stream: stream.write("python\\n")
print("last")
"""
    (output,) = ran(runner, tmp_path, code).outputs
    assert (output.text, output.errors) == ("first\nshell\npython\nlast\n", "warned\nproblem\n")


def test_a_crash_quotes_the_end_of_standard_error(tmp_path: Path) -> None:
    code = "import os\nos.write(2, b'assertion failed: dough\\n')\nos.abort()"
    run = ran(SubprocessRunner(), tmp_path, code)
    assert (
        run.message
        == "terminated by signal SIGABRT, on line 7; standard error ended with: assertion failed: dough"
    )


def test_workers_that_fail_to_start_are_explained(tmp_path: Path) -> None:
    """Without a guard, a spawned worker runs the script again, fails, and is replaced forever, as in a manual run."""
    code = "import multiprocessing\nmultiprocessing.get_context('spawn').Pool(1).map(abs, [1])"
    for timeout in (2, 10, 60):  # seconds until the worker fails on a busy machine
        run = ran(SubprocessRunner(), tmp_path, code, timeout=timeout)
        if "standard error" in run.message:
            break
    assert run.outcome == "timed out"
    assert "standard error ended with: " in run.message


def test_the_machine_can_be_looked_at_as_by_libraries_for_distributed_training(tmp_path: Path) -> None:
    """The gloo library, for example, looks for the network interfaces and the devices behind them."""
    folders = ("/sys/class/net", "/sys/class/net/lo/", "/sys/bus/pci/devices")
    there = [folder for folder in folders if os.path.isdir(folder)]
    run = ran(SubprocessRunner(), tmp_path, f"import os\nfor folder in {there}: os.listdir(folder)")
    assert (run.outcome, run.message) == ("passed", "")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_works_whatever_the_settings_of_the_machine(tmp_path: Path) -> None:
    code = "import subprocess\nsubprocess.run('git init -q r && git -C r status -s', shell=True, check=True)"
    run = ran(SubprocessRunner(), tmp_path, code)
    assert (run.outcome, run.message, run.outputs[0].errors) == ("passed", "", "")


@pytest.mark.skipif(not glob.glob("/etc/java-*"), reason="Debian's Java is not installed")
def test_the_settings_of_languages_can_be_read(tmp_path: Path) -> None:
    code = "import glob, os\nfor path in glob.glob('/etc/java-*'): assert os.listdir(path)"
    assert ran(SubprocessRunner(), tmp_path, code).outcome == "passed"
