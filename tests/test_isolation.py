"""The isolation of runs where the system supports it, the messages where it does not, and when runs are refused."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from executable_glossary.execution import ForkServerRunner, Job, Runner, SubprocessRunner
from executable_glossary.model.project import Project, ProjectSettings
from executable_glossary.stages.execute import execute
from patience import eventually, is_gone
from test_forkserver_runner import example, ran

WALLS = SubprocessRunner().isolation()
RUNNERS = [SubprocessRunner(), ForkServerRunner(("json",))]
KINDS = ["fresh", "forked"]

each_runner = pytest.mark.parametrize("runner", RUNNERS, ids=KINDS)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces and Landlock are Linux's")


def had(name: str, state: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(WALLS.get(name) != state, reason=f"this system gives {name}: {WALLS.get(name)}")


@each_runner
def test_a_run_records_its_isolation(runner: Runner, tmp_path: Path) -> None:
    assert set(WALLS) == {"network", "processes", "files", "reads", "memory", "traced"}
    assert ran(runner, tmp_path, "x = 1").isolation == WALLS
    assert ran(runner, tmp_path, "1 / 0").isolation == WALLS


@had("network", "off")
@each_runner
def test_there_is_no_network(runner: Runner, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = ran(runner, tmp_path, f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)")
    assert (run.outcome, run.message) == ("raised", "ConnectionRefusedError: [Errno 111] Connection refused")
    run = ran(runner, tmp_path, "import socket\nsocket.create_connection(('192.0.2.1', 80), 2)")
    assert (run.outcome, run.message) == ("raised", "OSError: [Errno 101] Network is unreachable")


@had("network", "off")
def test_processes_of_the_same_run_can_communicate(tmp_path: Path) -> None:
    code = "import socket\ns = socket.create_server(('127.0.0.1', 0))\nsocket.create_connection(s.getsockname(), 2)\n1"
    assert ran(SubprocessRunner(), tmp_path, code).outcome == "passed"


@had("processes", "namespace")
@each_runner
def test_other_processes_cannot_be_seen_or_reached(runner: Runner, tmp_path: Path) -> None:
    run = ran(
        runner, tmp_path, "import os\nprint(os.getpid(), *sorted(filter(str.isdigit, os.listdir('/proc'))))"
    )
    assert run.outputs[0].text == "2 1 2\n"


@had("files", "refused")
@each_runner
@pytest.mark.parametrize(
    "write",
    [
        "open(PLACE + '/new', 'w')",
        "open(PLACE + '/old', 'a')",
        "import os; os.remove(PLACE + '/old')",
        "import os; os.truncate(PLACE + '/old', 0)",
        "import os; os.mkdir(PLACE + '/folder')",
        "import os; open('x', 'w').close(); os.rename('x', PLACE + '/x')",
        "import subprocess; subprocess.run(['/bin/sh', '-c', f'echo x > {PLACE}/new'], check=True)",
    ],
)
def test_writes_outside_are_refused(runner: Runner, tmp_path: Path, write: str) -> None:
    (tmp_path / "old").write_text("old")
    run = ran(runner, tmp_path, f"PLACE = {str(tmp_path)!r}\n{write}")
    assert run.outcome == "raised"
    assert (tmp_path / "old").read_text() == "old"
    assert not {"new", "folder", "x"} & {path.name for path in tmp_path.iterdir()}
    assert run.impure == ()


@each_runner
def test_its_own_folder_and_devices_are_writable(runner: Runner, tmp_path: Path) -> None:
    code = (
        "import os, tempfile, multiprocessing.shared_memory as m\nopen('/dev/null', 'w').write('x')\n"
        "os.makedirs('a/b'); open('a/b/c', 'w').close(); os.replace('a/b/c', 'd'); os.symlink('d', 'e')\n"
        "tempfile.TemporaryDirectory().cleanup(); s = m.SharedMemory(create=True, size=9); s.close(); s.unlink()\n1"
    )
    run = ran(runner, tmp_path, code)
    assert (run.outcome, run.message) == ("passed", "")


def test_a_run_cannot_remove_its_isolation(tmp_path: Path) -> None:
    code = (
        "import ctypes, subprocess\nlibc = ctypes.CDLL(None)\n"
        "print(libc.umount(b'/proc'), libc.mount(b'none', b'/', None, 0x20, None))\n"
        "print([l.split()[1] for l in open('/proc/self/status') if l.startswith(('CapEff', 'NoNewPrivs'))])"
    )
    run = ran(SubprocessRunner(), tmp_path, code)
    if WALLS["processes"] == "namespace":
        assert run.outputs[0].text == "-1 -1\n['0000000000000000', '1']\n"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A cache: a folder outside the project and the run."""
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "pike.txt").write_text("pike")
    return tmp_path / "lake"


@each_runner
def test_a_cache_appears_in_the_working_folder_under_its_name(
    runner: Runner, tmp_path: Path, lake: Path
) -> None:
    caches = {"fish": lake, "pike": lake / "pike.txt"}
    run = ran(runner, tmp_path, "print(open('fish/pike.txt').read(), open('pike').read())", caches=caches)
    assert (run.outputs[0].text, run.files, run.impure) == ("pike pike\n", {}, ())


