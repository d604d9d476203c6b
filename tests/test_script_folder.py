"""A run can open the files next to the script by name, as in a manual run, but never changes them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from executable_glossary.execution import ForkServerRunner, Runner, SubprocessRunner
from executable_glossary.execution.sandbox import script_folder
from executable_glossary.model.project import Project
from executable_glossary.model.run import Run
from executable_glossary.stages.execute import execute
from test_forkserver_runner import example, ran
from test_isolation import WALLS, WITHOUT_LANDLOCK, had, with_other_walls

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the isolation is specific to Linux")
FILES = {
    "points.csv": "x,y\n1,2\n",
    "notes/monday.txt": "rain",
    "notes/june/friday.txt": "sun",
    ".env": "secret",
    "recorded/one.json": "{}",
    "__pycache__/one.pyc": "",
}


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """The folder `examples`, in which the files next to the script were written long ago."""
    folder = tmp_path / "project" / "examples"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        os.utime(folder / name, (1e9, 1e9))
    return folder


@pytest.fixture(scope="module")
def walled() -> Iterator[Runner]:
    runner = ForkServerRunner(("json",))
    yield runner
    runner.close()


@pytest.fixture(params=["links", "copies"])
def runner(
    request: pytest.FixtureRequest, walled: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Runner:
    """Runs with Landlock, if the system supports it, and runs on a system without it."""
    copies = request.param == "copies"
    return with_other_walls(monkeypatch, tmp_path, WITHOUT_LANDLOCK) if copies else walled


def texts(folder: Path) -> Mapping[str, str]:
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: (folder / name).read_text() for name in names if name != "one.py"}


def shown(run: Run) -> str:
    assert (run.outcome, run.message) == ("passed", "")
    return run.outputs[0].text


READS = {
    "open": ("print(open('points.csv').readline())", ["points.csv"]),
    "pathlib": ("from pathlib import Path\nprint(Path('notes/monday.txt').read_text())", ["notes/monday.txt"]),
    "bytes": ("import os\nprint(os.read(os.open(b'points.csv', os.O_RDONLY), 3))", ["points.csv"]),
    "through ..": ("print(open('notes/june/../../points.csv').read())", ["points.csv"]),
    "working folder": ("import os\nos.chdir('notes')\nprint(open('june/friday.txt').read())", ["notes/june/friday.txt"]),
    "glob": ("from glob import glob\nfor name in glob('**/*.txt', recursive=True): open(name).close()",
             ["notes/june/friday.txt", "notes/monday.txt"]),
    "rglob": ("from pathlib import Path\nfor name in Path().rglob('*.txt'): name.read_text()",
              ["notes/june/friday.txt", "notes/monday.txt"]),
    "link": ("import os\nos.symlink('points.csv', 'p')\nopen('p').close()", ["points.csv"]),
    "own file": ("open('points', 'w').write('own')\nopen('points').close()", []),
    "read, then replaced": ("open('points.csv').close()\nopen('points.csv', 'w').close()", ["points.csv"]),
}  # fmt: skip


@pytest.mark.parametrize(("code", "read"), READS.values(), ids=list(READS))
def test_a_file_beside_the_script_is_recorded_if_it_is_read(
    runner: Runner, tmp_path: Path, beside: Path, code: str, read: list[str]
) -> None:
    run = ran(runner, tmp_path, code)
    assert (run.outcome, run.message) == ("passed", "")
    # On systems where runs can be traced, files whose existence was only checked, as `glob` does, count as well.
    assert {f"examples/{name}" for name in read} <= set(run.files)
    assert all(run.files.values())


def test_the_working_folder_lists_what_the_script_folder_lists(
    runner: Runner, tmp_path: Path, beside: Path
) -> None:
    code = (
        "import os\nfor place, folders, files in os.walk('.'):\n"
        "    folders[:] = sorted(name for name in folders if name != '.run')\n    print(place, folders, sorted(files))"
    )
    # Where the working folder takes the place of the script's folder, only the records are missing.
    compiled, hidden = ("'__pycache__', ", "'.env', ") if WALLS["processes"] == "namespace" else ("", "")
    assert shown(ran(runner, tmp_path, code)).splitlines() == [
        f". [{compiled}'notes'] [{hidden}'one.py', 'points.csv']",
        *(["./__pycache__ [] ['one.pyc']"] if compiled else []),
        "./notes ['june'] ['monday.txt']",
        "./notes/june [] ['friday.txt']",
    ]


CHANGES = {
    "overwrite": ("open('points.csv', 'w').write('new')", "points.csv", "new"),
    "append": ("open('points.csv', 'a').write('3,4')", "points.csv", "x,y\n1,2\n3,4"),
    "update": ("with open('points.csv', 'r+') as file: file.write('X')", "points.csv", "X,y\n1,2\n"),
    "truncate": ("import os\nos.truncate('points.csv', 3)", "points.csv", "x,y"),
    "replace": ("import os\nopen('x', 'w').write('new')\nos.replace('x', 'points.csv')", "points.csv", "new"),
    "rename": ("import os\nos.rename('points.csv', 'old')\nopen('old', 'a').write('!')", "old", "x,y\n1,2\n!"),
    "nested": ("open('notes/monday.txt', 'w').write('snow')", "notes/monday.txt", "snow"),
    "new in a folder": ("open('notes/sunday.txt', 'w').write('fog')", "notes/sunday.txt", "fog"),
    "copy over it": ("import shutil\nshutil.copy('notes/monday.txt', 'points.csv')", "points.csv", "rain"),
    "start again": (
        "import os, shutil\nshutil.rmtree('notes')\nos.makedirs('notes')\nopen('notes/monday.txt', 'w').write('x')",
        "notes/monday.txt",
        "x",
    ),
    "shell, new file": ("import os\nos.system('echo new > notes/new')", "notes/new", "new\n"),
    "database": (
        "import sqlite3\nopen('d', 'w').close()\nwith sqlite3.connect('points.csv') as c: c.execute('select 1')",
        "points.csv",
        "x,y\n1,2\n",
    ),
    "permissions": ("import os\nos.chmod('points.csv', 0o600)\nos.utime('points.csv', (5, 5))", "points.csv", "x,y\n1,2\n"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "name", "text"), CHANGES.values(), ids=list(CHANGES))
def test_a_change_stays_in_the_working_folder(
    runner: Runner, tmp_path: Path, beside: Path, code: str, name: str, text: str
) -> None:
    before = {path: (path.stat().st_mode, path.stat().st_mtime) for path in beside.rglob("*")}
    code = f"{code}\nprint(open({name!r}).read(), end='')"
    assert shown(ran(runner, tmp_path, code)) == text
    assert texts(beside) == FILES
    assert all((path.stat().st_mode, path.stat().st_mtime) == state for path, state in before.items())


WRITES = (
    "import subprocess\nsubprocess.run(['/bin/sh', '-c', 'echo new > {name}'], check=True)",
    "import ctypes, os\nassert (file := ctypes.CDLL(None).open(b'{name}', 1)) >= 0\nos.write(file, b'new')",
    'import subprocess, sys\nsubprocess.run([sys.executable, \'-c\', \'open("{name}", "w").write("new")\'], check=True)',
)


@pytest.fixture
def large(beside: Path) -> str:
    """The name of a file that is linked instead of copied."""
    (beside / "large.csv").write_text("x" * (script_folder.SMALL + 1))
    return "large.csv"


@had("files", "refused")
@pytest.mark.parametrize("code", WRITES)
def test_other_ways_to_write_to_a_link_are_refused(
    walled: Runner, tmp_path: Path, beside: Path, large: str, code: str
) -> None:
    assert ran(walled, tmp_path, code.format(name=large)).outcome == "raised"
    assert (beside / large).read_text() == "x" * (script_folder.SMALL + 1)


@pytest.mark.parametrize("code", WRITES)
def test_other_ways_to_write_change_only_the_copy(
    runner: Runner, tmp_path: Path, beside: Path, code: str
) -> None:
    code = f"{code.format(name='points.csv')}\nprint(open('points.csv').read(3))"
    assert shown(ran(runner, tmp_path, code)) == "new\n"
    assert texts(beside) == FILES


SCRIPT_PATHS = {
    "file": ("(HERE / 'out').write_text('new')\nprint(open('out').read(), os.listdir(HERE) == os.listdir())", "new True\n"),
    "overwrite": ("(HERE / 'points.csv').write_text('new')\nprint(open('points.csv').read())", "new\n"),
    "large": ("open(HERE / 'large.csv', 'r+').write('y')\nprint(open('large.csv').read(2))", "yx\n"),
    "working folder": ("os.chdir(HERE)\nopen('out', 'w').write('new')\nprint(open(HERE / 'out').read())", "new\n"),
    "folder": ("(HERE / 'a/b').mkdir(parents=True)\nshutil.move(HERE / 'points.csv', 'a/b')\nprint(os.listdir('a/b'))",
               "['points.csv']\n"),
    "child": ("subprocess.run(['/bin/sh', '-c', f'echo new > {HERE}/out; cat out'])", "new\n"),
    "library": ("file = ctypes.CDLL(None).open(bytes(HERE / 'out'), 65, 384)\nos.write(file, b'new')\nprint(open('out').read())",
                "new\n"),
    "worker": ("print(subprocess.run([sys.executable, '-c', 'import _kept; print(_kept.log())'], capture_output=True, "
               "text=True, env={**os.environ, 'PYTHONPATH': str(HERE)}).stdout, open('log').read())", "new\n new\n"),
    "module": ("import _kept\nprint(_kept.log(), open('log').read())", "new new\n"),
    "current folder": ("print(Path('out').resolve().relative_to(HERE.resolve()), os.path.relpath(HERE), "
                       "os.getcwd() == os.path.realpath(HERE))", "out . True\n"),
    "temporary file": ("import tempfile\nhandle, name = tempfile.mkstemp()\nos.write(handle, b'new')\nos.replace(name, HERE / 'out')\n"
                       "os.rename('out', name)\nprint(open(name).read(), os.path.realpath(os.path.dirname(name)))", "new ~\n"),
    "folder above": ("print(open('../data/rate').read(), os.path.exists('../data/none'))", "1.5 False\n"),
    "elsewhere": ("print((HERE / '../data/rate').read_text(), (HERE.parent / 'examples/points.csv').read_text()[:3])",
                  "1.5 x,y\n"),
}  # fmt: skip
KEPT = """
from pathlib import Path
def log():
    Path(__file__).with_name("log").write_text("new")
    return "new"
