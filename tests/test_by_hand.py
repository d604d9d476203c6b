"""A run behaves as the script would by hand: worker processes, sockets, temporary files, and files beside the script."""

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

from executable_glossary.execution import ForkServerRunner, Runner, SubprocessRunner, short_home
from patience import eventually
from test_forkserver_runner import ran

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the limits on paths and the walls are Linux's"
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
    """A folder for the project whose path has 200 characters, on a machine with an equally deep temporary folder."""
    place = tmp_path / ("d" * 60) / ("e" * (200 - len(str(tmp_path)) - 62))
    (place / "temporary").mkdir(parents=True)
    assert len(str(place)) == 200
    monkeypatch.setattr(tempfile, "tempdir", str(place / "temporary"))
    monkeypatch.setenv("TMPDIR", tempfile.gettempdir())
    return place


# Worker processes and sockets, whose paths have at most 108 characters

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


# The home directory, which is the temporary folder


def homes(place: Path) -> list[str]:
    """The short paths that lead to a folder in this place."""
    links = (entry.path for entry in os.scandir("/tmp") if entry.is_symlink())
    return [link for link in links if os.path.realpath(link).startswith(str(place))]


def test_pages_do_not_show_where_the_home_directory_is(runner: Runner, deep: Path) -> None:
    code = "import os, tempfile\nprint(os.environ['HOME'], tempfile.gettempdir() + '/loaf', os.path.realpath('/proc/self/cwd'))\nos.path.realpath(os.environ['HOME'])"
    (output,) = ran(runner, deep, code).outputs
    assert (output.text, output.value) == ("~ ~/loaf \n", "'~'")


def test_the_home_directory_is_empty_private_and_gone_afterwards(runner: Runner, deep: Path) -> None:
    code = (
        "import os\nhome = os.environ['HOME']\nprint(len(home) < 40, os.listdir(home), oct(os.stat(home).st_mode & 0o022))\n"
        "open(os.path.dirname(home) + '/new', 'w')"
    )
    run = ran(runner, deep, code)
    assert run.outputs[0].text == "True [] 0o0\n"
    if run.isolation["files"] == "refused":
        assert run.message.startswith("PermissionError")
    assert homes(deep) == []


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
    # Exit functions that a preloaded package has registered are called last.
    assert (run.outcome, sorted(run.outputs[-1].text)) == ("passed", sorted(by_hand.stdout))


def test_an_error_in_an_exit_function_is_shown_and_does_no_harm(runner: Runner, tmp_path: Path) -> None:
    run = ran(runner, tmp_path, "import atexit\natexit.register(lambda: 1 / 0)\nmetrics = {'x': 1}")
    assert (run.outcome, dict(run.metrics)) == ("passed", {"x": 1})
    assert "ZeroDivisionError" in run.outputs[-1].errors


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


def test_a_crash_quotes_the_end_of_standard_error(tmp_path: Path) -> None:
    code = "import os\nos.write(2, b'assertion failed: dough\\n')\nos.abort()"
    run = ran(SubprocessRunner(), tmp_path, code)
    assert (
        run.message
        == "terminated by signal SIGABRT, on line 7; standard error ended with: assertion failed: dough"
    )


def test_workers_that_fail_to_start_are_explained(tmp_path: Path) -> None:
    """Without a guard, a spawned worker runs the script again, fails, and is replaced forever, as it is by hand."""
    code = "import multiprocessing\nmultiprocessing.get_context('spawn').Pool(1).map(abs, [1])"
    run = ran(SubprocessRunner(), tmp_path, code, timeout=2)
    assert run.outcome == "timed out"
    assert "standard error ended with: " in run.message


def test_the_machine_can_be_looked_at_as_by_libraries_for_distributed_training(tmp_path: Path) -> None:
    """As by gloo, which looks for the network interfaces and the devices behind them."""
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