def test_pages_do_not_reveal_the_location_of_a_cache(tmp_path: Path, lake: Path) -> None:
    code = "from pathlib import Path\nprint(Path('fish/pike.txt').resolve())"
    assert ran(SubprocessRunner(), tmp_path, code, caches={"fish": lake}).outputs[0].text == "pike.txt\n"


WRITES = ["open('fish/new', 'w')", "open('fish/pike.txt', 'a')", "import os; os.remove('fish/pike.txt')"]


@had("files", "refused")
@each_runner
@pytest.mark.parametrize("write", WRITES)
def test_a_cache_is_read_only(runner: Runner, tmp_path: Path, lake: Path, write: str) -> None:
    run = ran(runner, tmp_path, write, caches={"fish": lake})
    assert run.outcome == "raised"
    assert [(file.name, file.read_text()) for file in lake.iterdir()] == [("pike.txt", "pike")]


@had("processes", "namespace")
@pytest.mark.parametrize("write", WRITES)
def test_a_cache_is_read_only_without_landlock(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch, write: str
) -> None:
    runner = with_other_walls(monkeypatch, tmp_path, WITHOUT_LANDLOCK)
    assert runner.isolation()["files"] == "seen"
    run = ran(runner, tmp_path, write, caches={"fish": lake})
    assert (run.outcome, "Read-only file system" in run.message) == ("raised", True)
    assert [(file.name, file.read_text()) for file in lake.iterdir()] == [("pike.txt", "pike")]


def test_without_isolation_a_write_to_a_cache_is_detected(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ran(
        unwalled(monkeypatch, tmp_path), tmp_path, "open('fish/new', 'w').close()", caches={"fish": lake}
    )
    assert (run.outcome, run.impure) == ("passed", ("fish/new",))


WITHOUT_LANDLOCK = {"    refused = landlock.restrict(": "    refused = bool(0) and landlock.restrict("}
WITHOUT_WALLS = {'if sys.platform != "linux":': "if True:", **WITHOUT_LANDLOCK}


def unwalled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SubprocessRunner:
    """A runner on a system that supports no isolation."""
    return with_other_walls(monkeypatch, tmp_path, WITHOUT_WALLS)


def with_other_walls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changes: Mapping[str, str]
) -> SubprocessRunner:
    import shutil

    from executable_glossary.execution import subprocess_runner as runner_module

    copy = tmp_path / "sandbox"
    shutil.copytree(Path(runner_module.START).parent, copy)
    text = (copy / "isolation.py").read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (copy / "isolation.py").write_text(text)
    monkeypatch.setattr(runner_module, "START", copy / "__main__.py")
    return SubprocessRunner()


def test_without_isolation_a_write_outside_is_detected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = unwalled(monkeypatch, tmp_path)
    assert runner.isolation() == {
        "network": "on",
        "processes": "watched",
        "files": "seen",
        "reads": "open",
        "memory": "watched",
        "traced": "all",
    }
    run = ran(
        runner,
        tmp_path,
        f"open({str(tmp_path / 'project' / 'log')!r}, 'w').close()\nopen('own', 'w').close()",
    )
    assert (run.outcome, run.isolation["files"], run.impure) == ("passed", "seen", ("log",))


def test_without_isolation_a_child_that_calls_setsid_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = unwalled(monkeypatch, tmp_path)
    code = (
        "import subprocess\nprint(subprocess.Popen(['/bin/sleep', '60'], start_new_session=True).pid)\n"
        "print(subprocess.run(['/bin/sh', '-c', 'setsid sleep 61 >/dev/null 2>&1 & echo $!'], capture_output=True, text=True).stdout)"
    )
    pids = [int(pid) for pid in ran(runner, tmp_path, code).outputs[0].text.split()]
    assert all(eventually(lambda pid=pid: is_gone(pid)) for pid in pids)  # type: ignore[misc]


class Unwalled(SubprocessRunner):
    def isolation(self) -> dict[str, str]:
        return {**WALLS, "network": "on", "files": "seen"}

    def run(self, job: Job, folder: Path) -> object:  # type: ignore[override]
        raise AssertionError("it ran")


def test_untrusted_examples_run_only_in_isolation(tmp_path: Path) -> None:
    one = example(tmp_path, "print(1)")
    project = Project(root=tmp_path, settings=ProjectSettings(untrusted=True))
    evidence, problems = execute([one], project, Unwalled(), "auto")
    assert evidence == {}
    assert [(problem.code, problem.severity) for problem in problems] == [("not-isolated", "error")]
    assert "cannot isolate their network, files" in problems[0].message
    assert not project.store.exists()
    assert "not-isolated" not in {
        problem.code for problem in execute([one], project, Unwalled(), "frozen")[1]
    }