"""


@had("processes", "namespace")
@pytest.mark.parametrize(("code", "text"), SCRIPT_PATHS.values(), ids=list(SCRIPT_PATHS))
def test_a_path_that_starts_from_the_script_leads_to_the_working_folder(
    runner: Runner, tmp_path: Path, beside: Path, large: str, code: str, text: str
) -> None:
    (beside / "_kept.py").write_text(KEPT)
    (beside.parent / "data").mkdir()
    (beside.parent / "data" / "rate").write_text("1.5")
    before = {path: path.stat().st_mtime_ns for path in beside.rglob("*")}
    head = (
        "import ctypes, os, shutil, subprocess, sys\nfrom pathlib import Path\nHERE = Path(__file__).parent\n"
    )
    run = ran(runner, tmp_path, head + code)
    assert (shown(run), run.impure) == (text, ())
    assert {path: path.stat().st_mtime_ns for path in beside.rglob("*") if path.name != "one.py"} == before


@had("processes", "namespace")
def test_originals_of_large_files_cannot_be_changed(
    walled: Runner, tmp_path: Path, beside: Path, large: str
) -> None:
    code = (
        "import os\nprint(os.path.realpath('large.csv'))\nfor change in (os.unlink, os.utime):\n"
        "    try: change(os.path.realpath('large.csv'))\n    except OSError as error: print(error.strerror)"
    )
    expected = "examples/large.csv\nRead-only file system\nRead-only file system\n"
    assert shown(ran(walled, tmp_path, code)) == expected


def test_programs_that_do_not_follow_links_see_small_files(
    runner: Runner, tmp_path: Path, beside: Path
) -> None:
    code = "import subprocess\nprint(subprocess.run(['grep', '-rl', '.', 'notes'], capture_output=True, text=True).stdout, end='')"
    run = ran(runner, tmp_path, code)
    assert sorted(shown(run).split()) == ["notes/june/friday.txt", "notes/monday.txt"]
    assert {"examples/notes/june/friday.txt", "examples/notes/monday.txt"} <= run.files.keys()


def test_artifacts_caches_and_outputs_take_precedence(runner: Runner, tmp_path: Path, beside: Path) -> None:
    (tmp_path / "elsewhere").write_text("cache")
    outputs = ["points.csv"]
    code = "import os\nprint(open('notes').read(), os.path.lexists('points.csv'))\nopen('points.csv', 'w').close()"
    run = ran(runner, tmp_path, code, caches={"notes": tmp_path / "elsewhere"}, outputs=outputs)
    assert shown(run) == "cache False\n"
    assert texts(beside) == FILES


def test_a_file_beside_the_script_is_never_taken_for_an_output(tmp_path: Path, beside: Path) -> None:
    found = example(tmp_path / "project", "print(open('points.csv').read())", outputs=["points.csv"])
    evidence, problems = execute([found], Project(root=tmp_path / "project"), SubprocessRunner(), "auto")
    assert evidence["one"].runs[0].artifacts == {}
    assert "example-raised" in {problem.code for problem in problems}


def test_a_changed_file_beside_the_script_runs_it_again(tmp_path: Path, beside: Path) -> None:
    found = example(tmp_path / "project", "metrics = {'rows': len(open('points.csv').readlines())}")

    def origin() -> tuple[str, object]:
        result = execute([found], Project(root=tmp_path / "project"), SubprocessRunner(), "auto")[0]["one"]
        return result.origin, result.runs[0].metrics["rows"]

    assert [origin(), origin()] == [("executed", 2), ("stored", 2)]
    (beside / "points.csv").write_text("x,y\n1,2\n3,4\n")
    os.utime(beside / "points.csv", (1e9, 1e9))
    assert [origin(), origin()] == [("executed", 3), ("stored", 3)]


@had("files", "refused")
def test_a_large_folder_is_shown_as_a_link(walled: Runner, tmp_path: Path, beside: Path) -> None:
    (beside / "pictures").mkdir()
    for number in range(script_folder.MAX_ENTRIES):
        (beside / "pictures" / f"{number:04}").touch()
        os.utime(beside / "pictures" / f"{number:04}", (1e9, 1e9))
    code = "import os\nprint(os.path.islink('pictures'), os.path.islink('notes'), len(os.listdir('pictures')))\nopen('pictures/0007').close()"
    run = ran(walled, tmp_path, code)
    assert shown(run) == f"True False {script_folder.MAX_ENTRIES}\n"
    assert list(run.files) == ["examples/pictures/0007"]


@had("files", "refused")
def test_a_refused_write_is_explained(tmp_path: Path, beside: Path, large: str) -> None:
    """The write comes from a program in another language, so the error is not a PermissionError."""
    write = "import subprocess\nraise RuntimeError(subprocess.run(['/bin/sh', '-c', 'echo new > large.csv'], capture_output=True, text=True).stderr)"
    found = example(tmp_path / "project", write)
    (beside / "recorded/one.json").unlink()
    (problem,) = execute([found], Project(root=tmp_path / "project"), SubprocessRunner(), "auto")[1]
    assert problem.message.endswith(f"{large}: Read-only file system")
    assert problem.help == (
        "write only to the current folder; to replace a file next to the script, add its name to `outputs`; to read "
        "files outside the project, list their folder under `readable` in mkdocs.yml"
    )


def test_a_project_behind_a_link_is_the_same(
    walled: Runner, tmp_path: Path, beside: Path, large: str
) -> None:
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "project").symlink_to(tmp_path / "project")
    code = "import os\nprint(open('large.csv').read(3), os.path.realpath('large.csv'))\nopen('points.csv').close()"
    run = ran(walled, tmp_path / "link", code)
    assert shown(run) == f"xxx examples/{large}\n"
    assert list(run.files) == [f"examples/{large}", "examples/points.csv"]


def test_special_files_and_broken_links_are_links(runner: Runner, tmp_path: Path, beside: Path) -> None:
    os.mkfifo(beside / "pipe")
    (beside / "broken").symlink_to("nowhere")
    (beside / "loop").symlink_to(beside)
    (beside / "also.csv").symlink_to("points.csv")
    code = (
        "import os, stat\nprint(sorted(name for name in os.listdir() if name[0] not in '._'), open('also.csv').read(3))\n"
        "print(os.path.exists('broken'), os.path.lexists('pipe') and stat.S_ISFIFO(os.stat('pipe').st_mode))"
    )
    text = shown(ran(runner, tmp_path, code))
    if WALLS["processes"] == "namespace":
        assert (
            text
            == "['also.csv', 'broken', 'loop', 'notes', 'one.py', 'pipe', 'points.csv'] x,y\nFalse True\n"
        )
    else:
        assert text.startswith("['also.csv', ")
