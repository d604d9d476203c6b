"""Files beside the script can be opened by their names, as by hand, but a run never changes them."""

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

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
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
    """The folder `examples` with files beside the script, written long ago."""
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
    # A file that was only looked at, as `glob` does, counts as well where the run can be followed.
    assert {f"examples/{name}" for name in read} <= set(run.files)
    assert all(run.files.values())


def test_the_working_folder_lists_what_the_script_folder_lists(
    runner: Runner, tmp_path: Path, beside: Path
) -> None:
    code = (
        "import os\nfor place, folders, files in os.walk('.'):\n"
        "    folders[:] = sorted(name for name in folders if name != '.run')\n    print(place, folders, sorted(files))"
    )
    assert shown(ran(runner, tmp_path, code)).splitlines() == [
        ". ['notes'] ['one.py', 'points.csv']",
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


@had("files", "refused")
def test_writing_beside_the_script_is_refused(walled: Runner, tmp_path: Path, beside: Path) -> None:
    code = "import pathlib\npathlib.Path(__file__).with_name('points.csv').write_text('new')"
    assert ran(walled, tmp_path, code).outcome == "raised"
    assert texts(beside) == FILES


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
    """As by a library written in another language, whose error need not be a PermissionError."""
    write = "import subprocess\nraise RuntimeError(subprocess.run(['/bin/sh', '-c', 'echo new > large.csv'], capture_output=True, text=True).stderr)"
    found = example(tmp_path / "project", write)
    (beside / "recorded/one.json").unlink()
    (problem,) = execute([found], Project(root=tmp_path / "project"), SubprocessRunner(), "auto")[1]
    assert problem.message.endswith(f"{large}: Permission denied")
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


def test_special_files_and_broken_links_are_left_out(runner: Runner, tmp_path: Path, beside: Path) -> None:
    os.mkfifo(beside / "pipe")
    (beside / "broken").symlink_to("nowhere")
    (beside / "loop").symlink_to(beside)
    (beside / "also.csv").symlink_to("points.csv")
    text = shown(ran(runner, tmp_path, "import os\nprint(sorted(os.listdir()), open('also.csv').read(3))"))
    loop = "" if WALLS["files"] != "refused" or runner.isolation()["files"] != "refused" else "'loop', "
    assert text == f"['.run', 'also.csv', {loop}'notes', 'one.py', 'points.csv'] x,y\n"