@had("files", "refused")
@had("network", "off")
@had("processes", "namespace")
def test_untrusted_examples_run_in_isolation(tmp_path: Path) -> None:
    one = example(tmp_path, "print(1)")
    project = Project(root=tmp_path, settings=ProjectSettings(untrusted=True))
    evidence, problems = execute([one], project, SubprocessRunner(), "auto")
    assert problems == ()
    assert replace(evidence["one"], runs=()).origin == "executed"


@had("reads", "limited")
@each_runner
def test_private_files_of_the_user_cannot_be_read(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "project" / ".git").mkdir(parents=True)
    secrets = [Path.home() / ".ssh" / "id_rsa", tmp_path / "token", tmp_path / "project" / ".git" / "config"]
    for secret in secrets[1:]:
        secret.write_text("secret")
    code = (
        f"import os\nfor place in {[str(secret) for secret in secrets]!r}:\n"
        "    for look in (lambda: open(place).read(), lambda: os.listdir(os.path.dirname(place))):\n"
        "        try:\n            print('READ', look())\n        except OSError as error:\n            print(error.errno)"
    )
    reported = ran(runner, tmp_path, code).outputs[0].text.split("\n")[:-1]
    # The names of the project's files are visible, even those in hidden folders; 13 is "permission denied".
    assert [line for line in reported if line not in ("2", "13")] == ["READ ['config']"]


@had("reads", "limited")
@each_runner
def test_the_project_and_python_can_be_read(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "table.csv").write_text("1,2")
    code = (
        f"import click, os, json, zoneinfo\nprint(open({str(tmp_path / 'project' / 'table.csv')!r}).read())\n"
        "print(os.path.exists(os.__file__), open(json.__file__).read(3), open(__file__).read(3) != '')\n"
        "import subprocess; print(subprocess.run(['/bin/sh', '-c', 'echo shell'], capture_output=True, text=True).stdout)"
    )
    run = ran(runner, tmp_path, code)
    assert (run.outcome, run.outputs[0].text) == ("passed", '1,2\nTrue r"" True\nshell\n\n')


@had("reads", "limited")
def test_link_targets_of_a_cache_can_be_read(tmp_path: Path, lake: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "blob").write_text("eel")
    (lake / "eel.txt").symlink_to(tmp_path / "store" / "blob")
    assert (
        ran(SubprocessRunner(), tmp_path, "print(open('fish/eel.txt').read())", caches={"fish": lake})
        .outputs[0]
        .text
        == "eel\n"
    )


@had("processes", "namespace")
@had("reads", "limited")
@each_runner
def test_a_run_cannot_impersonate_its_supervisor(runner: Runner, tmp_path: Path) -> None:
    code = (
        "import os, time\nfor number in range(20):\n    try:\n"
        "        os.write(os.open(f'/proc/1/fd/{number}', os.O_WRONLY), b'{\"status\": 0}\\n')\n"
        "    except OSError:\n        pass\ntime.sleep(30)"
    )
    run = ran(runner, tmp_path, code, timeout=1)
    assert run.outcome == "timed out"


@had("processes", "namespace")
@had("files", "refused")
@pytest.mark.parametrize("place", ["/dev/shm", "/run"])
def test_a_project_in_a_folder_that_runs_do_not_share(place: str) -> None:
    """Shared memory and /run are empty for a run, except for the project, which it can read but not change."""
    if not os.access(place, os.W_OK):
        pytest.skip(f"{place} is not writable")
    with TemporaryDirectory(dir=place) as folder, TemporaryDirectory(dir=place) as other:
        project = str(Path(folder, "project"))
        Path(project, "data").mkdir(parents=True)
        for path in (Path(project, "data/x"), Path(other, "y")):
            path.write_text("1")
        code = (
            "from multiprocessing import Lock, shared_memory\nfrom pathlib import Path\nimport os\n"
            "memory, lock = shared_memory.SharedMemory(create=True, size=9), Lock()\nmemory.close()\nmemory.unlink()\n"
            f"print(Path({project!r}, 'data/x').read_text(), os.path.exists({other!r}))\n"
            "Path('mine').write_text('2')\n"
            f"try: Path({project!r}, 'data/x').write_text('3')\nexcept OSError: print('refused')"
        )
        run = ran(SubprocessRunner(), Path(folder), code)
        assert (run.outcome, run.message, run.outputs[0].text) == ("passed", "", "1 False\nrefused\n")
        assert (run.files["data/x"], (Path(project) / "data/x").read_text()) == (
            sha256(b"1").hexdigest(),
            "1",
        )


@had("processes", "namespace")
@pytest.mark.parametrize("place", ["/dev/shm", "/run"])
def test_a_readable_file_in_a_folder_that_runs_do_not_share(tmp_path: Path, place: str) -> None:
    if not os.access(place, os.W_OK):
        pytest.skip(f"{place} is not writable")
    with TemporaryDirectory(dir=place) as folder:
        file = Path(folder, "x")
        file.write_text("1")
        for readable in (file, Path(folder)):
            found = example(tmp_path / "project", f"print(open({str(file)!r}).read())")
            with TemporaryDirectory() as work:
                job = Job(found, 0, tmp_path / "project", readable=(readable,))
                assert SubprocessRunner().run(job, Path(work)).outputs[0].text == "1\n"
